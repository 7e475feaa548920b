import type { VendorIo } from "./vendor-call.ts";

/** A file on its way to a vendor. */
export interface OutgoingFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly purpose: string;
  /** After which the vendor deletes it; for ever where undefined. */
  readonly expiresAfterSeconds: number | undefined;
  /** Its contents, from a place in them, or their beginning, up to another, or their end. */
  readonly read: (from?: number, to?: number) => AsyncIterable<Uint8Array>;
}

/** Whether calls can refer to a file: vendors look into some before they can be read. */
export const fileStates = ["processing", "active", "failed"] as const;
export type FileState = (typeof fileStates)[number];

/** What a vendor says of a file that it has taken. */
export interface VendorFile {
  readonly vendorFileId: string;
  /** Seconds since the epoch; undefined where it is kept until it is deleted. */
  readonly expiresAt: number | undefined;
  /** Active where the vendor does not say. */
  readonly state?: FileState;
  /** How long it plays, where the vendor has looked. */
  readonly seconds?: number | undefined;
}

/** The contents of a file, as they come. */
export interface VendorFileContent {
  readonly contentType: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How a vendor keeps files. Each function throws `ProviderError` and nothing else. */
export interface AiVendorFiles {
  /** The largest file it takes. */
  readonly mostBytes: number;
  /** What a file can be uploaded for, the usual first. */
  readonly purposes: readonly [string, ...string[]];
  /** How long it can be told to keep a file; undefined where it cannot be told. */
  readonly lifetime: { readonly leastSeconds: number; readonly mostSeconds: number } | undefined;
  readonly upload: (file: OutgoingFile, io: VendorIo) => Promise<VendorFile>;
  /** Where a file stands; absent where what is taken can be used at once. */
  readonly look?: (vendorFileId: string, io: VendorIo) => Promise<VendorFile>;
  /** Success also says that there was none. */
  readonly remove: (vendorFileId: string, io: VendorIo) => Promise<void>;
  readonly content: (vendorFileId: string, io: VendorIo) => Promise<VendorFileContent>;
}
