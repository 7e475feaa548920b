import type { Metered } from "../../contracts/vendor-call.ts";

/** What has been understood of an answer so far. */
export type Reading = Metered & {
  readonly deliveredBytes: number;
  readonly complete: boolean;
};

/** Reads one answer of one dialect as it passes: a whole document, or the events of a stream. */
export interface Reader {
  readonly read: (document: unknown) => void;
  /** The vendor has said all: the end of a whole answer, or a stream's `[DONE]`. */
  readonly done: () => void;
  /** The answer has begun: it said more than that it is coming. */
  readonly begun: () => boolean;
  readonly reading: (vendorRequestId: string | undefined) => Reading;
}

/** UTF-8 bytes of what is a string; anything else counts nothing. */
export const bytesOf = (value: unknown): number => (typeof value === "string" ? Buffer.byteLength(value) : 0);

/** The numbers of a whole answer, without what only streams need. */
export const meteredOf = ({ deliveredBytes, complete: _complete, ...metered }: Reading): Metered =>
  deliveredBytes === 0 ? { ...metered, empty: true } : metered;
