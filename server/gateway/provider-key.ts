/** What makes a request to act the same request at a vendor. */
export interface ActStep {
  readonly operationId: string;
  readonly vendor: string;
  /** The account there: the credential that is used. */
  readonly account: string;
  /** What of the operation is asked for. */
  readonly step: string;
}

/** Nobody says how long: an hour. */
const unknownLifetimeMs = 3_600_000;
const leastMarginMs = 600_000;

/** How long a vendor's key may be used again: its lifetime without a tenth of it, and ten minutes at least. */
export const usableKeyMs = (lifetimeMs: number | "unknown" | undefined): number | undefined => {
  if (lifetimeMs === undefined) return undefined;
  const known = lifetimeMs === "unknown" ? unknownLifetimeMs : lifetimeMs;
  return Math.max(known - Math.max(known / 10, leastMarginMs), 0);
};
