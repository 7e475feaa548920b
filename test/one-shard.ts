import { randomBytes } from "node:crypto";
import { Client, escapeIdentifier, escapeLiteral, type Pool } from "pg";

/**
 * A database of which a session sees one organization's rows alone, as the node of a distributed one that has its shard does. Who
 * writes another's row is refused; who needs one finds nothing.
 */
export interface OneShard {
  /** As whom an organization's shard is seen. */
  readonly urlOf: (organizationId: string) => Promise<string>;
  /** Takes the roles away; the database itself must be gone by then. */
  readonly close: () => Promise<void>;
}

/** The column that names the organization, under both of its names. */
export const organizationColumns = ["org_id", "organization_id"] as const;

const here = (column: string): string => `coalesce(current_setting('shard.organization', true), '') in ('', ${column})`;

/**
 * Tables whose rows name an operation or a budget in place of an organization: they belong to where that is. What hangs on an
 * operation may be written before it, in the same statement.
 */
const parents: Readonly<Record<string, "operation_id" | "budget_id">> = {
  attempt: "operation_id",
  idempotency: "operation_id",
  answer: "operation_id",
  stream_checkpoint: "operation_id",
  recovery_claim: "operation_id",
  reconciliation: "operation_id",
  budget_bucket: "budget_id",
};

/** As the database's own user, which sees all: whether a parent is another organization's. */
const elsewhere = `
  create function public.operation_id_elsewhere(p_id uuid) returns boolean language sql stable security definer as $$
    select exists (select from nexus.operation where operation_id = p_id and org_id <> coalesce(nullif(current_setting('shard.organization', true), ''), org_id))
  $$;
  create function public.budget_id_elsewhere(p_id bigint) returns boolean language sql stable security definer as $$
    select exists (select from nexus.budget where id = p_id and org_id <> coalesce(nullif(current_setting('shard.organization', true), ''), org_id))
  $$`;

/** Cuts a migrated database into the shards of its organizations. */
export const cutIntoShards = async (pool: Pool, url: string): Promise<OneShard> => {
  const name = `shard_${randomBytes(5).toString("hex")}`;
  const [owner, roles]: [string, string[]] = [escapeIdentifier(name), []];
  await pool.query(`create role ${owner} nologin`);
  await pool.query(`grant usage on schema nexus to ${owner}`);
  const { rows: objects } = await pool.query<{ statement: string }>(
    `select format('alter %s nexus.%I owner to ${owner}', case relkind when 'v' then 'view' else 'table' end, relname) as statement
       from pg_class where relnamespace = 'nexus'::regnamespace and relkind in ('r', 'p', 'v')
     union all select format('alter sequence nexus.%I owner to ${owner}', relname) from pg_class c
      where relnamespace = 'nexus'::regnamespace and relkind = 'S' and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
     union all select format('alter function %s owner to ${owner}', oid::regprocedure) from pg_proc where pronamespace = 'nexus'::regnamespace`,
  );
  for (const { statement } of objects) await pool.query(statement);
  await pool.query(elsewhere);
  const { rows: tables } = await pool.query<{ name: string; column: string | null }>(
    `select c.relname as name, a.attname as column from pg_class c
       left join pg_attribute a on a.attrelid = c.oid and a.attname = any ($1)
      where c.relnamespace = 'nexus'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
    [organizationColumns],
  );
  for (const { name: table, column } of tables) {
    const parent = parents[table];
    if (column === null && parent === undefined) continue;
    const seen = column === null ? `not public.${parent}_elsewhere(${parent})` : here(column);
    await pool.query(`create policy shard on nexus.${table} using (${seen}) with check (${seen})`);
    await pool.query(`alter table nexus.${table} enable row level security, force row level security`);
  }
  return {
    urlOf: async (organizationId) => {
      const [role, password] = [`${name}_${roles.length}`, randomBytes(8).toString("hex")];
      roles.push(role);
      await pool.query(
        `create role ${escapeIdentifier(role)} login password ${escapeLiteral(password)} in role ${owner}`,
      );
      await pool.query(
        `alter role ${escapeIdentifier(role)} set shard.organization = ${escapeLiteral(organizationId)}`,
      );
      const address = new URL(url);
      [address.username, address.password] = [role, password];
      return address.href;
    },
    close: async () => {
      const address = new URL(url);
      address.pathname = "/postgres";
      const admin = new Client({ connectionString: address.href });
      await admin.connect();
      try {
        for (const role of [...roles, name]) await admin.query(`drop role ${escapeIdentifier(role)}`);
      } finally {
        await admin.end();
      }
    },
  };
};
