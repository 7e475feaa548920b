import type { Client } from "pg";

/** How much there is in the database of Auth. */
export interface Population {
  readonly organizations: number;
  readonly users: number;
  readonly sessions: number;
}

/** Adds organizations, people with one membership each, and their sessions with one cookie value each, up to the numbers given. */
export const populateAuth = async (client: Client, { organizations, users, sessions }: Population): Promise<void> => {
  await client.query("set synchronous_commit = off");
  await client.query(
    `insert into auth.organizations (id, slug, name) select 'org_b' || n, 'bench-' || n, 'Bench ' || n from generate_series(1, $1::int) n on conflict do nothing`,
    [organizations],
  );
  await client.query(
    `insert into auth.organization_service_access (organization_id, service_id, granted_by)
     select 'org_b' || n, s.id, 'bench' from generate_series(1, $1::int) n cross join auth.services s where s.default_access on conflict do nothing`,
    [organizations],
  );
  await client.query(
    `insert into auth.users (id, email, name, email_verified_at) select 'usr_b' || n, 'b' || n || '@example.com', 'Bench User ' || n, now()
     from generate_series(1, $1::int) n on conflict do nothing`,
    [users],
  );
  await client.query(
    `insert into auth.organization_memberships (organization_id, user_id, role)
     select 'org_b' || (n % $2::int + 1), 'usr_b' || n, (array['owner', 'admin', 'member', 'guest'])[n % 4 + 1] from generate_series(1, $1::int) n on conflict do nothing`,
    [users, organizations],
  );
  await client.query(
    `insert into auth.sessions (id, user_id, active_organization_id, auth_time, amr, last_seen_at, idle_expires_at, absolute_expires_at)
     select 'ses_b' || n, 'usr_b' || (n % $2::int + 1), m.organization_id, now(), '{pwd}', now(), now() + interval '14 days', now() + interval '30 days'
     from generate_series(1, $1::int) n join auth.organization_memberships m on m.user_id = 'usr_b' || (n % $2::int + 1) on conflict do nothing`,
    [sessions, users],
  );
  await client.query(
    `insert into auth.refresh_tokens (id, session_id, kind, token_hash, service_id, expires_at)
     select 'rft_b' || n, 'ses_b' || n, 'browser', sha256(('value ' || n)::bytea), 'srv_nexus', now() + interval '30 days'
     from generate_series(1, $1::int) n on conflict do nothing`,
    [sessions],
  );
  await client.query("analyze");
};
