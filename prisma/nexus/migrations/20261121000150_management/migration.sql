-- Who changed what, when and through which API. Written in the transaction of the change itself; never edited.
create table nexus.audit_event (
  id uuid primary key,
  -- Null: the platform itself acted, at its start or from the command line.
  organization_id text,
  actor_kind text not null,
  actor_id text not null,
  user_id text,
  app_id text,
  door text,
  request_id text,
  action text not null,
  target text not null,
  details jsonb not null default '{}',
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint audit_event_organization check (length(organization_id) between 1 and 128),
  constraint audit_event_actor check (actor_kind in ('user', 'api_key', 'service', 'operator', 'system')),
  constraint audit_event_action check (action ~ '^[a-z][a-z0-9_-]{0,63}(\.[a-z][a-z0-9_-]{0,63}){1,3}$'),
  constraint audit_event_target check (length(target) between 1 and 256),
  constraint audit_event_details check (jsonb_typeof(details) = 'object' and length(details::text) <= 16384)
);

create index audit_event_by_organization on nexus.audit_event (organization_id, id desc);

-- Refuses to change, delete or truncate audit events.
create function nexus.refuse_audit_change() returns trigger
language plpgsql set search_path = nexus, pg_temp as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $$;

create trigger audit_event_append_only before update or delete or truncate on nexus.audit_event
  for each statement execute function nexus.refuse_audit_change();

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    revoke update, delete, truncate on nexus.audit_event from nexus_app;
  end if;
exception
  when insufficient_privilege then raise notice 'rights of nexus_app not set: %', sqlerrm;
end $$;

-- Audit events of which Topolo Auth is still to be told, which mails the person and the organization's owners.
create table nexus.untold_change (
  id uuid primary key,
  event_id uuid not null,
  organization_id text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint untold_change_organization check (length(organization_id) between 1 and 128)
);

create trigger untold_change_added after insert on nexus.untold_change
  for each row execute function nexus.notify_change();

-- Vendor secrets of organizations. `last_used_at` does not notify: it is written in batches, and no decision depends on it.
create table nexus.api_keys (
  id text primary key,
  organization_id text not null,
  vendor text not null,
  label text not null,
  status text not null default 'active',
  -- The one used for calls, among the organization's active keys for the vendor.
  is_primary boolean not null default false,
  version integer not null default 1,
  base_url text not null,
  allowed_host text not null,
  fingerprint text not null,
  sealed_format smallint not null,
  wrap_key_id text not null,
  wrapped_key bytea not null,
  ciphertext bytea not null,
  created_at timestamptz(3) not null,
  rotated_at timestamptz(3),
  last_used_at timestamptz(3),
  constraint api_keys_id check (id ~ '^vkey_[0-9a-f]{32}$'),
  constraint api_keys_organization check (length(organization_id) between 1 and 128),
  constraint api_keys_vendor check (vendor ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  constraint api_keys_label check (length(label) between 1 and 100),
  constraint api_keys_status check (status in ('active', 'disabled')),
  constraint api_keys_primary check (status = 'active' or not is_primary),
  constraint api_keys_version check (version > 0)
);

create unique index api_keys_one_primary on nexus.api_keys (organization_id, vendor) where is_primary;
create index api_keys_by_organization on nexus.api_keys (organization_id, vendor, created_at);

create trigger api_keys_changed
  after insert or delete or update of status, is_primary, version, base_url, allowed_host, wrap_key_id, wrapped_key, ciphertext
  on nexus.api_keys for each statement execute function nexus.notify_change();

-- Vendor secrets of the platform and of organizations.
create table nexus.provider_credentials (
  id text primary key,
  -- Null: the platform default.
  organization_id text,
  vendor text not null,
  status text not null default 'active',
  version integer not null default 1,
  base_url text not null,
  allowed_host text not null,
  fingerprint text not null,
  sealed_format smallint not null,
  wrap_key_id text not null,
  wrapped_key bytea not null,
  ciphertext bytea not null,
  created_at timestamptz(3) not null,
  rotated_at timestamptz(3),
  last_used_at timestamptz(3),
  constraint provider_credentials_id check (
    case when organization_id is null then id = 'pcred_platform_' || vendor else id ~ '^pcred_[0-9a-f]{32}$' end),
  constraint provider_credentials_organization check (length(organization_id) between 1 and 128),
  constraint provider_credentials_vendor check (vendor ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  constraint provider_credentials_status check (status in ('active', 'disabled')),
  constraint provider_credentials_version check (version > 0)
);

create unique index provider_credentials_one_a_vendor
  on nexus.provider_credentials (organization_id, vendor) nulls not distinct;

create trigger provider_credentials_changed
  after insert or delete or update of status, version, base_url, allowed_host, wrap_key_id, wrapped_key, ciphertext
  on nexus.provider_credentials for each statement execute function nexus.notify_change();

-- What an organization has chosen for its calls: vendors, models, own keys.
create table nexus.preferences (
  organization_id text primary key,
  revision integer not null default 1,
  vendor_order text[] not null,
  fallback boolean not null,
  fallback_models jsonb not null,
  -- Null: the platform's default list.
  model_allow_list text[],
  byok_policy text not null,
  byok_consent_by text,
  byok_consent_at timestamptz(3),
  require_app boolean not null,
  updated_at timestamptz(3) not null,
  constraint preferences_organization check (length(organization_id) between 1 and 128),
  constraint preferences_revision check (revision > 0),
  constraint preferences_fallback_models check (jsonb_typeof(fallback_models) = 'object'),
  constraint preferences_byok check (byok_policy in ('strict', 'fallback-with-consent')),
  constraint preferences_consent check (byok_policy = 'strict' or (byok_consent_by is not null and byok_consent_at is not null))
);

create trigger preferences_changed after insert or update or delete on nexus.preferences
  for each statement execute function nexus.notify_change();

-- The apps registered at Topolo Auth, as of the last synchronization.
create table nexus.app (
  id text primary key,
  name text not null,
  kind text not null,
  registered boolean not null default true,
  -- Where its pages are: payers come back there, and nowhere else.
  origins text[] not null default '{}',
  first_synced_at timestamptz(3) not null,
  constraint app_id check (id ~ '^srv_[a-z0-9_]{1,64}$'),
  constraint app_name check (length(name) between 1 and 200),
  constraint app_kind check (length(kind) between 1 and 64)
);

create trigger app_changed after insert or update or delete on nexus.app
  for each statement execute function nexus.notify_change();

-- Whether an app is enabled in an organization. Without a row it is.
create table nexus.app_state (
  organization_id text not null,
  app_id text not null references nexus.app (id),
  enabled boolean not null,
  changed_at timestamptz(3) not null,
  primary key (organization_id, app_id),
  constraint app_state_organization check (length(organization_id) between 1 and 128)
);

create trigger app_state_changed after insert or update or delete on nexus.app_state
  for each statement execute function nexus.notify_change();

-- When an app was last seen in an organization.
create table nexus.app_activity (
  organization_id text not null,
  app_id text not null,
  last_seen_at timestamptz(3) not null,
  primary key (organization_id, app_id)
);

-- Calls per day that named no app.
create table nexus.attribution_gap (
  organization_id text not null,
  day date not null,
  calls bigint not null,
  primary key (organization_id, day),
  constraint attribution_gap_calls check (calls > 0)
);

-- Tokens of backend services, kept as digests.
create table nexus.service_token (
  id text primary key,
  -- Null: issued by the platform's operators.
  organization_id text,
  label text not null,
  -- Null: every organization.
  organizations text[],
  -- Null: every app.
  apps text[],
  permissions text[] not null,
  digest bytea not null,
  previous_digest bytea,
  previous_valid_until timestamptz(3),
  created_by text not null,
  created_at timestamptz(3) not null,
  rotated_at timestamptz(3),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  constraint service_token_id check (id ~ '^nst_[0-9a-f]{24}$'),
  constraint service_token_organization check (length(organization_id) between 1 and 128),
  constraint service_token_label check (length(label) between 1 and 100),
  constraint service_token_organizations check (cardinality(organizations) between 1 and 1000),
  constraint service_token_apps check (cardinality(apps) between 1 and 200),
  constraint service_token_permissions check (cardinality(permissions) between 1 and 200),
  constraint service_token_digest check (length(digest) = 32),
  constraint service_token_previous check ((previous_digest is null) = (previous_valid_until is null))
);

create index service_token_by_organization on nexus.service_token (organization_id, created_at);

create trigger service_token_changed
  after insert or delete or update of organizations, apps, permissions, digest, previous_digest, previous_valid_until, expires_at, revoked_at
  on nexus.service_token for each statement execute function nexus.notify_change();
