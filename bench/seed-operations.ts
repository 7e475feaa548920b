import { Client } from "pg";

/** What a database is filled with. */
export interface Seed {
  readonly connectionString: string;
  readonly operations: number;
  /** Has three of five operations; nineteen others share the rest. */
  readonly organizationId: string;
  readonly days: number;
  /** Statements side by side. */
  readonly lanes: number;
  readonly say: (text: string) => void;
}

const dayMs = 86_400_000;

/** Operations of a day with their entries, as settling writes them, and then their sums through the ledger's own view. */
const fillDay = async (
  client: Client,
  day: Date,
  count: number,
  first: number,
  organizationId: string,
): Promise<void> => {
  await client.query(
    `with drawn as (
       select n, $1::timestamptz + random() * interval '86399 seconds' as at, random() as a, random() as u, random() as m, random() as c, random() as f
         from generate_series($2::bigint, $2::bigint + $3::bigint - 1) n),
     shaped as (
       select *, case when n % 10 < 6 then $4 else 'org_other_' || n % 19 end as org, floor(500 * u ^ 2.2)::int as person,
              -- A person uses two apps, and an app four models.
              (floor(500 * u ^ 2.2)::int % 12 + floor(2 * a)::int) % 13 as app, floor(4 * m ^ 1.7)::int as model_of_app,
              case when n % 20000 = 7 then 'uncertain' when f < 0.03 then 'released' else 'settled' end as state,
              (200 + floor(3000 * c ^ 3))::bigint as input, (20 + floor(900 * m * c))::bigint as output, md5(n::text) as hex from drawn),
     called as (select *, (app * 3 + model_of_app) % 16 as model from shaped),
     o as (
       insert into nexus.operation (operation_id, org_id, app_id, user_id, key_id, name, vendor, model, process_id, levels, held, state, source, cost, overrun,
           created_at, deadline, ended_at, facts, result)
         select (lpad(to_hex((extract(epoch from s.at) * 1000)::bigint), 12, '0') || '7' || left(hex, 3) || '8' || substr(hex, 4, 15))::uuid,
                org, nullif('srv_app_' || app, 'srv_app_12'), 'usr_' || person, case when person % 3 = 0 then 'key_' || person % 60 end,
                case when n % 20 = 3 then 'email.send' when model % 5 = 0 then 'ai.embed' else 'ai.generateText' end,
                (array['openai', 'anthropic', 'google', 'mistral'])[1 + model % 4], 'model-' || model, 'seed', array[b.id], 40000 + input * 40 + output * 160, s.state,
                case s.state when 'settled' then 'provider' when 'released' then 'none' end,
                case s.state when 'settled' then input * (10 + model) + output * (60 + model) when 'released' then 0 end, case s.state when 'settled' then 0 end,
                s.at, s.at + interval '10 minutes', s.at + interval '1 second',
                jsonb_build_object('effect', case when n % 20 = 3 then 'act' else 'read' end, 'requestedModel', 'model-' || model, 'credentialTier',
                  (array['byok', 'platform_default', 'platform_default'])[1 + app % 3], 'credentialId', 'vkey_seed', 'credentialVersion', 1, 'priceIds',
                  jsonb_build_array('catalogue:openai/model-' || model || ':{input,output}'), 'door', 'rest', 'requestId', left(hex, 24)),
                jsonb_build_object('units', jsonb_build_object('input', input, 'output', output), 'rawUsage', jsonb_build_object('prompt_tokens', input,
                  'completion_tokens', output), 'status', case s.state when 'settled' then 200 else 502 end, 'latencyMs', floor(120 + 9000 * c ^ 4),
                  'vendorRequestId', 'req_' || hex, 'streamed', n % 4 = 0)
           from called s join nexus.budget b on b.org_id = s.org and b.rule_id is null
         returning operation_id, org_id, state, cost, created_at)
     insert into nexus.entry (operation_id, kind, org_id, amount, at)
       select operation_id, case state when 'settled' then 'cost' else 'release' end, org_id, coalesce(cost, 0), created_at from o where state <> 'uncertain'`,
    [day, first, count, organizationId],
  );
  const next = new Date(day.getTime() + dayMs);
  await client.query(
    `insert into nexus.usage_hour (org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, calls, failed, cost, overrun,
         input_units, output_units, latency)
       select org_id, hour, app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed), sum(cost), sum(overrun),
              sum(input_units), sum(output_units), sum(latency)
         from nexus.entry_usage where operation_id >= nexus.nexus_uuid_floor($1) and operation_id < nexus.nexus_uuid_floor($2)
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11`,
    [day, next],
  );
  await client.query(
    `insert into nexus.usage_hour_app (org_id, hour, app_id, operation, vendor, model, source, tier, calls, failed, cost, overrun, input_units, output_units, latency)
       select org_id, hour, app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units),
              sum(latency) from nexus.usage_hour where hour >= $1 and hour < $2 group by 1, 2, 3, 4, 5, 6, 7, 8`,
    [day, next],
  );
  await client.query(
    `insert into nexus.usage_day
       select org_id, date_trunc('day', hour, 'UTC'), app_id, user_id, key_id, operation, vendor, model, source, tier, customer, sum(calls), sum(failed), sum(cost),
              sum(overrun), sum(input_units), sum(output_units), sum(latency) from nexus.usage_hour where hour >= $1 and hour < $2
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11`,
    [day, next],
  );
  await client.query(
    `insert into nexus.usage_day_app
       select org_id, date_trunc('day', hour, 'UTC'), app_id, operation, vendor, model, source, tier, sum(calls), sum(failed), sum(cost), sum(overrun),
              sum(input_units), sum(output_units), sum(latency) from nexus.usage_hour_app where hour >= $1 and hour < $2 group by 1, 2, 3, 4, 5, 6, 7, 8`,
    [day, next],
  );
};

const sums = [
  ["usage_hour", "hour"],
  ["usage_hour_app", "hour"],
  ["usage_day", "day"],
  ["usage_day_app", "day"],
] as const;

/** Keeps what was written for a day, to be read again and again. */
const keepDay = async (client: Client): Promise<void> => {
  for (const table of ["operation", "entry", ...sums.map(([name]) => name)])
    await client.query(`create unlogged table public.drawn_${table} as select * from nexus.${table}`);
};

/** The same day again, so many days later: rows, entries and sums. */
const repeatDay = async (client: Client, later: number): Promise<void> => {
  const moved =
    "(lpad(to_hex(nexus.nexus_uuid_ms(operation_id) + $1::bigint * 86400000), 12, '0') || substr(operation_id::text, 15))::uuid";
  const after = "$1::int * interval '24 hours'";
  await client.query(
    `insert into nexus.operation (operation_id, org_id, app_id, user_id, key_id, name, vendor, model, process_id, levels, held, state, source, cost, overrun, created_at,
         deadline, ended_at, facts, result)
       select ${moved}, org_id, app_id, user_id, key_id, name, vendor, model, process_id, levels, held, state, source, cost, overrun, created_at + ${after},
              deadline + ${after}, ended_at + ${after}, facts, result from public.drawn_operation`,
    [later],
  );
  await client.query(
    `insert into nexus.entry (operation_id, kind, org_id, amount, at) select ${moved}, kind, org_id, amount, at + ${after} from public.drawn_entry`,
    [later],
  );
  for (const [table, at] of sums)
    await client.query(
      `insert into nexus.${table}
         select r.* from public.drawn_${table} t,
                lateral jsonb_populate_record(null::nexus.${table}, to_jsonb(t) || jsonb_build_object('${at}', t.${at} + ${after})) r`,
      [later],
    );
};

interface Made {
  readonly drop: string;
  readonly make: string;
}

/** Indexes and keys of the big tables: rows that are there already are sorted faster than rows that come one by one. */
const indexesOf = async (client: Client): Promise<readonly Made[]> => {
  const { rows } = await client.query<Made>(
    `select case when c.oid is null then format('drop index %s', i.indexrelid::regclass) else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end as drop,
            case when c.oid is null then pg_get_indexdef(i.indexrelid) else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) end as make
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
      where i.indrelid in ('nexus.operation'::regclass, 'nexus.entry'::regclass, 'nexus.usage_hour'::regclass, 'nexus.usage_day'::regclass)`,
  );
  return rows;
};

const connectTo = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query("set synchronous_commit = off");
  await client.query("set work_mem = '128MB'");
  await client.query("set jit = off");
  return client;
};

/**
 * Fills the ledger by set: rows, entries, counters and sums agree as if every call had been made. One day is drawn by lot; the
 * others are as it was.
 */
export const seedOperations = async (seed: Seed): Promise<void> => {
  const { connectionString, operations, organizationId, days, lanes, say } = seed;
  const admin = await connectTo(connectionString);
  const began = performance.now();
  const told = (what: string): void => say(`${what}, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  for (const setting of ["fsync = off", "full_page_writes = off", "max_wal_size = '16GB'"])
    await admin.query(`alter system set ${setting}`);
  await admin.query("select pg_reload_conf()");
  // No worker meanwhile: what it looks for, it would look for without an index.
  await admin.query(
    "insert into nexus.worker_lease values ('ledger', 'bench', now() + interval '1 day') on conflict (name) do update set holder = 'bench', leased_until = excluded.leased_until",
  );
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const begins = Array.from({ length: days }, (_, n) => new Date(today - (days - n) * dayMs));
  const [first = new Date(today)] = begins;
  for (const org of [organizationId, ...Array.from({ length: 19 }, (_, n) => `org_other_${n}`)])
    await admin.query("select nexus.nexus_ensure_org($1)", [org]);
  for (const month of new Set(begins.map((day) => `${day.toISOString().slice(0, 7)}-01T00:00:00Z`))) {
    const { rows } = await admin.query<{ missing: boolean }>(
      "select not nexus.is_partition('operation', nexus.partition_name('operation', $1)) as missing",
      [month],
    );
    if (!rows[0]?.missing) continue;
    for (const table of ["operation", "entry"])
      await admin.query(
        `select nexus.draft_partition('${table}', '${month}'); select nexus.attach_partition('${table}', '${month}')`,
      );
  }
  await admin.query("alter table nexus.entry disable trigger entry_queued_for_rollup");
  // The day's entries find their operations by key.
  await admin.query("set enable_mergejoin = off");
  await fillDay(admin, first, Math.ceil(operations / days), 0, organizationId);
  await keepDay(admin);
  told("one day");
  const indexes = await indexesOf(admin);
  for (const { drop } of indexes) await admin.query(drop);
  const waiting = begins.map((_, later) => later).slice(1);
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const client = await connectTo(connectionString);
      for (let later = waiting.shift(); later !== undefined; later = waiting.shift()) {
        await repeatDay(client, later);
        if (later % 10 === 9) told(`${later + 1} days`);
      }
      await client.end();
    }),
  );
  await admin.query("set maintenance_work_mem = '1GB'");
  for (const { make } of indexes) await admin.query(make);
  told("indexes");
  await admin.query("alter table nexus.entry enable trigger entry_queued_for_rollup");
  await admin.query(
    `update nexus.budget b set spent = s.cost, reserved = s.held
       from (select org_id, coalesce(sum(cost), 0) as cost, coalesce(sum(held) filter (where state = 'uncertain'), 0) as held from nexus.operation group by 1) s
      where b.org_id = s.org_id and b.rule_id is null`,
  );
  for (const table of ["operation", "entry", ...sums.map(([name]) => name)])
    await admin.query(`drop table public.drawn_${table}`);
  await admin.query("vacuum analyze");
  await admin.query("delete from nexus.worker_lease where holder = 'bench'");
  told("counters and statistics");
  await admin.end();
};
