import type pg from "pg";
import { unitClasses, type UnitClass } from "../../contracts/units.ts";
import type { PriceOverride } from "./price.ts";

interface PriceOverrideRow {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly unit_class: string;
  readonly organization_id: string | null;
  readonly own: boolean;
  readonly nano_per_million: bigint | null;
  readonly billed_as: string | null;
  readonly effective_from: Date;
  readonly author_id: string;
  readonly created_at: Date;
}

const columns =
  "id, vendor, model, unit_class, organization_id, own, nano_per_million, billed_as, effective_from, author_id, created_at";

const knownClasses = new Map<string, UnitClass>(unitClasses.map((unitClass) => [unitClass, unitClass]));

/** A class that this version of the code does not know cannot price anything: its rows are left out. */
const overrideOf = (row: PriceOverrideRow): PriceOverride[] => {
  const unitClass = knownClasses.get(row.unit_class);
  if (!unitClass) return [];
  return [
    {
      id: row.id,
      vendor: row.vendor,
      model: row.model,
      unitClass,
      organizationId: row.organization_id,
      own: row.own,
      nanosPerMillion: row.nano_per_million,
      billedAs: (row.billed_as !== null && knownClasses.get(row.billed_as)) || null,
      effectiveFrom: row.effective_from.getTime(),
      authorId: row.author_id,
      createdAt: row.created_at.getTime(),
    },
  ];
};

/** Every override ever set. The newest effective one wins; older ones are what earlier calls were priced by. */
export const selectOverrides = async (db: pg.Pool | pg.PoolClient): Promise<PriceOverride[]> => {
  const { rows } = await db.query<PriceOverrideRow>(
    `select ${columns} from nexus.price_override order by effective_from, created_at, id`,
  );
  return rows.flatMap(overrideOf);
};

/** The database's clock, by which prices take effect. */
export const selectNow = async (client: pg.PoolClient): Promise<Date> => {
  const { rows } = await client.query<{ now: Date }>("select clock_timestamp()::timestamptz(3) as now");
  const [row] = rows;
  if (!row) throw new Error("the database told no time");
  return row.now;
};

/** A row to be written. */
export interface NewOverride {
  readonly id: string;
  readonly unitClass: UnitClass;
  readonly nanosPerMillion: bigint | null;
  readonly billedAs: UnitClass | null;
}

interface InsertOverrides {
  readonly vendor: string;
  readonly model: string;
  readonly organizationId: string | null;
  readonly own: boolean;
  readonly effectiveFrom: Date;
  readonly authorId: string;
  readonly rows: readonly NewOverride[];
}

export const insertOverrides = async (client: pg.PoolClient, insert: InsertOverrides): Promise<PriceOverride[]> => {
  const { rows } = await client.query<PriceOverrideRow>(
    `insert into nexus.price_override
       (id, vendor, model, unit_class, organization_id, nano_per_million, billed_as, effective_from, author_id, own)
     select r.id, $1, $2, r.unit_class, $3, r.price, r.billed_as, $4, $5, $10
       from unnest($6::uuid[], $7::text[], $8::bigint[], $9::text[]) r(id, unit_class, price, billed_as)
     returning ${columns}`,
    [
      insert.vendor,
      insert.model,
      insert.organizationId,
      insert.effectiveFrom,
      insert.authorId,
      insert.rows.map(({ id }) => id),
      insert.rows.map(({ unitClass }) => unitClass),
      insert.rows.map(({ nanosPerMillion }) => nanosPerMillion),
      insert.rows.map(({ billedAs }) => billedAs),
      insert.own,
    ],
  );
  return rows.flatMap(overrideOf);
};

interface CallsOf {
  readonly organizationId: string;
  readonly vendor: string;
  readonly model: string;
  readonly now: number;
}

/** How many calls of a model an organization made in the last 30 days. */
export const selectCallsOf = async (db: pg.Pool, { organizationId, vendor, model, now }: CallsOf): Promise<number> => {
  const { rows } = await db.query<{ calls: number }>(
    `select coalesce(sum(calls), 0)::int as calls from nexus.usage_day_app
      where org_id = $1 and day >= $4::timestamptz - interval '30 days' and vendor = $2 and lower(model) = lower($3)`,
    [organizationId, vendor, model, new Date(now)],
  );
  return rows[0]?.calls ?? 0;
};

interface UnpricedClassRow {
  readonly vendor: string;
  readonly model: string;
  readonly unit_class: string;
  readonly calls: number;
  readonly last: string;
}

/** What had no price in the newest calls of an organization, by model and class. */
export const selectUnpricedClasses = async (
  db: pg.Pool,
  {
    organizationId,
    days,
    now,
    limit,
  }: { readonly organizationId: string; readonly days: number; readonly now: number; readonly limit: number },
): Promise<UnpricedClassRow[]> => {
  const { rows } = await db.query<UnpricedClassRow>(
    `with found as materialized (
       select operation_id, vendor, model
         from nexus.nexus_recent_calls($1, nexus.nexus_uuid_floor($2::timestamptz - $3::int * interval '1 day'), nexus.nexus_uuid_floor($2::timestamptz + interval '1 day'), $4, true)
        where unpriced)
     select f.vendor, f.model, c.unit_class, count(*)::int as calls, (array_agg(f.operation_id order by f.operation_id desc))[1] as last
       from found f join nexus.operation o on o.operation_id = f.operation_id,
            jsonb_array_elements_text(o.result->'unpricedClasses') c (unit_class)
      group by 1, 2, 3 order by calls desc, 1, 2, 3 limit 200`,
    [organizationId, new Date(now), days, limit],
  );
  return rows;
};
