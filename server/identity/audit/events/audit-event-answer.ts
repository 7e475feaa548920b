import { authAuditWordsOf } from "../audit-actions.ts";
import type { AuthAuditRow } from "./store.ts";

/** An event as Auth tells of it. */
export const auditEventAnswer = (row: AuthAuditRow) => ({
  id: row.id,
  occurredAt: row.occurred_at.toISOString(),
  actorType: row.actor_type,
  actorId: row.actor_id,
  actorName: row.actor_type === "system" ? (row.actor_name ?? "Topolo Auth") : row.actor_name,
  organizationId: row.organization_id,
  organizationName: row.organization_name,
  action: row.action,
  words: authAuditWordsOf(row.action),
  target: row.target,
  targetName: row.target_name,
  outcome: row.outcome,
  ip: row.ip,
  requestId: row.request_id,
  details: row.details,
});
export type AuditEventAnswer = ReturnType<typeof auditEventAnswer>;
