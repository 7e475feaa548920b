import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

/** In place of Citus' functions: they note what they are given, and refuse what those refuse. */
const standIns = `
  create table public.placed (name regclass primary key, org text);
  create function public.create_reference_table(p_table regclass) returns void language sql as $$
    insert into public.placed values (p_table, null)
  $$;
  create function public.create_distributed_table(p_table regclass, p_org text, colocate_with text default 'default', shard_count int default 32)
  returns void language plpgsql as $$
  declare r record;
  begin
    if not exists (select from pg_attribute where attrelid = p_table and attname = p_org and attnotnull) then
      raise exception '% has no column % that is never null', p_table, p_org;
    end if;
    for r in select i.indexrelid::regclass as name from pg_index i where i.indrelid = p_table and i.indisunique
        and i.indkey[0] <> (select attnum from pg_attribute where attrelid = p_table and attname = p_org) loop
      raise exception 'the key % does not begin with %', r.name, p_org;
    end loop;
    if colocate_with <> 'default' and not exists (select from public.placed where name = colocate_with::regclass and org is not null) then
      raise exception '% is not distributed yet', colocate_with;
    end if;
    insert into public.placed values (p_table, p_org);
  end $$;`;

const scriptOf = async (): Promise<string> => {
  const page = await readFile(join(import.meta.dirname, "..", "..", "..", "docs", "operations", "scale.md"), "utf8");
  const [, script] = /^```sql\n(.*?)^```$/ms.exec(page) ?? [];
  if (script === undefined) throw new Error("the page has no script");
  return script;
};

/** Of tables that stay on the coordinator. */
const atCoordinator = async (): Promise<readonly string[]> => {
  const [, names = ""] = /stays on the coordinator:\n-- (.*)\./.exec(await scriptOf()) ?? [];
  return names.split(", ");
};

test("the script places every table, with keys that begin with the organization, and loses no row", async () => {
  const organization = await t.organization([{ limit: 10_000n }, { window: "rolling", period: "day", limit: 10_000n }]);
  const idempotency = { key: Buffer.alloc(32, 1), fingerprint: Buffer.alloc(32, 2) };
  const attempt = {
    vendor: "openai",
    model: "gpt-test",
    credentialTier: "byok",
    credentialId: "c",
    outcome: "answered",
  } as const;
  const attempts = [1, 2].map((n) => ({ ...attempt, n }));
  await t.settle(await t.hold(organization, 100n, { idempotency }), 90n, { attempts, answer: Buffer.from("sealed") });
  const count = async () =>
    (
      await t.pool.query(
        `select (select count(*)::int from nexus.operation) as operations, (select count(*)::int from nexus.entry) as entries, (select count(*)::int from nexus.attempt) as attempts,
                (select count(*)::int from nexus.idempotency) as keys, (select count(*)::int from nexus.answer) as answers, (select count(*)::int from nexus.budget_bucket) as buckets`,
      )
    ).rows;
  const before = await count();
  expect(before).toEqual([{ operations: 1, entries: 1, attempts: 2, keys: 1, answers: 1, buckets: 1 }]);
  await t.pool.query(standIns);
  await t.pool.query(await scriptOf());
  expect(await count()).toEqual(before);

  const { rows: unplaced } = await t.pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'nexus'::regnamespace and relkind in ('r', 'p') and not relispartition
        and oid not in (select name from public.placed) order by 1`,
  );
  expect(unplaced.map(({ name }) => name)).toEqual((await atCoordinator()).toSorted());

  // What refers to another row does so within the organization, or to what lies on every node.
  const { rows: loose } = await t.pool.query(
    `select c.conname from pg_constraint c join public.placed p on p.name = c.conrelid left join public.placed q on q.name = c.confrelid
      where c.contype = 'f' and not coalesce(q.org is null and q.name is not null
        or c.conkey[1] = (select attnum from pg_attribute where attrelid = p.name and attname = p.org)
           and c.confkey[1] = (select attnum from pg_attribute where attrelid = q.name and attname = q.org), false)`,
  );
  expect(loose).toEqual([]);
  const { rows: partitions } = await t.pool.query(
    `select i.indexrelid::regclass::text as key from pg_index i join pg_class c on c.oid = i.indrelid
      where c.relispartition and i.indisunique and pg_get_indexdef(i.indexrelid) !~ '\\((org_id|organization_id), '`,
  );
  expect(partitions).toEqual([]);
});

test("a table that nobody placed, and a key without the organization, are found", async () => {
  await expect(
    t.pool.query("select public.create_distributed_table('nexus.change_version', 'org_id')"),
  ).rejects.toThrow("has no column org_id");
  await t.pool.query("create table nexus.new_table (org_id text not null, id uuid primary key)");
  await expect(
    t.pool.query("select public.create_distributed_table('nexus.new_table', 'org_id', 'nexus.operation')"),
  ).rejects.toThrow("new_table_pkey does not begin with org_id");
});
