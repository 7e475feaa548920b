import type pg from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import type { AuthAuditAction } from "./audit-actions.ts";
import { bringsNotice } from "../notices/notice-table.ts";

/** Who did what to what. Never carries a credential. */
export interface AuthAuditEvent {
  /** Where it may be told more than once: it is written the first time. */
  readonly id?: string | undefined;
  readonly actorType: "user" | "service" | "api_key" | "system" | "anonymous";
  readonly actorId?: string | undefined;
  readonly organizationId?: string | undefined;
  /** `noun.verb`, of the table that has the words for it. */
  readonly action: AuthAuditAction;
  readonly target?: string | undefined;
  readonly outcome?: "success" | "failure" | "denied";
  readonly ip?: string | undefined;
  readonly requestId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes the event on the caller's connection: in the transaction of the change it tells of, with the task to mail about it. */
export const recordAudit = async (client: pg.Pool | pg.PoolClient, event: AuthAuditEvent, now: Date): Promise<void> => {
  const outcome = event.outcome ?? "success";
  await client.query(
    `with event as (
       insert into auth.audit_events (id, occurred_at, actor_type, actor_id, organization_id, action, target, outcome, ip, request_id, details)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning id)
     insert into auth.security_notices (event_id, created_at) select id, $2 from event where $12`,
    [
      event.id ?? newPrefixedId("aud"),
      now,
      event.actorType,
      event.actorId ?? null,
      event.organizationId ?? null,
      event.action,
      event.target ?? null,
      outcome,
      event.ip ?? null,
      event.requestId ?? null,
      JSON.stringify(event.details ?? {}),
      bringsNotice(event.action, outcome, event.actorType),
    ],
  );
};
