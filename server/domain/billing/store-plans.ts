import type pg from "pg";
import type { FamilyName } from "../../contracts/operation.ts";

type Reader = pg.Pool | pg.PoolClient;

interface PlanRule {
  readonly family: FamilyName | null;
  readonly model: string | null;
  readonly ratePpm: number;
}

export interface PlanRow {
  readonly plan_id: string;
  readonly app_id: string;
  readonly name: string;
  readonly rate_ppm: number;
  readonly allowance: string;
  readonly meter_event: string | null;
  readonly rules: readonly PlanRule[];
  readonly customers: number;
}

export const selectPlans = async (
  db: Reader,
  of: { readonly organizationId: string; readonly appId: string | undefined; readonly name?: string },
): Promise<readonly PlanRow[]> => {
  const { rows } = await db.query<PlanRow>(
    `select p.plan_id, p.app_id, p.name, p.rate_ppm, p.allowance::text, p.meter_event,
            coalesce((select jsonb_agg(jsonb_build_object('family', r.family, 'model', r.model, 'ratePpm', r.rate_ppm) order by r.n)
                        from nexus.plan_rule r where r.plan_id = p.plan_id), '[]') as rules,
            (select count(*) from nexus.customer c where c.plan_id = p.plan_id)::int as customers
       from nexus.plan p
      where p.org_id = $1 and ($2::text is null or p.app_id = $2) and ($3::text is null or p.name = $3)
      order by p.app_id, p.name`,
    [of.organizationId, of.appId ?? null, of.name ?? null],
  );
  return rows;
};

export const countPlans = async (db: Reader, organizationId: string): Promise<number> => {
  const { rows } = await db.query<{ n: number }>("select count(*)::int as n from nexus.plan where org_id = $1", [
    organizationId,
  ]);
  return rows[0]?.n ?? 0;
};

interface NewPlan {
  readonly id: string;
  readonly organizationId: string;
  readonly appId: string;
  readonly name: string;
  readonly ratePpm: number;
  readonly allowance: string;
  readonly meterEvent: string | null;
  readonly rules: readonly PlanRule[];
}

/** The same pattern for `like`. */
const likeOf = (glob: string | null): string | null =>
  glob
    ?.replaceAll(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_") ?? null;

export const upsertPlan = async (tx: pg.PoolClient, plan: NewPlan): Promise<void> => {
  const { rows } = await tx.query<{ id: string }>(
    `insert into nexus.plan as p (plan_id, org_id, app_id, name, rate_ppm, allowance, meter_event) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (org_id, app_id, name) do update set rate_ppm = excluded.rate_ppm, allowance = excluded.allowance,
       meter_event = excluded.meter_event, updated_at = clock_timestamp()
     returning plan_id as id`,
    [plan.id, plan.organizationId, plan.appId, plan.name, plan.ratePpm, plan.allowance, plan.meterEvent],
  );
  const id = rows[0]?.id ?? plan.id;
  await tx.query("delete from nexus.plan_rule where plan_id = $1", [id]);
  for (const [n, { family, model, ratePpm }] of plan.rules.entries())
    await tx.query(
      "insert into nexus.plan_rule (plan_id, n, family, model, model_like, rate_ppm) values ($1, $2, $3, $4, $5, $6)",
      [id, n, family, model, likeOf(model), ratePpm],
    );
};

/** False where a customer has it. */
export const deletePlan = async (tx: pg.PoolClient, planId: string): Promise<boolean> => {
  // Whoever gives it to a customer waits here, or is waited for.
  await tx.query("select from nexus.plan where plan_id = $1 for update", [planId]);
  const { rowCount } = await tx.query(
    "delete from nexus.plan where plan_id = $1 and not exists (select from nexus.customer where plan_id = $1)",
    [planId],
  );
  return rowCount === 1;
};
