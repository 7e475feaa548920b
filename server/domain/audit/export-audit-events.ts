import { z } from "zod";
import { ExportFormat, exportText, type ExportCell } from "../../platform/export-text.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { viewEvents, type AuditEventView } from "./audit-event-view.ts";
import { trailFilterOf, auditTrailFilters, type AuditReader } from "./audit-reader.ts";
import { auditPages, type AuditRow } from "./store-reads.ts";

/** Input of `exportAuditEvents`. */
export const ExportAuditEventsInput = z.strictObject({
  format: ExportFormat.default("csv").describe(
    "Of the REST endpoint and the command line; the typed client reads rows",
  ),
  ...auditTrailFilters,
});
export type ExportAuditEventsInput = z.input<typeof ExportAuditEventsInput>;

/** An export of the audit trail that has begun. */
export interface AuditExport {
  readonly fileName: string;
  readonly format: ExportFormat;
  readonly pages: AsyncGenerator<readonly AuditEventView[], void, void>;
}

/** Events read, and held in memory, at once. */
const pageSize = 500;

const viewed = async function* (
  deps: Pick<DirectoryDeps, "directory" | "log">,
  pages: AsyncIterable<readonly AuditRow[]>,
): AsyncGenerator<readonly AuditEventView[], void, void> {
  for await (const rows of pages) yield await viewEvents(deps, rows);
};

/** The audit trail, oldest first. Input and rights are checked before it begins. */
export const exportAuditEvents = (
  deps: Pick<DirectoryDeps, "db" | "directory" | "log">,
  reader: AuditReader,
  input: ExportAuditEventsInput,
): AuditExport => {
  const { format, ...filters } = parseInput(ExportAuditEventsInput, input);
  const filter = trailFilterOf(reader, filters);
  return { fileName: `audit-nexus.${format}`, format, pages: viewed(deps, auditPages(deps.db.pool, filter, pageSize)) };
};

const columns: Readonly<Record<string, (event: AuditEventView) => ExportCell>> = {
  id: ({ id }) => id,
  created_at: ({ createdAt }) => createdAt,
  organization: ({ organizationId }) => organizationId,
  actor_kind: ({ actor }) => actor.kind,
  actor: ({ actor }) => actor.id,
  actor_name: ({ actor }) => actor.name,
  user: ({ userId }) => userId,
  user_name: ({ userName }) => userName,
  app: ({ appId }) => appId,
  door: ({ door }) => door,
  action: ({ action }) => action,
  words: ({ words }) => words,
  target: ({ target }) => target,
  target_name: ({ targetName }) => targetName,
  request_id: ({ requestId }) => requestId,
  details: ({ details }) => JSON.stringify(details),
};

/** An export as text, a page at a time; the last piece says how many rows there were. */
export const auditExportText = ({ format, pages }: AuditExport): AsyncGenerator<string, void, void> =>
  exportText({ format, pages, list: "events", columns });
