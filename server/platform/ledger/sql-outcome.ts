import { DatabaseError } from "../db/database-error.ts";

/**
 * What an error says about the transaction it came from: `retry` and `rejected` mean it was not committed; `unknown`
 * that it may have been.
 */
export type SqlOutcome = "retry" | "rejected" | "unknown";

const undecided = new Set(["08", "53", "57", "58", "XX"]);
/** The server takes no writes any more. Nothing was done, and it is sent again by id, on another connection. */
const readOnly = "25006";

/** A failed COMMIT may have committed: whatever is not a plain refusal by the server is unknown. */
export const sqlOutcome = (error: unknown): SqlOutcome => {
  if (!(error instanceof DatabaseError) || error.code === undefined) return "unknown";
  if (error.code === readOnly || undecided.has(error.code.slice(0, 2))) return "unknown";
  return error.code.startsWith("40") || error.code === "23505" || error.code === "55P03" ? "retry" : "rejected";
};
