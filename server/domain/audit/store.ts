import type pg from "pg";
import { inOneProcess } from "../../platform/db/in-one-process.ts";
import type { AuditRow } from "./store-reads.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

interface NewAuditEvent {
  readonly id: string;
  readonly organizationId: string | undefined;
  readonly actorKind: string;
  readonly actorId: string;
  readonly userId: string | undefined;
  readonly appId: string | undefined;
  readonly door: string | undefined;
  readonly requestId: string | undefined;
  readonly action: string;
  readonly target: string;
  readonly details: object;
}

export const insertAuditEvent = async (tx: pg.PoolClient, event: NewAuditEvent): Promise<void> => {
  await tx.query(
    `insert into nexus.audit_event
       (id, organization_id, actor_kind, actor_id, user_id, app_id, door, request_id, action, target, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      event.id,
      event.organizationId,
      event.actorKind,
      event.actorId,
      event.userId,
      event.appId,
      event.door,
      event.requestId,
      event.action,
      event.target,
      JSON.stringify(event.details),
    ],
  );
};

/** Notes that Auth is to be told of the event, once for each organization. */
export const insertUntold = async (
  tx: pg.PoolClient,
  eventId: string,
  organizations: readonly { readonly id: string; readonly organizationId: string }[],
): Promise<void> => {
  await tx.query(
    `insert into nexus.untold_change (id, event_id, organization_id)
     select each.id, $1, each.organization_id from unnest($2::uuid[], $3::text[]) as each (id, organization_id)`,
    [eventId, organizations.map(({ id }) => id), organizations.map(({ organizationId }) => organizationId)],
  );
};

/** An event of which Auth is still to be told, for one organization. */
export type UntoldRow = Pick<AuditRow, "actor_kind" | "actor_id" | "user_id" | "action" | "target" | "details"> & {
  /** Of the telling. */
  readonly id: string;
  readonly organization_id: string;
};

/** Oldest first. */
export const selectUntold = async (client: pg.PoolClient, limit: number): Promise<UntoldRow[]> => {
  const { rows } = await client.query<UntoldRow>(
    `select u.id, u.organization_id, e.actor_kind, e.actor_id, e.user_id, e.action, e.target, e.details
       from nexus.untold_change u join nexus.audit_event e on e.id = u.event_id order by u.id limit $1`,
    [limit],
  );
  return rows;
};

export const deleteUntold = async (client: pg.PoolClient, id: string): Promise<void> => {
  await client.query("delete from nexus.untold_change where id = $1", [id]);
};

/** Mail about what is older is of no use. */
export const deleteOldUntold = async (client: pg.PoolClient): Promise<number> => {
  const { rowCount } = await client.query(
    "delete from nexus.untold_change where created_at < clock_timestamp() - interval '7 days'",
  );
  return rowCount ?? 0;
};

/** The table whose changes say that there is something to tell. */
export const untoldTopic = "untold_change";

const lock = 0x756e746c;

/** Of several processes one tells at a time. */
export const withUntoldLock = (pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<boolean> =>
  inOneProcess(pool, lock, work);
