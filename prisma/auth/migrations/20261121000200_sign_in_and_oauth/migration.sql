-- Second factors, federated identities, invitations, OAuth state, hand-off codes, bindable resources, developers.

create table auth.webauthn_credentials (
  id text not null,
  user_id text not null,
  public_key bytea not null,
  sign_count bigint not null default 0,
  transports text[] not null default '{}',
  device_type text not null,
  backed_up boolean not null,
  aaguid text,
  name text not null,
  created_at timestamptz(3) not null default current_timestamp,
  last_used_at timestamptz(3),

  constraint webauthn_credentials_pkey primary key (id),
  constraint webauthn_credentials_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade,
  constraint webauthn_credentials_count check (sign_count >= 0),
  constraint webauthn_credentials_device check (device_type in ('singleDevice', 'multiDevice')),
  constraint webauthn_credentials_name check (length(name) between 1 and 100)
);
create index webauthn_credentials_user on auth.webauthn_credentials (user_id);

create table auth.totp_credentials (
  id text not null,
  user_id text not null,
  secret_sealed text not null,
  key_version integer not null default 1,
  created_at timestamptz(3) not null default current_timestamp,
  confirmed_at timestamptz(3),
  last_used_step bigint,

  constraint totp_credentials_pkey primary key (id),
  constraint totp_credentials_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade
);
create index totp_credentials_user on auth.totp_credentials (user_id);
create unique index totp_credentials_one_confirmed on auth.totp_credentials (user_id) where confirmed_at is not null;

create table auth.recovery_codes (
  id text not null,
  user_id text not null,
  code_hash bytea not null,
  created_at timestamptz(3) not null default current_timestamp,
  used_at timestamptz(3),

  constraint recovery_codes_pkey primary key (id),
  constraint recovery_codes_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade,
  constraint recovery_codes_hash check (octet_length(code_hash) = 32)
);
create unique index recovery_codes_user_hash_key on auth.recovery_codes (user_id, code_hash);

create table auth.federated_identities (
  provider text not null,
  subject text not null,
  user_id text not null,
  email_at_link text,
  email_verified boolean not null,
  linked_at timestamptz(3) not null default current_timestamp,
  last_used_at timestamptz(3),

  constraint federated_identities_pkey primary key (provider, subject),
  constraint federated_identities_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade
);
create unique index federated_identities_user_provider_key on auth.federated_identities (user_id, provider);

create table auth.organization_invitations (
  id text not null,
  organization_id text not null,
  email text not null,
  user_id text,
  role text not null,
  token_hash bytea not null,
  invited_by text not null,
  status text not null default 'pending',
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3) not null,
  answered_at timestamptz(3),

  constraint organization_invitations_pkey primary key (id),
  constraint organization_invitations_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint organization_invitations_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade,
  constraint organization_invitations_role check (role in ('platform_super_admin', 'platform_admin', 'owner', 'super_admin', 'admin', 'member', 'guest')),
  constraint organization_invitations_status check (status in ('pending', 'accepted', 'declined', 'revoked')),
  constraint organization_invitations_hash check (octet_length(token_hash) = 32)
);
create unique index organization_invitations_token_hash_key on auth.organization_invitations (token_hash);
create unique index organization_invitations_one_pending on auth.organization_invitations (organization_id, email) where status = 'pending';
create index organization_invitations_pending_email on auth.organization_invitations (email) where status = 'pending';
create index organization_invitations_user on auth.organization_invitations (user_id);

create table auth.handoff_codes (
  code_hash bytea not null,
  service_id text not null,
  redirect_uri text not null,
  user_id text not null,
  organization_id text,
  session_id text not null,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3) not null,
  bearer_expires_at timestamptz(3) not null,
  consumed_at timestamptz(3),
  -- Of the access token that it gave, which a replay ends.
  token_id text,

  constraint handoff_codes_pkey primary key (code_hash),
  constraint handoff_codes_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade,
  constraint handoff_codes_session_id_fkey foreign key (session_id) references auth.sessions(id) on delete cascade on update cascade,
  constraint handoff_codes_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade,
  constraint handoff_codes_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint handoff_codes_hash check (octet_length(code_hash) = 32)
);
create index handoff_codes_expiry on auth.handoff_codes (expires_at);

create table auth.oidc_payloads (
  model text not null,
  id_hash bytea not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  user_code_hash bytea,
  sid text,
  consumed_at timestamptz(3),
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3),

  constraint oidc_payloads_pkey primary key (model, id_hash),
  constraint oidc_payloads_hash check (octet_length(id_hash) = 32)
);
create index oidc_payloads_grant on auth.oidc_payloads (grant_id) where grant_id is not null;
create index oidc_payloads_sid on auth.oidc_payloads (sid) where sid is not null;
create unique index oidc_payloads_uid on auth.oidc_payloads (model, uid) where uid is not null;
create unique index oidc_payloads_user_code on auth.oidc_payloads (model, user_code_hash) where user_code_hash is not null;
create index oidc_payloads_expiry on auth.oidc_payloads (expires_at);
-- The grants of a person, for the day on which they take a consent back.
create index oidc_payloads_grants on auth.oidc_payloads ((payload ->> 'accountId'), (payload ->> 'clientId')) where model = 'Grant';

create table auth.bindable_resources (
  service_id text not null,
  organization_id text not null,
  type text not null,
  resource_id text not null,
  label text not null,
  updated_at timestamptz(3) not null default current_timestamp,

  constraint bindable_resources_pkey primary key (service_id, organization_id, type, resource_id),
  constraint bindable_resources_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint bindable_resources_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade
);

-- A binding ends with its resource, for good: a later resource of the same id is another one.
create function auth.end_resource_bindings() returns trigger
language plpgsql security definer set search_path = auth, pg_temp as $$
begin
  update auth.api_key_resource_bindings b set ended_at = now()
    from auth.api_keys k
   where k.id = b.key_id and k.organization_id = old.organization_id and b.ended_at is null
     and b.service_id = old.service_id and b.type = old.type and b.resource_id = old.resource_id;
  return null;
end $$;
create trigger end_resource_bindings after delete on auth.bindable_resources
  for each row execute function auth.end_resource_bindings();

create table auth.principal_services (
  user_id text not null,
  service_id text not null,

  constraint principal_services_pkey primary key (user_id, service_id),
  constraint principal_services_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade,
  constraint principal_services_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade
);

create table auth.developers (
  id text not null,
  user_id text,
  organization_id text,
  email text not null,
  name text not null default '',
  status text not null default 'pending',
  reviewed_by text,
  reviewed_at timestamptz(3),
  notes text not null default '',
  created_at timestamptz(3) not null default current_timestamp,
  updated_at timestamptz(3) not null default current_timestamp,

  constraint developers_pkey primary key (id),
  constraint developers_user_id_fkey foreign key (user_id) references auth.users(id) on delete set null on update cascade,
  constraint developers_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete set null on update cascade,
  constraint developers_status check (status in ('pending', 'approved', 'rejected', 'suspended', 'revoked'))
);
create unique index developers_email_key on auth.developers (email);
create unique index developers_organization_key on auth.developers (organization_id) where organization_id is not null;
create index developers_status on auth.developers (status, id);

create table auth.intake_submissions (
  id text not null,
  kind text not null,
  developer_id text,
  payload jsonb not null,
  contact_email text not null,
  turnstile_hostname text not null,
  turnstile_action text not null,
  ip_hash bytea not null,
  status text not null default 'received',
  created_at timestamptz(3) not null default current_timestamp,

  constraint intake_submissions_pkey primary key (id),
  constraint intake_submissions_developer_id_fkey foreign key (developer_id) references auth.developers(id) on delete set null on update cascade,
  constraint intake_submissions_kind check (kind in ('developer_application', 'app_submission')),
  constraint intake_submissions_status check (status in ('received', 'accepted', 'rejected'))
);
create index intake_submissions_developer on auth.intake_submissions (developer_id);

-- Mail on its way. The content is sealed, and gone once it has been sent.
create table auth.mail_outbox (
  id text not null,
  kind text not null,
  content_sealed text,
  created_at timestamptz(3) not null default current_timestamp,
  next_attempt_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  attempts integer not null default 0,
  sent_at timestamptz(3),
  failed_at timestamptz(3),
  last_error text,
  -- Who was handed it, or is to be: written down before, and taken back where it is proved that nothing was accepted.
  carrier text,

  constraint mail_outbox_carrier check (carrier in ('nexus', 'smtp')),
  constraint mail_outbox_pkey primary key (id),
  constraint mail_outbox_content check ((content_sealed is null) = (sent_at is not null or failed_at is not null))
);
create table auth.security_notices (
  event_id text not null,
  created_at timestamptz(3) not null default current_timestamp,

  constraint security_notices_pkey primary key (event_id)
);

create index mail_outbox_due on auth.mail_outbox (next_attempt_at) where sent_at is null and failed_at is null;

-- Which clients took part in a session, and whether they still have to be told that it ended.
create table auth.client_sessions (
  session_id text not null,
  client_id text not null,
  created_at timestamptz(3) not null default current_timestamp,
  logout_due_at timestamptz(3),
  logout_attempts integer not null default 0,
  logout_next_at timestamptz(3),
  logout_done_at timestamptz(3),
  logout_outcome text,

  constraint client_sessions_pkey primary key (session_id, client_id),
  constraint client_sessions_session_id_fkey foreign key (session_id) references auth.sessions(id) on delete cascade on update cascade,
  constraint client_sessions_client_id_fkey foreign key (client_id) references auth.service_clients(client_id) on delete cascade on update cascade
);
create index client_sessions_client on auth.client_sessions (client_id);
create index client_sessions_due on auth.client_sessions (logout_due_at) where logout_due_at is not null and logout_done_at is null;

create function auth.note_session_end() returns trigger
language plpgsql security definer set search_path = auth, pg_temp as $$
begin
  update auth.client_sessions set logout_due_at = new.revoked_at where session_id = new.id and logout_due_at is null;
  return null;
end $$;

create trigger clients_are_told after update of revoked_at on auth.sessions
  for each row when (old.revoked_at is null and new.revoked_at is not null) execute function auth.note_session_end();

create table auth.oauth_consents (
  user_id text not null,
  client_id text not null,
  -- The organization for which it was given; empty where the person had none.
  organization_id text not null,
  scopes text[] not null,
  granted_at timestamptz(3) not null default current_timestamp,
  -- When the client last got a token under the consent.
  last_used_at timestamptz(3),

  constraint oauth_consents_pkey primary key (user_id, client_id, organization_id),
  constraint oauth_consents_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade,
  constraint oauth_consents_client_id_fkey foreign key (client_id) references auth.service_clients(client_id) on delete cascade on update cascade
);
create index oauth_consents_client on auth.oauth_consents (client_id);

create table auth.revoked_access_tokens (
  jti text not null,
  session_id text,
  expires_at timestamptz(3) not null,

  constraint revoked_access_tokens_pkey primary key (jti),
  constraint revoked_access_tokens_session_id_fkey foreign key (session_id) references auth.sessions(id) on delete cascade on update cascade
);
create index revoked_access_tokens_session on auth.revoked_access_tokens (session_id);
create index revoked_access_tokens_expiry on auth.revoked_access_tokens (expires_at);

-- What changed of anything that a validation goes by, for services that reuse validations. Only the trigger below writes it.
create table auth.revocation_feed (
  id bigint generated always as identity,
  -- Transactions do not commit in the order of any number: readers ask for what their last snapshot did not see.
  transaction_id bigint not null default pg_current_xact_id()::text::bigint,
  -- Whose change it was: a session, account, organization, key or token by its id; `*`: the catalogue.
  subject_id text not null,
  changed_at timestamptz(3) not null default clock_timestamp(),

  constraint revocation_feed_pkey primary key (id)
);
create index revocation_feed_transaction on auth.revocation_feed (transaction_id);
create index revocation_feed_age on auth.revocation_feed (changed_at);

-- Arguments: the column that names the subject, or `*`; columns, separated by commas, whose changes no validation shows.
create function auth.publish_change() returns trigger
language plpgsql security definer set search_path = auth, pg_temp as $$
declare
  id_column constant text := tg_argv[0];
  ignored constant text[] := string_to_array(coalesce(tg_argv[1], ''), ',');
  before constant jsonb := to_jsonb(old) - ignored;
  after constant jsonb := to_jsonb(new) - ignored;
begin
  if before is distinct from after then
    insert into auth.revocation_feed (subject_id)
      select distinct subject
      from unnest(case id_column when '*' then array['*'] else array[before ->> id_column, after ->> id_column] end) subject
      where subject is not null and not exists (select from auth.revocation_feed noted
        where noted.transaction_id = pg_current_xact_id()::text::bigint and noted.subject_id = subject);
    perform pg_notify('auth_revocation', '');
  end if;
  return null;
end $$;

create trigger publish_change after update on auth.sessions
  for each row execute function auth.publish_change('id', 'last_seen_at,idle_expires_at,ip,user_agent');
create trigger publish_removal after delete on auth.sessions
  for each row when (old.absolute_expires_at > current_timestamp) execute function auth.publish_change('id');
create trigger publish_change after update or delete on auth.users
  for each row execute function auth.publish_change('id', 'last_login_at,updated_at');
create trigger publish_change after update or delete on auth.organizations
  for each row execute function auth.publish_change('id', 'updated_at');
create trigger publish_change after insert or update or delete on auth.organization_memberships
  for each row execute function auth.publish_change('user_id', 'updated_at');
create trigger publish_change after update or delete on auth.api_keys
  for each row execute function auth.publish_change('id', 'last_used_at');
create trigger publish_change after insert or update or delete on auth.api_key_grants
  for each row execute function auth.publish_change('key_id');
create trigger publish_change after insert or update or delete on auth.api_key_resource_bindings
  for each row execute function auth.publish_change('key_id');
create trigger publish_change after insert on auth.revoked_access_tokens
  for each row execute function auth.publish_change('jti');
create trigger publish_change after update or delete on auth.oauth_consents
  for each row execute function auth.publish_change('user_id', 'last_used_at');
create trigger publish_change after insert or update or delete on auth.principal_services
  for each row execute function auth.publish_change('user_id');
create trigger publish_change after update on auth.catalog_version
  for each row execute function auth.publish_change('*');

-- Removes rows of the feed that nobody can need any more: it is read within moments, and known to be behind after a minute.
-- Its owner does it, so that whoever runs Auth neither writes nor removes what was published.
create function auth.trim_revocation_feed(p_at_most integer) returns integer
language sql security definer set search_path = auth, pg_temp as $$
  with trimmed as (
    delete from revocation_feed where ctid in (
      select ctid from revocation_feed where changed_at < current_timestamp - interval '30 minutes'
      limit p_at_most for update skip locked) returning 1)
  select count(*)::integer from trimmed
$$;
revoke execute on function auth.trim_revocation_feed(integer) from public;

-- Rights for the tables above come from the default privileges where the same user migrates; otherwise from here.
do $$
begin
  if exists (select from pg_roles where rolname = 'auth_app') then
    grant select, insert, update, delete on auth.webauthn_credentials, auth.totp_credentials, auth.recovery_codes, auth.federated_identities,
      auth.organization_invitations, auth.handoff_codes, auth.oidc_payloads, auth.bindable_resources, auth.principal_services, auth.developers,
      auth.intake_submissions, auth.mail_outbox, auth.security_notices,
      auth.client_sessions, auth.oauth_consents, auth.revoked_access_tokens to auth_app;
    -- Triggers alone write the feed, and a function alone trims it.
    revoke insert, update, delete on auth.revocation_feed from auth_app;
    grant select on auth.revocation_feed to auth_app;
    grant execute on function auth.trim_revocation_feed(integer) to auth_app;
  end if;
exception
  when insufficient_privilege then raise notice 'rights of auth_app not set: %', sqlerrm;
end $$;
