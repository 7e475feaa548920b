import type pg from "pg";

export { inTransaction } from "../../platform/db/transaction.ts";

/** An app as Topolo Auth has registered it. */
export interface AppRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly registered: boolean;
  /** Where its pages are, sorted. */
  readonly origins: readonly string[];
}

export const selectApps = async (db: pg.Pool | pg.PoolClient): Promise<AppRow[]> => {
  const { rows } = await db.query<AppRow>("select id, name, kind, registered, origins from nexus.app order by id");
  return rows;
};

export const upsertApps = async (tx: pg.PoolClient, apps: readonly AppRow[], at: Date): Promise<void> => {
  await tx.query(
    `insert into nexus.app (id, name, kind, registered, origins, first_synced_at)
     select id, name, kind, registered, array(select jsonb_array_elements_text(origins)), $6
       from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::jsonb[]) u(id, name, kind, registered, origins)
     on conflict (id) do update set name = excluded.name, kind = excluded.kind, registered = excluded.registered,
       origins = excluded.origins`,
    [
      apps.map(({ id }) => id),
      apps.map(({ name }) => name),
      apps.map(({ kind }) => kind),
      apps.map(({ registered }) => registered),
      apps.map(({ origins }) => JSON.stringify(origins)),
      at,
    ],
  );
};

/** Apps that an organization has switched off. */
export const selectDisabled = async (pool: pg.Pool): Promise<{ organizationId: string; appId: string }[]> => {
  const { rows } = await pool.query<{ organizationId: string; appId: string }>(
    `select organization_id as "organizationId", app_id as "appId" from nexus.app_state where not enabled`,
  );
  return rows;
};

export interface OrganizationAppRow extends AppRow {
  readonly enabled: boolean;
  readonly lastSeenAt: Date | null;
}

/** The registered apps, and those that once called for the organization. */
export const selectOrganizationApps = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
  appId: string | undefined,
): Promise<OrganizationAppRow[]> => {
  const { rows } = await db.query<OrganizationAppRow>(
    `select a.id, a.name, a.kind, a.registered, a.origins, coalesce(s.enabled, true) as enabled, v.last_seen_at as "lastSeenAt"
       from nexus.app a
       left join nexus.app_state s on s.app_id = a.id and s.organization_id = $1
       left join nexus.app_activity v on v.app_id = a.id and v.organization_id = $1
      where (a.registered or v.last_seen_at is not null) and ($2::text is null or a.id = $2)
      order by a.id`,
    [organizationId, appId],
  );
  return rows;
};

export const upsertAppState = async (
  tx: pg.PoolClient,
  organizationId: string,
  appId: string,
  enabled: boolean,
  at: Date,
): Promise<void> => {
  await tx.query(
    `insert into nexus.app_state (organization_id, app_id, enabled, changed_at) values ($1, $2, $3, $4)
     on conflict (organization_id, app_id) do update set enabled = excluded.enabled, changed_at = excluded.changed_at`,
    [organizationId, appId, enabled, at],
  );
};

interface Seen {
  readonly organizationId: string;
  readonly appId: string;
  readonly at: number;
}

/** Times move forward only. Rows are written in one order, so that two processes cannot wait for each other. */
export const upsertActivity = async (pool: pg.Pool, seen: readonly Seen[]): Promise<void> => {
  await pool.query(
    `insert into nexus.app_activity as a (organization_id, app_id, last_seen_at)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[]) u(organization_id, app_id, at) order by 1, 2
     on conflict (organization_id, app_id) do update set last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at)`,
    [
      seen.map(({ organizationId }) => organizationId),
      seen.map(({ appId }) => appId),
      seen.map(({ at }) => new Date(at)),
    ],
  );
};

interface Gap {
  readonly organizationId: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly calls: number;
}

export const addGaps = async (pool: pg.Pool, gaps: readonly Gap[]): Promise<void> => {
  await pool.query(
    `insert into nexus.attribution_gap as g (organization_id, day, calls)
     select * from unnest($1::text[], $2::date[], $3::bigint[]) u(organization_id, day, calls) order by 1, 2
     on conflict (organization_id, day) do update set calls = g.calls + excluded.calls`,
    [gaps.map(({ organizationId }) => organizationId), gaps.map(({ day }) => day), gaps.map(({ calls }) => calls)],
  );
};

/** Newest first. */
export const selectGaps = async (
  pool: pg.Pool,
  organizationId: string,
  since: string,
): Promise<{ day: string; calls: bigint }[]> => {
  const { rows } = await pool.query<{ day: string; calls: bigint }>(
    `select day::text as day, calls from nexus.attribution_gap
      where organization_id = $1 and day >= $2::date order by attribution_gap.day desc`,
    [organizationId, since],
  );
  return rows;
};
