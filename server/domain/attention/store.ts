import type pg from "pg";

/** What is looked at of the latest operations: enough to notice, few enough to ask for often. */
const mostLooked = 1_000;

interface FailingCredentialRow {
  readonly credential_id: string;
  readonly vendor: string;
  /** Of an organization's own key. */
  readonly label: string | null;
  readonly tier: string | null;
}

interface UnpricedRow {
  readonly vendor: string;
  readonly model: string;
  readonly calls: string;
}

interface Looked {
  readonly organizationId: string;
  /** By whom; undefined: by anybody. */
  readonly userId: string | undefined;
  /** The first and the last id of the time that is looked at. */
  readonly from: string;
  readonly before: string;
}

/** Credentials whose latest attempt their vendor refused, where they were not replaced or switched off since. */
export const selectFailingCredentials = async (
  pool: pg.Pool,
  { organizationId, from, before }: Omit<Looked, "userId">,
): Promise<FailingCredentialRow[]> => {
  const { rows } = await pool.query<FailingCredentialRow>(
    `with latest as (
       select distinct on (a.credential_id) a.credential_id, a.error_code, coalesce(a.started_at, to_timestamp(nexus.nexus_uuid_ms(r.operation_id) / 1000.0)) as at
         from nexus.nexus_recent_calls($1, $2, $3, $4, false) r
         -- The offset keeps each of them a look-up by its id: joined as a whole, all operations would be read.
         cross join lateral (select x.n, x.credential_id, x.error_code, x.started_at from nexus.operation_attempt x where x.operation_id = r.operation_id offset 0) a
        where a.credential_id is not null and (a.error_code is null or a.error_code in ('PROVIDER_AUTH_FAILED', 'PROVIDER_ACCOUNT_EXHAUSTED'))
        order by a.credential_id, r.operation_id desc, a.n desc),
     stored as (
       select k.id, k.vendor, k.label, 'byok' as tier, coalesce(k.rotated_at, k.created_at) as since, k.status from nexus.api_keys k where k.organization_id = $1
       union all
       select c.id, c.vendor, null, case when c.organization_id is null then 'platform_default' else 'org_override' end, coalesce(c.rotated_at, c.created_at), c.status from nexus.provider_credentials c
        where c.organization_id = $1 or c.organization_id is null)
     select s.id as credential_id, s.vendor, s.label, s.tier from latest l join stored s on s.id = l.credential_id
      where l.error_code is not null and s.status = 'active' and s.since < l.at order by s.vendor, s.id`,
    [organizationId, from, before, mostLooked],
  );
  return rows;
};

/** The latest calls in which something was metered that has no price, by model. */
export const selectUnpriced = async (
  pool: pg.Pool,
  { organizationId, userId, from, before }: Looked,
): Promise<UnpricedRow[]> => {
  const { rows } = await pool.query<UnpricedRow>(
    `select r.vendor, r.model, count(*)::text as calls
       from nexus.nexus_recent_calls($1, $2, $3, $4, true) r
      where r.unpriced and ($5::text is null or r.user_id = $5)
      group by 1, 2 order by count(*) desc, 1, 2`,
    [organizationId, from, before, mostLooked, userId ?? null],
  );
  return rows;
};

interface UncertainCounts {
  readonly operations: number;
  /** Of them payments that nobody looks up any more; of one app, where that alone is asked for. */
  readonly payments: number;
}

/** What is of unknown outcome, of everybody or of one person. Few are: their own index finds them. */
export const countUncertainOf = async (
  pool: pg.Pool,
  {
    organizationId,
    userId,
    appId,
  }: {
    organizationId: string;
    userId: string | undefined;
    appId: string | undefined;
  },
): Promise<UncertainCounts> => {
  const { rows } = await pool.query<UncertainCounts>(
    `select count(*) filter (where $2::text is null or o.user_id = $2)::int as operations,
            count(*) filter (where o.name like 'payments.%' and ($3::text is null or o.app_id = $3) and exists (
              select from nexus.reconciliation r where r.operation_id = o.operation_id and r.review_at is not null))::int as payments
       from nexus.operation o where o.state = 'uncertain' and o.org_id = $1`,
    [organizationId, userId ?? null, appId ?? null],
  );
  return rows[0] ?? { operations: 0, payments: 0 };
};
