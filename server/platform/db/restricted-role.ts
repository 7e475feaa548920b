import type pg from "pg";
import { escapeIdentifier } from "pg";

type Privilege = "select" | "insert" | "update" | "delete";

/** A role that owns nothing, as which a running process reads and writes one schema. */
export interface RestrictedRole {
  readonly role: string;
  readonly schema: string;
  /** What it may do with a table that is not named below. */
  readonly usually: readonly Privilege[];
  readonly otherwise: Readonly<Record<string, readonly Privilege[]>>;
  /** It alone may call functions whose names begin like this. */
  readonly calls: string;
  /** Functions that anybody may call. */
  readonly open: readonly string[];
}

const all = ["select", "insert", "update", "delete"] as const;

const managed = [
  "alert_delivery",
  "alert_setting",
  "api_keys",
  "app",
  "app_activity",
  "app_state",
  "attribution_gap",
  "change_version",
  "email_content",
  "email_event",
  "email_message",
  "email_recipient",
  "email_sender",
  "email_setting",
  "email_template",
  "email_suppression",
  "preferences",
  "price_override",
  "provider_credentials",
  "rate_limit",
  "service_token",
  "spending_policy",
  "untold_change",
  "webhook",
  "conversation",
  "conversation_item",
  "kept_response",
  "kept_response_event",
  "vendor_file",
  "ai_batch",
  "ai_video",
];

/** The gateway's: it writes management tables and reads the ledger, which only functions write. */
export const nexusRole: RestrictedRole = {
  role: "nexus_app",
  schema: "nexus",
  usually: ["select"],
  otherwise: {
    ...Object.fromEntries(managed.map((table) => [table, all])),
    approval: ["select", "insert", "update"],
    audit_event: ["select", "insert"],
    budget_request: ["select", "insert", "update"],
    customer: ["select", "insert", "update"],
    payment: ["select", "insert", "update"],
    payment_reference: ["select", "insert", "update"],
    plan: all,
    plan_rule: ["select", "insert", "delete"],
    spending_day: ["select", "insert", "update"],
    top_up: ["select", "insert", "update"],
  },
  calls: "nexus_",
  open: ["charge_of", "cost_nanos", "progress_of"],
};

/** Auth's: it cannot rewrite history. */
export const authRole: RestrictedRole = {
  role: "auth_app",
  schema: "auth",
  usually: all,
  otherwise: {
    audit_events: ["select", "insert"],
    bootstrap_done: ["select", "insert"],
    catalog_version: ["select"],
    // Triggers alone write it, and a function alone trims it.
    revocation_feed: ["select"],
    _prisma_migrations: [],
  },
  calls: "trim_",
  open: [],
};

/** The state of a role in this cluster and database, as the asking user sees it. */
export interface RoleState {
  readonly exists: boolean;
  /** Whether the asking user may act as it. */
  readonly usable: boolean;
  /** What it may do beyond its tables: should be empty. */
  readonly powers: readonly string[];
  /** Statements that would give it exactly its rights. */
  readonly lacking: readonly string[];
}

interface Powers {
  readonly usable: boolean;
  readonly powers: string[];
}

const powersOf = async (client: pg.Client, { role, schema }: RestrictedRole): Promise<Powers | undefined> => {
  const { rows } = await client.query<Powers>(
    `select pg_has_role(current_user, r.oid, 'member') as usable,
            array_remove(array[case when r.rolsuper then 'superuser' end, case when r.rolcreaterole then 'createrole' end,
              case when r.rolbypassrls then 'bypassrls' end,
              case when not r.rolsuper and exists (select from pg_class c where c.relnamespace = to_regnamespace($2)
                and pg_has_role(r.oid, c.relowner, 'usage')) then 'owner of the tables' end], null) as powers
       from pg_roles r where r.rolname = $1`,
    [role, schema],
  );
  return rows[0];
};

const differingRelations = `
  select c.relname as name, p.privilege, has_table_privilege($1::text, c.oid, p.privilege) as has, c.relispartition as part
    from pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p (privilege)
   where c.relnamespace = to_regnamespace($2) and c.relkind in ('r', 'p', 'v')
   order by c.relname, p.privilege`;

const tableStatements = async (client: pg.Client, wanted: RestrictedRole): Promise<string[]> => {
  const { role, schema, usually, otherwise } = wanted;
  const { rows } = await client.query<{ name: string; privilege: string; has: boolean }>(differingRelations, [
    role,
    schema,
  ]);
  return rows.flatMap(({ name, privilege, has }) => {
    const may = (otherwise[name] ?? usually).some((each) => each === privilege);
    if (may === has) return [];
    const table = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
    return [
      may
        ? `grant ${privilege} on ${table} to ${escapeIdentifier(role)}`
        : `revoke ${privilege} on ${table} from ${escapeIdentifier(role)}, public`,
    ];
  });
};

const functionStatements = async (client: pg.Client, wanted: RestrictedRole): Promise<string[]> => {
  const { role, schema, calls, open } = wanted;
  const { rows } = await client.query<{ signature: string; own: boolean; has: boolean; anybody: boolean }>(
    `select format('%I.%I(%s)', $2::text, p.proname, pg_get_function_identity_arguments(p.oid)) as signature,
            starts_with(p.proname, $3) as own, has_function_privilege($1::text, p.oid, 'execute') as has,
            exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) as anybody
       from pg_proc p
      where p.pronamespace = to_regnamespace($2) and p.prorettype <> 'trigger'::regtype and p.proname <> all ($4)
      order by 1`,
    [role, schema, calls, open],
  );
  return rows.flatMap(({ signature, own, has, anybody }) => [
    ...(anybody ? [`revoke execute on function ${signature} from public`] : []),
    ...(own && (!has || anybody) ? [`grant execute on function ${signature} to ${escapeIdentifier(role)}`] : []),
    ...(!own && has && !anybody ? [`revoke execute on function ${signature} from ${escapeIdentifier(role)}`] : []),
  ]);
};

/** Rights on tables of later migrations by this user. */
const defaultStatements = async (client: pg.Client, { role, schema }: RestrictedRole): Promise<string[]> => {
  const { rowCount } = await client.query(
    `select from pg_default_acl d, aclexplode(d.defaclacl) a
      where d.defaclnamespace = to_regnamespace($2) and d.defaclobjtype = 'r'
        and d.defaclrole = (select oid from pg_roles where rolname = current_user)
        and a.grantee = (select oid from pg_roles where rolname = $1) and a.privilege_type = 'INSERT'`,
    [role, schema],
  );
  if (rowCount !== 0) return [];
  return [
    `alter default privileges in schema ${escapeIdentifier(schema)} grant ${all.join(", ")} on tables to ${escapeIdentifier(role)}`,
  ];
};

const schemaStatements = async (client: pg.Client, { role, schema }: RestrictedRole): Promise<string[]> => {
  const { rows } = await client.query<{ may: boolean }>("select has_schema_privilege($1::text, $2, 'usage') as may", [
    role,
    schema,
  ]);
  return rows[0]?.may === true
    ? []
    : [`grant usage on schema ${escapeIdentifier(schema)} to ${escapeIdentifier(role)}`];
};

/** Reads the state of a role without changing anything. */
export const roleState = async (client: pg.Client, wanted: RestrictedRole): Promise<RoleState> => {
  const found = await powersOf(client, wanted);
  if (!found) return { exists: false, usable: false, powers: [], lacking: [] };
  const lacking = [
    ...(await schemaStatements(client, wanted)),
    ...(await tableStatements(client, wanted)),
    ...(await functionStatements(client, wanted)),
    ...(await defaultStatements(client, wanted)),
  ];
  return { exists: true, ...found, lacking };
};

/**
 * Makes the role if it is missing, lets this user act as it, and gives it exactly its rights, in the caller's transaction.
 * Throws PostgreSQL's error where this user may not. Returns the statements that were run.
 */
export const restoreRole = async (client: pg.Client, wanted: RestrictedRole): Promise<readonly string[]> => {
  const done: string[] = [];
  const run = async (statement: string): Promise<void> => {
    await client.query(statement);
    done.push(statement);
  };
  const before = await powersOf(client, wanted);
  if (!before) await run(`create role ${escapeIdentifier(wanted.role)} nologin`);
  if (before?.usable !== true) await run(`grant ${escapeIdentifier(wanted.role)} to current_user`);
  for (const statement of (await roleState(client, wanted)).lacking) await run(statement);
  return done;
};
