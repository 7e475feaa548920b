import type pg from "pg";

/** An event, with the names that the database knows. */
export interface AuditRow {
  readonly id: string;
  readonly organization_id: string | null;
  readonly actor_kind: string;
  readonly actor_id: string;
  /** Of a service token. */
  readonly actor_label: string | null;
  readonly user_id: string | null;
  readonly app_id: string | null;
  readonly app_name: string | null;
  readonly door: string | null;
  readonly request_id: string | null;
  readonly action: string;
  readonly target: string;
  /** Of an app or a service token. */
  readonly target_name: string | null;
  readonly details: Record<string, unknown>;
  readonly created_at: Date;
}

/** Which events are read. */
export interface TrailFilter {
  /** Undefined: every organization's, and those of none. */
  readonly organizationId: string | undefined;
  readonly action: string | undefined;
  readonly actor: string | undefined;
  readonly target: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Bounds of the ids between which these moments lie. */
  readonly firstId: string | undefined;
  readonly lastId: string | undefined;
}

const columns = `e.id, e.organization_id, e.actor_kind, e.actor_id, actor_token.label as actor_label, e.user_id, e.app_id, app.name as app_name,
  e.door, e.request_id, e.action, e.target, coalesce(target_app.name, target_token.label) as target_name, e.details, e.created_at`;

const names = `
  left join nexus.service_token actor_token on e.actor_kind = 'service' and actor_token.id = e.actor_id
  left join nexus.app on app.id = e.app_id
  left join nexus.app target_app on target_app.id = e.target
  left join nexus.service_token target_token on target_token.id = e.target`;

const where = `($1::text is null or e.organization_id = $1)
  and ($2::text is null or e.action = $2 or starts_with(e.action, $2 || '.'))
  and ($3::text is null or e.actor_id = $3 or e.user_id = $3)
  and ($4::text is null or e.target = $4)
  and ($5::timestamptz is null or e.created_at >= $5)
  and ($6::timestamptz is null or e.created_at < $6)
  and ($7::uuid is null or e.id >= $7)
  and ($8::uuid is null or e.id < $8)`;

const valuesOf = (filter: TrailFilter): readonly unknown[] => [
  filter.organizationId ?? null,
  filter.action ?? null,
  filter.actor ?? null,
  filter.target ?? null,
  filter.from ?? null,
  filter.to ?? null,
  filter.firstId ?? null,
  filter.lastId ?? null,
];

/** Newest first, those before an id. */
export const selectAuditEvents = async (
  pool: pg.Pool,
  filter: TrailFilter,
  before: string | undefined,
  limit: number,
): Promise<AuditRow[]> => {
  const { rows } = await pool.query<AuditRow>(
    `select ${columns} from (select e.* from nexus.audit_event e where ${where} and ($9::uuid is null or e.id < $9) order by e.id desc limit $10) e
     ${names} order by e.id desc`,
    [...valuesOf(filter), before ?? null, limit],
  );
  return rows;
};

/** Pages of events, oldest first; each is a statement of its own: no snapshot is held while a caller reads slowly. */
export const auditPages = async function* (
  pool: pg.Pool,
  filter: TrailFilter,
  pageSize: number,
): AsyncGenerator<readonly AuditRow[], void, void> {
  let after: string | undefined;
  for (;;) {
    const { rows } = await pool.query<AuditRow>(
      `select ${columns} from (select e.* from nexus.audit_event e where ${where} and ($9::uuid is null or e.id > $9) order by e.id limit $10) e
       ${names} order by e.id`,
      [...valuesOf(filter), after ?? null, pageSize],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.id;
  }
};

export type ActorRow = Pick<AuditRow, "organization_id" | "actor_kind" | "actor_id" | "actor_label">;

/** Who made the newest changes, the latest first. */
export const selectActors = async (
  pool: pg.Pool,
  organizationId: string | undefined,
  { events, actors }: { readonly events: number; readonly actors: number },
): Promise<ActorRow[]> => {
  const { rows } = await pool.query<ActorRow>(
    `select a.organization_id, a.actor_kind, a.actor_id, t.label as actor_label
       from (select actor_kind, actor_id, max(id::text) as last, (array_agg(organization_id order by id desc))[1] as organization_id
               from (select * from nexus.audit_event where ($1::text is null or organization_id = $1) order by id desc limit $2) newest
              group by actor_kind, actor_id) a
       left join nexus.service_token t on a.actor_kind = 'service' and t.id = a.actor_id
      order by a.last desc limit $3`,
    [organizationId ?? null, events, actors],
  );
  return rows;
};
