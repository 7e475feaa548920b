import type pg from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import type { AuthAuditAction } from "../audit/audit-actions.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import type { ToldChange } from "./told-change.ts";

/** A change of which people are still to be told. */
export interface NoticeRow {
  readonly id: string;
  readonly action: string;
  readonly organization_id: string | null;
  readonly organization_name: string | null;
  readonly actor_type: AuthAuditEvent["actorType"];
  /** What the changed thing is called, where another service keeps it. */
  readonly thing: string | null;
  /** Of the person who did it. */
  readonly actor_id: string | null;
  readonly actor_email: string | null;
  /** Of the person to whom it was done. */
  readonly target_id: string | null;
  readonly target_email: string | null;
}

/** Takes some of the changes; another process takes others, and a rollback gives them back. */
export const takeNotices = async (client: pg.PoolClient, limit: number): Promise<readonly NoticeRow[]> => {
  const { rows } = await client.query<NoticeRow>(
    `with taken as (
       delete from auth.security_notices where event_id in
         (select event_id from auth.security_notices order by event_id limit $1 for update skip locked) returning event_id)
     select e.id, e.action, e.organization_id, o.name as organization_name, e.actor_type, e.details->>'name' as thing,
       actor.id as actor_id, actor.email as actor_email, target.id as target_id, target.email as target_email
     from taken join auth.audit_events e on e.id = taken.event_id
       left join auth.organizations o on o.id = e.organization_id
       left join auth.users actor on actor.id = e.actor_id and actor.status <> 'deleted'
       left join auth.users target on target.id = e.target and target.status <> 'deleted'
     order by e.id`,
    [limit],
  );
  return rows;
};

const mostOwners = 20;

/** Owners with a verified address: of the organization, or of every organization that the person belongs to. */
export const findOwnerAddresses = async (
  client: pg.PoolClient,
  { organizationId, userId }: { readonly organizationId: string | null; readonly userId: string | null },
): Promise<readonly string[]> => {
  const { rows } = await client.query<{ email: string }>(
    `select distinct u.email from auth.organization_memberships m
       join auth.organizations o on o.id = m.organization_id
       join auth.users u on u.id = m.user_id
     where m.status = 'active' and u.status = 'active' and u.email_verified_at is not null
       and m.role = case o.kind when 'admin' then 'platform_super_admin' else 'owner' end
       and (o.id = $1 or ($1::text is null and o.id in
         (select own.organization_id from auth.organization_memberships own where own.user_id = $2 and own.status = 'active')))
     order by u.email limit $3`,
    [organizationId, userId, mostOwners],
  );
  return rows.map(({ email }) => email);
};

interface RecordToldChange {
  readonly serviceId: string;
  readonly change: ToldChange & { readonly kind: AuthAuditAction };
  readonly requestId: string;
  readonly now: Date;
}

/** Writes down what a service tells, once; false where the organization may not use the service. */
export const recordToldChange = (
  { pool }: AuthDatabase,
  { serviceId, change, requestId, now }: RecordToldChange,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `select from auth.organization_service_access where organization_id = $1 and service_id = $2 and enabled
         and (expires_at is null or expires_at > $3) for share`,
      [change.organizationId, serviceId, now],
    );
    if (rowCount !== 1) return false;
    const { id, kind, organizationId, actor, target, name } = change;
    const event: AuthAuditEvent = {
      id: `aud_${id.replaceAll("-", "")}`,
      actorType: actor.type === "operator" ? "system" : actor.type,
      actorId: actor.id,
      organizationId,
      action: kind,
      target,
      requestId,
      details: { name, toldBy: serviceId },
    };
    await recordAudit(client, event, now);
    return true;
  });
