import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { Reach, reachOf } from "../reach/index.ts";
import { selectAuditEvents, type AuditRow } from "./store.ts";

export const ListAuditEventsInput = z.strictObject({
  cursor: z.uuid().optional().describe("`nextCursor` of the page before; absent for the newest events."),
  limit: z.int().min(1).max(200).default(50),
  action: z
    .string()
    .max(200)
    .regex(/^[a-z0-9_.-]+$/)
    .optional()
    .describe("An action such as `key.create`, or its first segments."),
  target: z.string().min(1).max(256).optional().describe("Id of the thing changed."),
});
export type ListAuditEventsInput = z.input<typeof ListAuditEventsInput>;

export const AuditEventView = z.object({
  id: z.string(),
  createdAt: z.iso.datetime(),
  actor: z.object({ kind: z.enum(["user", "api_key", "service", "operator", "system"]), id: z.string() }),
  userId: z.string().nullable().describe("The user to whom the change is attributed."),
  appId: z.string().nullable(),
  door: z.string().nullable(),
  requestId: z.string().nullable(),
  action: z.string(),
  target: z.string(),
  details: z.record(z.string(), z.unknown()),
});

export const ListAuditEventsOutput = z.object({
  reach: Reach,
  events: z.array(AuditEventView),
  nextCursor: z.string().nullable().describe("Null on the last page."),
});
export type ListAuditEventsOutput = z.output<typeof ListAuditEventsOutput>;

const view = (row: AuditRow): z.output<typeof AuditEventView> =>
  AuditEventView.parse({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id },
    userId: row.user_id,
    appId: row.app_id,
    door: row.door,
    requestId: row.request_id,
    action: row.action,
    target: row.target,
    details: row.details,
  });

/** The organization's audit trail as far as the caller sees it, newest first. */
export const listAuditEvents = async (
  deps: Deps,
  ctx: CallContext,
  input: ListAuditEventsInput,
): Promise<ListAuditEventsOutput> => {
  const { cursor, limit, action, target } = parseInput(ListAuditEventsInput, input);
  const { reach, userId } = reachOf(ctx);
  const rows = await selectAuditEvents(deps.db.pool, {
    organizationId: ctx.organizationId,
    userId,
    before: cursor,
    action,
    target,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  return {
    reach,
    events: page.map(view),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
};
