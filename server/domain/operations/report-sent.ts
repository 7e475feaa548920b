import type pg from "pg";
import { insertReport } from "./store-reports.ts";

interface SentReport {
  readonly operationId: string;
  /** The one that was asked. */
  readonly vendor: string;
  readonly eventId: string;
  readonly vendorObjectId: string | undefined;
}

/**
 * Takes an event of a vendor about something that it must have been asked for: the outcome is examined again at once. Says
 * whether the event is new to the operation.
 */
export const reportSent = (tx: pg.PoolClient, report: SentReport): Promise<boolean> =>
  insertReport(tx, { ...report, outcome: "done", actor: "email event" });
