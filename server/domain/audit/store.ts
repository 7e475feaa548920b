import type pg from "pg";

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

export interface AuditRow {
  readonly id: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly user_id: string | null;
  readonly app_id: string | null;
  readonly door: string | null;
  readonly request_id: string | null;
  readonly action: string;
  readonly target: string;
  readonly details: Record<string, unknown>;
  readonly created_at: Date;
}

interface AuditQuery {
  readonly organizationId: string;
  readonly before: string | undefined;
  readonly action: string | undefined;
  readonly target: string | undefined;
  readonly limit: number;
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

/** Newest first. */
export const selectAuditEvents = async (pool: pg.Pool, query: AuditQuery): Promise<AuditRow[]> => {
  const { rows } = await pool.query<AuditRow>(
    `select id, actor_kind, actor_id, user_id, app_id, door, request_id, action, target, details, created_at
       from nexus.audit_event
      where organization_id = $1
        and ($2::uuid is null or id < $2)
        and ($3::text is null or action = $3 or starts_with(action, $3 || '.'))
        and ($4::text is null or target = $4)
      order by id desc
      limit $5`,
    [query.organizationId, query.before, query.action, query.target, query.limit],
  );
  return rows;
};
