import { z } from "zod";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { AuditEventView, viewEvents } from "./audit-event-view.ts";
import { trailFilterOf, auditTrailFilters, type AuditReader } from "./audit-reader.ts";
import { selectAuditEvents } from "./store-reads.ts";

export const ListAuditEventsInput = z.strictObject({
  cursor: z.uuid().optional().describe("`nextCursor` of the page before; absent for the newest events."),
  limit: z.int().min(1).max(200).default(50),
  ...auditTrailFilters,
});
export type ListAuditEventsInput = z.input<typeof ListAuditEventsInput>;

export const ListAuditEventsOutput = z.object({
  events: z.array(AuditEventView).describe("Newest first"),
  nextCursor: z.string().nullable().describe("Null on the last page."),
});
export type ListAuditEventsOutput = z.output<typeof ListAuditEventsOutput>;

/** The audit trail of the organization, or of the platform, newest first. */
export const listAuditEvents = async (
  deps: Pick<DirectoryDeps, "db" | "directory" | "log">,
  reader: AuditReader,
  input: ListAuditEventsInput,
): Promise<ListAuditEventsOutput> => {
  const { cursor, limit, ...filters } = parseInput(ListAuditEventsInput, input);
  const rows = await selectAuditEvents(deps.db.pool, trailFilterOf(reader, filters), cursor, limit + 1);
  const page = rows.slice(0, limit);
  return {
    events: await viewEvents(deps, page),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
};
