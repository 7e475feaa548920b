import type { StoredFile } from "../../domain/files/index.ts";
import type { readFiles } from "./read-list.ts";

/** A page as a dialect's clients ask for it. */
export interface AskedPage {
  readonly page: Parameters<typeof readFiles>[2];
  /** It was asked for from its end: the answer is in the usual order all the same. */
  readonly backwards: boolean;
}

/** What a form says beside its file. */
export interface AskedFields {
  /** The vendor that is to keep it. */
  readonly provider: string;
  readonly purpose: string | undefined;
  readonly expiresAfterSeconds: number | undefined;
}

/** One vendor's way of telling of files. */
export interface FilesDialect {
  readonly fields: (texts: Readonly<Record<string, string>>) => AskedFields;
  readonly pageIn: (query: URLSearchParams) => AskedPage;
  readonly file: (file: StoredFile) => unknown;
  readonly list: (files: readonly StoredFile[], more: boolean) => unknown;
  readonly deleted: (file: StoredFile) => unknown;
}
