import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { actorOf } from "../../organizations/actor.ts";
import { mayAdminister } from "../../organizations/authority.ts";
import { listAuthAuditRows } from "./store.ts";

const id = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/);

export const AuditEventsQuery = z.strictObject({
  organizationId: id.optional().describe("One's own unless said otherwise; operators see all without it"),
  action: z
    .string()
    .regex(/^[a-z-]{1,50}\.[a-z-]{1,50}$/)
    .optional(),
  actorId: id.optional(),
  target: id.optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  after: id.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type AuditEventsQuery = z.infer<typeof AuditEventsQuery>;

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** What was done, newest first: in the organization one administers, or anywhere for operators. */
export const listAuthAuditEvents = async ({
  context,
  caller,
  input,
}: HttpExchange & {
  readonly caller: Caller;
  readonly input: AuditEventsQuery;
}): Promise<HttpAnswer> => {
  const actor = actorOf(caller);
  const organizationId = input.organizationId ?? (actor.platformBypass ? undefined : actor.organizationId);
  if (!actor.platformBypass && (organizationId === undefined || !mayAdminister(actor, organizationId)))
    throw new AuthError("forbidden");
  const { action, actorId, target, after, limit } = input;
  const range = { from: date(input.from), to: date(input.to) };
  const rows = await listAuthAuditRows(context.db, { organizationId, action, actorId, target, ...range, after, limit });
  return okAnswer({
    events: rows.map((row) => ({
      id: row.id,
      occurredAt: row.occurred_at.toISOString(),
      actorType: row.actor_type,
      actorId: row.actor_id,
      organizationId: row.organization_id,
      action: row.action,
      target: row.target,
      outcome: row.outcome,
      ip: row.ip,
      requestId: row.request_id,
      details: row.details,
    })),
    nextAfter: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  });
};
