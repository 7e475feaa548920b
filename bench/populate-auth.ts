import type { Client } from "pg";

/** How much there is in the database of Auth. */
export interface Population {
  readonly organizations: number;
  readonly users: number;
  readonly sessions: number;
}

const statements: readonly (readonly [string, (keyof Population)[]])[] = [
  [
    `insert into auth.organizations (id, slug, name) select 'org_b' || n, 'bench-' || n, 'Bench ' || n from generate_series($1::int + 1, $2::int) n`,
    ["organizations"],
  ],
  [
    `insert into auth.organization_service_access (organization_id, service_id, granted_by)
     select 'org_b' || n, s.id, 'bench' from generate_series($1::int + 1, $2::int) n cross join auth.services s where s.default_access`,
    ["organizations"],
  ],
  [
    `insert into auth.users (id, email, name, email_verified_at) select 'usr_b' || n, 'b' || n || '@example.com', 'Bench User ' || n, now()
     from generate_series($1::int + 1, $2::int) n`,
    ["users"],
  ],
  [
    `insert into auth.organization_memberships (organization_id, user_id, role)
     select 'org_b' || (n % $3::int + 1), 'usr_b' || n, (array['owner', 'admin', 'member', 'guest'])[n % 4 + 1] from generate_series($1::int + 1, $2::int) n`,
    ["users", "organizations"],
  ],
  [
    `insert into auth.sessions (id, user_id, active_organization_id, auth_time, amr, last_seen_at, idle_expires_at, absolute_expires_at)
     select 'ses_b' || n, m.user_id, m.organization_id, now(), '{pwd}', now(), now() + interval '14 days', now() + interval '30 days'
     from generate_series($1::int + 1, $2::int) n join auth.organization_memberships m on m.user_id = 'usr_b' || (n % $3::int + 1)`,
    ["sessions", "users"],
  ],
  [
    `insert into auth.refresh_tokens (id, session_id, kind, token_hash, service_id, expires_at)
     select 'rft_b' || n, 'ses_b' || n, 'browser', sha256(('value ' || n)::bytea), 'srv_nexus', now() + interval '30 days'
     from generate_series($1::int + 1, $2::int) n`,
    ["sessions"],
  ],
];

/**
 * Adds organizations, people with one membership each, and their sessions with one cookie value each, to those that
 * there are. Nobody has asked about what is new, so that nothing of it is told to whoever follows revocations, and it
 * refers to rows of its own: triggers rest.
 */
export const populateAuth = async (client: Client, to: Population, from?: Population): Promise<void> => {
  await client.query("set synchronous_commit = off");
  await client.query("set session_replication_role = replica");
  for (const [text, [counted = "users", within]] of statements) {
    await client.query(text, [from?.[counted] ?? 0, to[counted], ...(within === undefined ? [] : [to[within]])]);
  }
  await client.query("reset session_replication_role");
  await client.query("analyze");
};
