import type { JsonRecord } from "./json.ts";

/** A vendor's error object, whatever the dialect calls its fields. */
export interface VendorErrorBody {
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly status: number | undefined;
  readonly retryDelayMs: number | undefined;
  /** Codes and types from the vendor's own fields, never from a sentence, which may quote the caller. */
  readonly names: readonly string[];
  /** The limits that were met, where the vendor names them. */
  readonly quotas: readonly string[];
  /** An aggregator passes on what another vendor said. */
  readonly passedOn: boolean;
}

/** How a vendor says one thing: by a name of its own, or by a sentence that begins so. */
export interface ErrorWords {
  readonly names: RegExp;
  readonly said?: RegExp;
}

/** In which words a vendor refuses. What they mean for the call path is decided in one place, `verdictOf`. */
export interface ErrorRules {
  /** The key is not valid, or no longer. */
  readonly badKey: ErrorWords;
  /** The account has no credit or quota left. */
  readonly exhausted: ErrorWords;
  /** There is no such model, or this account may not use it. */
  readonly deniedModel: ErrorWords;
  /** The key may do some things and not others, and which they are the request decides. */
  readonly lacksScope?: RegExp;
  /** A smaller request would have been paid for. */
  readonly unaffordable?: RegExp;
  /** A sentence about a request that is larger than the limit is. */
  readonly tooLarge?: RegExp;
  /** The HTTP status that goes with a name, for errors in an answer of 200. */
  readonly statuses: Readonly<Record<string, number>>;
  /** An error object in a place that only this vendor uses. */
  readonly errorIn?: (document: unknown) => JsonRecord | undefined;
  /** What the vendor says beside an error's own fields; `read` parses a document embedded in it. */
  readonly beside?: (
    error: JsonRecord,
    read: (document: JsonRecord) => VendorErrorBody | undefined,
  ) => VendorErrorBody | undefined;
  /** The header that names the error, before a colon. */
  readonly nameHeader?: string;
  /** The header with the vendor's id of a request, where it is not one of the usual ones. */
  readonly requestIdHeader?: string;
}
