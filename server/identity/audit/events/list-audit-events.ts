import { z } from "zod";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { auditEventAnswer } from "./audit-event-answer.ts";
import { auditFilterOf, auditFilters, auditId } from "./audit-reach.ts";
import { listAuthAuditRows } from "./store.ts";

export const AuditEventsQuery = z.strictObject({
  ...auditFilters,
  after: auditId.optional().describe("`nextAfter` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type AuditEventsQuery = z.infer<typeof AuditEventsQuery>;

/** What was done, newest first: in the organization one administers, or anywhere for operators. */
export const listAuthAuditEvents = async ({
  context,
  caller,
  input: { after, limit, ...filters },
}: HttpExchange & {
  readonly caller: Caller;
  readonly input: AuditEventsQuery;
}): Promise<HttpAnswer> => {
  const page = { after, limit, order: "newest" } as const;
  const rows = await listAuthAuditRows(context.db, auditFilterOf(caller, filters), page);
  return okAnswer({
    events: rows.map(auditEventAnswer),
    nextAfter: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  });
};
