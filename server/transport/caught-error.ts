import { NexusError } from "../errors.ts";
import { isDatabaseOutage } from "../platform/db/is-database-outage.ts";

/** What a door tells of anything that was thrown: an outage of the database is one, whoever met it. */
export const caughtError = (caught: unknown): NexusError =>
  !NexusError.is(caught) && isDatabaseOutage(caught)
    ? new NexusError("LEDGER_UNAVAILABLE", {
        message: "The database cannot be reached at the moment.",
        effect: "unknown",
        retryAfterMs: 1_000,
        cause: caught,
      })
    : NexusError.from(caught);
