import { Client } from "pg";
import type { PairLoad } from "./pair-load.ts";

interface SeedRows {
  readonly connectionString: string;
  readonly operations: number;
  readonly days: number;
  /** Has three of five operations; nineteen others share the rest. */
  readonly organizationId: string;
  /** Makes the call that the others are made after. */
  readonly load: PairLoad;
  readonly say: (text: string) => void;
}

const chunk = 100_000;
const lanes = 2;

/** Every column of a row as it is, but for those that are given. */
const columnsOf = async (
  sql: Client,
  table: string,
  own: Readonly<Record<string, string>>,
): Promise<readonly [string, string]> => {
  const { rows } = await sql.query<{ name: string }>(
    "select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
    [`nexus.${table}`],
  );
  return [rows.map(({ name }) => name).join(", "), rows.map(({ name }) => own[name] ?? `r.${name}`).join(", ")];
};

/**
 * Fills the ledger's own tables, and nothing else, with calls like one that was made, spread over so many days. What was broken off
 * is gone on with.
 */
export const seedRows = async ({
  connectionString,
  operations,
  days,
  organizationId,
  load,
  say,
}: SeedRows): Promise<void> => {
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString });
    await client.connect();
    await client.query("set synchronous_commit = off");
    return client;
  };
  const sql = await connect();
  await sql.query("create table if not exists public.seeded (first int primary key)");
  let made = false;
  await load.run(1, () => made || !(made = true));
  for (const setting of ["fsync = off", "full_page_writes = off", "max_wal_size = '4GB'", "autovacuum = off"])
    await sql.query(`alter system set ${setting}`);
  await sql.query("select pg_reload_conf()");
  const { rows } = await sql.query<{ id: string }>(
    "select operation_id as id from nexus.operation where org_id = $1 and state = 'settled' order by 1 desc limit 1",
    [organizationId],
  );
  const pattern = rows[0]?.id;
  if (pattern === undefined) throw new Error("no call was made");
  await sql.query(
    `do $$ declare m timestamptz; t text; begin
       for m in select date_trunc('month', now() - make_interval(days => n), 'UTC') from generate_series(0, ${days}) n group by 1 loop
         foreach t in array array['operation', 'entry'] loop
           if not nexus.is_partition(t, nexus.partition_name(t, m)) then perform nexus.draft_partition(t, m); perform nexus.attach_partition(t, m); end if;
         end loop;
       end loop;
     end $$`,
  );
  await sql.query("alter table nexus.entry disable trigger entry_queued_for_rollup");
  const org = "case when n % 10 < 6 then r.org_id else 'org_other_' || n % 19 end";
  const [operationColumns, operationValues] = await columnsOf(sql, "operation", {
    operation_id: "id",
    org_id: org,
    user_id: "'usr_' || n % 1000",
    process_id: "'seed'",
    created_at: "at",
    deadline: "at + interval '1 minute'",
    ended_at: "at + interval '400 milliseconds'",
    result: "r.result || jsonb_build_object('vendorRequestId', 'req_' || hex)",
  });
  const [entryColumns, entryValues] = await columnsOf(sql, "entry", {
    operation_id: "o.operation_id",
    org_id: "o.org_id",
    seq: "nextval('nexus.entry_seq')",
    at: "o.ended_at",
  });
  const began = performance.now();
  const { rows: known } = await sql.query<{ first: number }>("select first from public.seeded");
  const there = new Set(known.map(({ first }) => first));
  const chunks = Array.from({ length: Math.ceil(operations / chunk) }, (_, n) => n * chunk).filter(
    (first) => !there.has(first),
  );
  let done = there.size * chunk;
  // Each lane fills months of its own: two that make the same table longer wait for each other.
  const share = Math.ceil(chunks.length / lanes);
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const client = await connect();
      for (const first of chunks.slice(lane * share, (lane + 1) * share)) {
        await client.query(
          `with drawn as (
             select n, md5(n::text) as hex, now() - interval '1 hour' - (1 - n / ${operations}.0) * interval '${days} days' as at
               from generate_series(${first}, ${Math.min(first + chunk, operations) - 1}) n),
           called as (
             select *, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || left(hex, 3) || '8' || substr(hex, 4, 15))::uuid as id from drawn),
           noted as (insert into public.seeded values (${first})),
           made as (
             insert into nexus.operation (${operationColumns}) select ${operationValues} from called, nexus.operation r where r.operation_id = '${pattern}'
               returning operation_id, org_id, ended_at)
           insert into nexus.entry (${entryColumns}) select ${entryValues} from made o, nexus.entry r where r.operation_id = '${pattern}'`,
        );
        done += Math.min(chunk, operations - first);
        if (done % 1_000_000 < chunk) say(`${done} operations, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
      }
      await client.end();
    }),
  );
  await sql.query("alter table nexus.entry enable trigger entry_queued_for_rollup");
  await sql.query("vacuum analyze nexus.operation, nexus.entry");
  await sql.query("alter system reset all");
  await sql.query("select pg_reload_conf()");
  await sql.query("create table public.filled as select now() as at");
  await sql.query("checkpoint");
  say(`vacuumed, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  await sql.end();
};
