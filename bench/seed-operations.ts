import { Client } from "pg";
import { seedLists } from "./seed-lists.ts";

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

/** Operations of so many days in one month, drawn by lot. */
interface Stretch {
  readonly from: Date;
  readonly to: Date;
  readonly first: number;
  readonly count: number;
}

const sums = [
  "usage_hour",
  "usage_hour_app",
  "usage_day",
  "usage_day_app",
  "usage_hour_user",
  "usage_day_user",
  "usage_month",
  "usage_month_app",
  "usage_month_user",
  "usage_hour_customer",
  "usage_day_customer",
  "usage_month_customer",
  "usage_hour_total",
  "usage_day_total",
  "usage_month_total",
] as const;

/**
 * Operations, their attempts and their entries, as the path of a call leaves them. Calls are most about noon and on working days, a
 * thousand people of the largest organization make them, few of them most, and an app has its own models.
 */
const fillStretch = async (
  client: Client,
  { from, to, first, count }: Stretch,
  organizationId: string,
): Promise<void> => {
  await client.query(
    `with drawn as (
       select n, random() as a, random() as u, random() as m, random() as c, random() as f, md5(n::text) as hex,
              $1::timestamptz + floor(random() * extract(epoch from $2::timestamptz - $1) / 86400) * interval '24 hours'
                              + (random() + random() + random()) / 3 * interval '86399 seconds' as at
         from generate_series($3::bigint, $3::bigint + $4::bigint - 1) n),
     working as (
       select *, at - case when extract(isodow from at) > 5 and c < 0.6 and at - interval '48 hours' >= $1 then interval '48 hours' else '0' end as made,
              case when n % 10 < 6 then $5 else 'org_other_' || n % 19 end as org, floor(case when n % 10 < 6 then 1000 else 60 end * u ^ 2.2)::int as person,
              case when n / 10 % 200 = 0 then 'payments' when n / 10 % 200 < 9 then 'email' else 'ai' end as family
         from drawn where $1 < $2),
     shaped as (
       select *, (person % 24 + floor(2 * a)::int) % 25 as app,
              case when n / 10 % 20000 = 7 and made > now() - interval '1 day' then 'uncertain' when f < 0.03 then 'released' else 'settled' end as state,
              (200 + floor(3000 * c ^ 3))::bigint as input, (20 + floor(900 * m * c))::bigint as output, floor(120 + 9000 * c ^ 4)::int as ms from working),
     called as (select *, case when family = 'ai' then (app * 3 + floor(5 * m ^ 1.7)::int) % 32 end as model from shaped),
     priced as (
       select *, case family when 'ai' then input * (10 + model) * 40 + output * (60 + model) * 40 when 'email' then 400000 else 2900000 end as price,
              (lpad(to_hex((extract(epoch from made) * 1000)::bigint), 12, '0') || '7' || left(hex, 3) || '8' || substr(hex, 4, 15))::uuid as id,
              case family when 'ai' then (array['openai', 'anthropic', 'google', 'deepseek', 'openrouter', 'vllm'])[1 + model % 6]
                   when 'email' then (array['resend', 'ses', 'smtp'])[1 + app % 3] else (array['stripe', 'paypal'])[1 + app % 2] end as vendor,
              case when family = 'ai' then 'model-' || model else '' end as called_model,
              (array['byok', 'platform_default', 'platform_default', 'org_override', 'platform_default'])[1 + app % 5] as tier,
              -- Of one app the customers pay.
              case when app = 3 and family = 'ai' and n % 10 < 6 then (select (array_agg(w.budget_id order by w.wallet_id)) from nexus.wallet w) end as wallets
         from called),
     o as (
       insert into nexus.operation (operation_id, org_id, app_id, user_id, key_id, name, vendor, model, process_id, levels, held, wallet_level, wallet_ppm, charged,
           state, source, cost, overrun, created_at, deadline, ended_at, facts, result)
         select p.id, org, case app when 24 then null when 3 then 'srv_topoloone' else 'srv_app_' || app end, 'usr_' || person, case when person % 3 = 0 then 'key_' || person % 200 end,
                case family when 'ai' then (array['ai.generateText', 'ai.streamText', 'ai.embed', 'ai.generateText'])[1 + model % 4] when 'email' then 'email.send'
                     else (array['payments.order.create', 'payments.checkout.create', 'payments.refund.create'])[1 + person % 3] end,
                p.vendor, called_model, 'seed', array[b.id], case when f > 0.995 then price * 9 / 10 else price * 2 end,
                wallets[1 + floor(cardinality(wallets) * c)::int], case when wallets is not null then 1000000 end,
                case when wallets is not null and p.state <> 'uncertain' then case p.state when 'settled' then price else 0 end end, p.state,
                case p.state when 'settled' then case when f > 0.98 and family = 'ai' then 'estimated' else 'provider' end when 'released' then 'none' end,
                case p.state when 'settled' then price when 'released' then 0 end,
                case p.state when 'settled' then case when f > 0.995 then price - price * 9 / 10 else 0 end when 'released' then 0 end,
                made, made + interval '10 minutes', case when p.state <> 'uncertain' then made + ms * interval '1 millisecond' end,
                jsonb_strip_nulls(jsonb_build_object('effect', case family when 'ai' then 'read' else 'act' end, 'requestedModel', nullif(p.vendor || '/' || called_model, p.vendor || '/'),
                  'credentialTier', tier, 'credentialId', 'vkey_seed', 'credentialVersion', 1, 'priceIds',
                  jsonb_build_array('catalogue:' || p.vendor || '/' || called_model || ':{input,output}'), 'door', 'rest', 'requestId', left(hex, 24))),
                jsonb_strip_nulls(jsonb_build_object('units', case when p.state = 'settled' and family = 'ai' then jsonb_build_object('input', input, 'output', output) end,
                  'rawUsage', case when p.state = 'settled' and family = 'ai' then jsonb_build_object('prompt_tokens', input, 'completion_tokens', output) end,
                  'status', case p.state when 'settled' then 200 else 502 end, 'errorCode', case p.state when 'released' then 'PROVIDER_UNAVAILABLE' end,
                  'latencyMs', ms, 'vendorRequestId', 'req_' || hex, 'streamed', family = 'ai' and model % 4 = 1,
                  'attempt', case when n % 67 <> 5 then jsonb_build_object('n', 1, 'vendor', p.vendor, 'model', called_model, 'credentialTier', tier, 'credentialId', 'vkey_seed',
                    'vendorRequestId', 'req_' || hex, 'startedAt', made, 'durationMs', ms, 'status', case p.state when 'settled' then 200 else 502 end,
                    'outcome', case p.state when 'settled' then 'answered' when 'released' then 'refused' else 'unknown' end) end))
           from priced p join nexus.budget b on b.org_id = p.org and b.rule_id is null order by p.id
         returning operation_id, org_id, state, cost, overrun, created_at, vendor, model, result),
     tried as (
       insert into nexus.attempt (operation_id, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code)
         select operation_id, t, vendor, model, 'platform_default', 'vkey_seed', case t when 2 then result->>'vendorRequestId' end, created_at, 80,
                case when t = 1 then 429 else (result->>'status')::int end, case when t = 1 or state = 'released' then 'refused' else 'answered' end,
                case t when 1 then 'PROVIDER_RATE_LIMITED' end from o, generate_series(1, 2) t where result->'attempt' is null)
     insert into nexus.entry (operation_id, kind, org_id, amount, at)
       select operation_id, e.kind, org_id, e.amount, created_at
         from o, lateral (values ('cost', case state when 'settled' then cost - overrun end), ('overrun', case state when 'settled' then nullif(overrun, 0) end),
                                 ('release', case state when 'released' then 0 end)) e (kind, amount) where e.amount is not null order by operation_id`,
    [from, to, first, count, organizationId],
  );
};

/** The sums of one stretch through the ledger's own view, written as time goes on: that is how the worker leaves them on disk. */
const sumStretch = async (client: Client, { from, to }: Stretch): Promise<void> => {
  const measures =
    "sum(calls), sum(failed), sum(cost), sum(overrun), sum(input_units), sum(output_units), sum(latency)";
  const names = "calls, failed, cost, overrun, input_units, output_units, latency";
  const all = "app_id, user_id, key_id, operation, vendor, model, source, tier, customer";
  const app = "app_id, operation, vendor, model, source, tier";
  const add = (table: string, at: string, columns: string, source: string, moment: string): Promise<unknown> =>
    client.query(
      `insert into nexus.${table} (org_id, ${at}, ${columns}, ${names})
         select org_id, ${moment}, ${columns}, ${measures} from ${source} group by org_id, ${moment}, ${columns} order by ${moment}, org_id`,
    );
  const ids = `where operation_id >= nexus.nexus_uuid_floor('${from.toISOString()}') and operation_id < nexus.nexus_uuid_floor('${to.toISOString()}')`;
  const within = (table: string, at = "hour"): string =>
    `nexus.${table} where ${at} >= '${from.toISOString()}' and ${at} < '${to.toISOString()}'`;
  const day = "date_trunc('day', hour, 'UTC')";
  await add("usage_hour", "hour", all, `nexus.entry_usage ${ids}`, "hour");
  await add("usage_day", "day", all, within("usage_hour"), day);
  await add("usage_hour_app", "hour", app, within("usage_hour"), "hour");
  await add("usage_day_app", "day", app, within("usage_hour_app"), day);
  const month = "date_trunc('month', day, 'UTC')";
  await add("usage_month", "month", all, within("usage_day", "day"), month);
  await add("usage_month_app", "month", app, within("usage_day_app", "day"), month);
  const people = (table: string, at: string, moment: string, messages: string, source: string): Promise<unknown> =>
    client.query(
      `insert into nexus.${table} (org_id, ${at}, user_id, key_id, ${names}, messages)
         select org_id, ${moment}, user_id, key_id, ${measures}, ${messages} from ${source} group by 1, 2, 3, 4 order by 2, 1`,
    );
  const mails = "coalesce(sum(calls - failed) filter (where operation like 'email.%'), 0)";
  await people("usage_hour_user", "hour", "hour", mails, within("usage_hour"));
  await people("usage_day_user", "day", day, "sum(messages)", within("usage_hour_user"));
  const customers = (table: string, at: string, moment: string, messages: string, source: string): Promise<unknown> =>
    client.query(
      `insert into nexus.${table} (org_id, ${at}, app_id, customer, ${names}, messages)
         select org_id, ${moment}, app_id, customer, ${measures}, ${messages} from ${source} and customer <> 0 group by 1, 2, 3, 4 order by 2, 1`,
    );
  await customers("usage_hour_customer", "hour", "hour", mails, within("usage_hour"));
  await customers("usage_day_customer", "day", day, "sum(messages)", within("usage_hour_customer"));
  await customers("usage_month_customer", "month", month, "sum(messages)", within("usage_day_customer", "day"));
  await people("usage_month_user", "month", month, "sum(messages)", within("usage_day_user", "day"));
  const totals = (table: string, at: string, moment: string, messages: string, source: string): Promise<unknown> =>
    client.query(
      `insert into nexus.${table} (org_id, ${at}, ${names}, messages)
         select org_id, ${moment}, ${measures}, ${messages} from ${source} group by 1, 2 order by 2, 1`,
    );
  await totals("usage_hour_total", "hour", "hour", mails, within("usage_hour_app"));
  await totals("usage_day_total", "day", day, "sum(messages)", within("usage_hour_total"));
  await totals("usage_month_total", "month", month, "sum(messages)", within("usage_day_total", "day"));
};

interface Made {
  readonly drop: string;
  readonly make: string;
}

/** Indexes and keys of the big tables: rows that are there already are sorted faster than rows that come one by one. */
const indexesOf = async (client: Client): Promise<readonly Made[]> => {
  const { rows } = await client.query<Made>(
    `select case when c.oid is null then format('drop index %s', i.indexrelid::regclass) else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end as drop,
            case when c.oid is null then replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) end as make
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
      where i.indrelid = any ($1::regclass[])`,
    [["operation", "entry", "attempt", ...sums].map((table) => `nexus.${table}`)],
  );
  return rows;
};

const connectTo = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString });
  await client.connect();
  for (const [setting, value] of [
    ["synchronous_commit", "off"],
    ["work_mem", "256MB"],
    ["jit", "off"],
    ["enable_partitionwise_join", "on"],
    ["enable_nestloop", "off"],
  ])
    await client.query(`set ${setting} = '${value}'`);
  return client;
};

/** The period cut at the months, later ones with more calls than earlier ones. */
const stretchesOf = (days: number, operations: number): readonly Stretch[] => {
  const until = Math.floor(Date.now() / dayMs) * dayMs;
  const begins = Array.from({ length: days }, (_, n) => new Date(until - (days - n) * dayMs));
  const months = [...Map.groupBy(begins, (day) => day.toISOString().slice(0, 7)).values()];
  const weightOf = (month: readonly Date[], place: number): number => month.length * (1 + place / months.length);
  const whole = months.reduce((sum, month, place) => sum + weightOf(month, place), 0);
  let first = 0;
  return months.map((month, place) => {
    const [from = new Date(until)] = month;
    const last = place === months.length - 1;
    const count = last ? operations - first : Math.floor((operations * weightOf(month, place)) / whole);
    const stretch = { from, to: new Date(from.getTime() + month.length * dayMs), first, count };
    first += count;
    return stretch;
  });
};

const partitionOf = async (client: Client, { from }: Stretch): Promise<void> => {
  const month = `${from.toISOString().slice(0, 7)}-01T00:00:00Z`;
  const { rows } = await client.query<{ missing: boolean }>(
    "select not nexus.is_partition('operation', nexus.partition_name('operation', $1)) as missing",
    [month],
  );
  if (!rows[0]?.missing) return;
  for (const table of ["operation", "entry"])
    await client.query(
      `select nexus.draft_partition('${table}', '${month}'); select nexus.attach_partition('${table}', '${month}')`,
    );
};

/** Fills the ledger by set: rows, entries, counters and sums agree as if every call had been made. */
export const seedOperations = async (seed: Seed): Promise<void> => {
  const { connectionString, operations, organizationId, days, lanes, say } = seed;
  const admin = await connectTo(connectionString);
  const began = performance.now();
  const told = (what: string): void => say(`${what}, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  for (const setting of ["fsync = off", "full_page_writes = off", "max_wal_size = '4GB'", "autovacuum = off"])
    await admin.query(`alter system set ${setting}`);
  await admin.query("select pg_reload_conf()");
  // No worker meanwhile: what it looks for, it would look for without an index.
  await admin.query(
    "insert into nexus.worker_lease values ('ledger', 'bench', now() + interval '1 day') on conflict (name) do update set holder = 'bench', leased_until = excluded.leased_until",
  );
  for (const org of [organizationId, ...Array.from({ length: 19 }, (_, n) => `org_other_${n}`)])
    await admin.query("select nexus.nexus_ensure_org($1)", [org]);
  const waiting = [...stretchesOf(days, operations)];
  for (const stretch of waiting) await partitionOf(admin, stretch);
  await seedLists.before(admin, organizationId);
  await admin.query("alter table nexus.entry disable trigger entry_queued_for_rollup");
  const indexes = await indexesOf(admin);
  for (const { drop } of indexes) await admin.query(drop);
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const client = await connectTo(connectionString);
      for (let stretch = waiting.shift(); stretch !== undefined; stretch = waiting.shift()) {
        await fillStretch(client, stretch, organizationId);
        await sumStretch(client, stretch);
        told(`${stretch.from.toISOString().slice(0, 7)}: ${stretch.count} operations`);
      }
      await client.end();
    }),
  );
  await admin.query("set maintenance_work_mem = '1GB'");
  for (const { make } of indexes) await admin.query(make);
  told("indexes");
  await admin.query("alter table nexus.entry enable trigger entry_queued_for_rollup");
  await admin.query(
    `update nexus.budget b set spent = s.cost - s.overrun, overrun = s.overrun, reserved = s.held
       from (select org_id, coalesce(sum(cost), 0) as cost, coalesce(sum(overrun), 0) as overrun,
                    coalesce(sum(held) filter (where state = 'uncertain'), 0) as held from nexus.operation group by 1) s
      where b.org_id = s.org_id and b.rule_id is null`,
  );
  await seedLists.after(admin, organizationId);
  told("counters, mails, payments, customers, audit events");
  await admin.query("vacuum analyze");
  // The product starts on durable servers alone, and what is measured later is one.
  await admin.query("alter system reset all");
  await admin.query("select pg_reload_conf()");
  await admin.query("checkpoint");
  await admin.query("delete from nexus.worker_lease where holder = 'bench'");
  told("statistics");
  await admin.end();
};
