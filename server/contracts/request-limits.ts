import type { HeldFile } from "./held-file.ts";
import type { UnitClass } from "./units.ts";

/** What limits a request to a model: of what its vendor is called with, that which is no call. */
export interface RequestLimits {
  /** The vendor's own model id. */
  readonly model: string;
  /** The output limit that was reserved; the provider must send it. */
  readonly maxOutputTokens: number;
  /** How many answers the request asks for; one where absent. */
  readonly choices?: number;
  /** How many searches of the web it may make at most; none where absent. */
  readonly searches?: number | undefined;
  /** The dearest price of a unit class that was reserved, in nano-USD per million; for vendors that choose among sellers. */
  readonly maxPrice?: (unitClass: UnitClass) => bigint | undefined;
  /** The credential is the organization's own: what it reaches beside models is the organization's, too. */
  readonly own?: boolean;
  /** The files that the request refers to, by our ids; all of them are kept under this credential. */
  readonly files?: ReadonlyMap<string, HeldFile>;
}
