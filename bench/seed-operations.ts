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
       select *, case when n % 10 < 6 then $4 else 'org_other_' || n % 19 end as org, floor(500 * u ^ 2.2)::int as person, floor(16 * m ^ 1.7)::int as model,
              case when n % 20000 = 7 then 'uncertain' when f < 0.03 then 'released' else 'settled' end as state,
              (200 + floor(3000 * c ^ 3))::bigint as input, (20 + floor(900 * m * c))::bigint as output, md5(n::text) as hex from drawn),
     o as (
       insert into nexus.operation (operation_id, org_id, app_id, user_id, key_id, name, vendor, model, process_id, levels, held, state, source, cost, overrun,
           created_at, deadline, ended_at, facts, result)
         select (lpad(to_hex((extract(epoch from s.at) * 1000)::bigint), 12, '0') || '7' || left(hex, 3) || '8' || substr(hex, 4, 15))::uuid,
                org, nullif('srv_app_' || floor(13 * a ^ 2), 'srv_app_12'), 'usr_' || person, case when n % 2 = 0 then 'key_' || person % 60 end,
                case when n % 20 = 3 then 'email.send' when n % 13 = 0 then 'ai.embed' else 'ai.generateText' end,
                (array['openai', 'anthropic', 'google', 'mistral'])[1 + model % 4], 'model-' || model, 'seed', array[b.id], 40000 + input * 40 + output * 160, s.state,
                case s.state when 'settled' then 'provider' when 'released' then 'none' end,
                case s.state when 'settled' then input * (10 + model) + output * (60 + model) when 'released' then 0 end, case s.state when 'settled' then 0 end,
                s.at, s.at + interval '10 minutes', s.at + interval '1 second',
                jsonb_build_object('effect', case when n % 20 = 3 then 'act' else 'read' end, 'requestedModel', 'model-' || model, 'credentialTier',
                  (array['byok', 'platform_default', 'platform_default'])[1 + (n % 3)::int], 'credentialId', 'vkey_seed', 'credentialVersion', 1, 'priceIds',
                  jsonb_build_array('catalogue:openai/model-' || model || ':{input,output}'), 'door', 'rest', 'requestId', left(hex, 24)),
                jsonb_build_object('units', jsonb_build_object('input', input, 'output', output), 'rawUsage', jsonb_build_object('prompt_tokens', input,
                  'completion_tokens', output), 'status', case s.state when 'settled' then 200 else 502 end, 'latencyMs', floor(120 + 9000 * c ^ 4),
                  'vendorRequestId', 'req_' || hex, 'streamed', n % 4 = 0)
           from shaped s join nexus.budget b on b.org_id = s.org and b.rule_id is null
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

const connectTo = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query("set synchronous_commit = off");
  await client.query("set work_mem = '256MB'");
  await client.query("set jit = off");
  // A day's entries find their operations by key.
  await client.query("set enable_mergejoin = off");
  return client;
};

/** Indexes that random values grow slowest; made again when all rows are there. */
const lateIndexes = ["operation_by_vendor_request", "operation_by_attempt_request", "operation_about"];

/** Fills the ledger by set: rows, entries, counters and sums agree as if every call had been made. */
export const seedOperations = async (seed: Seed): Promise<void> => {
  const { connectionString, operations, organizationId, days, lanes, say } = seed;
  const admin = await connectTo(connectionString);
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const begins = Array.from({ length: days }, (_, n) => new Date(today - (days - n) * dayMs));
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
  const { rows: indexes } = await admin.query<{ name: string; made: string }>(
    "select i.oid::regclass::text as name, pg_get_indexdef(i.oid) as made from pg_class i where i.relname = any ($1)",
    [lateIndexes],
  );
  for (const { name } of indexes) await admin.query(`drop index ${name}`);
  await admin.query("alter table nexus.entry disable trigger entry_queued_for_rollup");
  const began = performance.now();
  let done = 0;
  const each = Math.ceil(operations / days);
  const waiting = [...begins.entries()];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const client = await connectTo(connectionString);
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [n, day] = next;
        await fillDay(client, day, each, n * each, organizationId);
        done += each;
        if (n % 10 === 9)
          say(`${done.toLocaleString("en")} operations, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
      }
      await client.end();
    }),
  );
  await admin.query("alter table nexus.entry enable trigger entry_queued_for_rollup");
  await admin.query("set maintenance_work_mem = '1GB'");
  for (const { made } of indexes) await admin.query(made);
  await admin.query(
    `update nexus.budget b set spent = s.cost, reserved = s.held
       from (select org_id, coalesce(sum(cost), 0) as cost, coalesce(sum(held) filter (where state = 'uncertain'), 0) as held from nexus.operation group by 1) s
      where b.org_id = s.org_id and b.rule_id is null`,
  );
  await admin.query("vacuum analyze");
  await admin.end();
};
