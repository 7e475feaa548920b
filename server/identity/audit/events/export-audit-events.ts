import { z } from "zod";
import { ExportFormat, exportText, exportTypes, type ExportCell } from "../../../platform/export-text.ts";
import type { AuthDatabase } from "../../database/store.ts";
import type { HttpAnswer, HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { auditEventAnswer, type AuditEventAnswer } from "./audit-event-answer.ts";
import { auditFilterOf, auditFilters } from "./audit-reach.ts";
import { listAuthAuditRows, type AuditFilter } from "./store.ts";

export const ExportAuditQuery = z.strictObject({ ...auditFilters, format: ExportFormat.default("csv") });
export type ExportAuditQuery = z.infer<typeof ExportAuditQuery>;

/** Events read, and held in memory, at once. */
const pageSize = 500;

const pagesOf = async function* (
  db: AuthDatabase,
  filter: AuditFilter,
): AsyncGenerator<readonly AuditEventAnswer[], void, void> {
  let after: string | undefined;
  for (;;) {
    const rows = await listAuthAuditRows(db, filter, { after, limit: pageSize, order: "oldest" });
    if (rows.length > 0) yield rows.map(auditEventAnswer);
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id;
  }
};

const columns: Readonly<Record<string, (event: AuditEventAnswer) => ExportCell>> = {
  id: ({ id }) => id,
  occurred_at: ({ occurredAt }) => occurredAt,
  organization: ({ organizationId }) => organizationId,
  organization_name: ({ organizationName }) => organizationName,
  actor_type: ({ actorType }) => actorType,
  actor: ({ actorId }) => actorId,
  actor_name: ({ actorName }) => actorName,
  action: ({ action }) => action,
  words: ({ words }) => words,
  outcome: ({ outcome }) => outcome,
  target: ({ target }) => target,
  target_name: ({ targetName }) => targetName,
  ip: ({ ip }) => ip,
  request_id: ({ requestId }) => requestId,
  details: ({ details }) => JSON.stringify(details),
};

/** The log as text, oldest first, a page at a time. */
export const authAuditText = (
  db: AuthDatabase,
  filter: AuditFilter,
  format: ExportFormat,
): AsyncGenerator<string, void, void> => exportText({ format, pages: pagesOf(db, filter), list: "events", columns });

const bytesOf = async function* (text: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of text) yield Buffer.from(piece);
};

/** The log as a file, written while it is read; the last line says how many rows there are. */
export const exportAuthAuditEvents = ({
  context,
  caller,
  input: { format, ...filters },
}: HttpExchange & {
  readonly caller: Caller;
  readonly input: ExportAuditQuery;
}): HttpAnswer => ({
  status: 200,
  headers: {
    "Content-Type": exportTypes[format],
    "Content-Disposition": `attachment; filename="audit-auth.${format}"`,
    "X-Accel-Buffering": "no",
  },
  stream: bytesOf(authAuditText(context.db, auditFilterOf(caller, filters), format)),
});
