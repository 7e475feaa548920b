import type { VendorIo } from "./vendor-call.ts";

/** A file on its way to a vendor. */
export interface OutgoingFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly purpose: string;
  /** After which the vendor deletes it; for ever where undefined. */
  readonly expiresAfterSeconds: number | undefined;
  /** Its contents, from the beginning. */
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** What a vendor says of a file that it has taken. */
export interface VendorFile {
  readonly vendorFileId: string;
  /** Seconds since the epoch; undefined where it is kept until it is deleted. */
  readonly expiresAt: number | undefined;
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
  /** Success also says that there was none. */
  readonly remove: (vendorFileId: string, io: VendorIo) => Promise<void>;
  readonly content: (vendorFileId: string, io: VendorIo) => Promise<VendorFileContent>;
}
