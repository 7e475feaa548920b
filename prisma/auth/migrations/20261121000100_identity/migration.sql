create table auth.api_key_scopes (
  id text not null,
  service_id text not null,
  scope text not null,
  description text not null default '',
  bindable_resource_type text,
  deprecated_at timestamptz(3),

  constraint api_key_scopes_pkey primary key (id)
);

create table auth.api_key_scope_permissions (
  scope_id text not null,
  permission_id text not null,

  constraint api_key_scope_permissions_pkey primary key (scope_id,permission_id)
);

create table auth.api_keys (
  id text not null,
  organization_id text not null,
  owner_user_id text,
  service_id text,
  name text not null,
  prefix text not null,
  last4 text not null,
  secret_hash bytea not null,
  hash_version integer not null default 1,
  environment text not null,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  created_by text not null,
  revoked_at timestamptz(3),
  revoked_by text,
  rotated_from_id text,

  constraint api_keys_pkey primary key (id)
);

create table auth.api_key_grants (
  key_id text not null,
  scope_id text not null,

  constraint api_key_grants_pkey primary key (key_id,scope_id)
);

create table auth.api_key_resource_bindings (
  key_id text not null,
  -- The service whose resource it is; two services may use one name for their types.
  service_id text not null,
  type text not null,
  resource_id text not null,
  -- When the resource was removed. The row stays, so that the key is bound to nothing rather than to everything.
  ended_at timestamptz(3),

  constraint api_key_resource_bindings_pkey primary key (key_id,service_id,type,resource_id)
);
create index api_key_resource_bindings_resource on auth.api_key_resource_bindings (service_id, type, resource_id) where ended_at is null;

create table auth.audit_events (
  id text not null,
  occurred_at timestamptz(3) not null,
  actor_type text not null,
  actor_id text,
  organization_id text,
  action text not null,
  target text,
  outcome text not null,
  ip text,
  request_id text,
  details jsonb not null default '{}',

  constraint audit_events_pkey primary key (id)
);

create table auth.rate_limits (
  key text not null,
  window_start timestamptz(3) not null,
  count integer not null,
  expires_at timestamptz(3) not null,

  constraint rate_limits_pkey primary key (key,window_start)
);

create table auth.bootstrap_done (
  id boolean not null default true,
  user_id text not null,
  done_at timestamptz(3) not null,

  constraint bootstrap_done_pkey primary key (id)
);

create table auth.organizations (
  id text not null,
  slug text not null,
  name text not null,
  kind text not null default 'standard',
  status text not null default 'active',
  status_reason text,
  changed_by text,
  max_key_ttl_days integer,
  permissions_version bigint not null default 0,
  created_at timestamptz(3) not null default current_timestamp,
  updated_at timestamptz(3) not null default current_timestamp,
  -- A person may make so many; it stays when ownership moves on.
  created_by text,
  -- Whom an operator has let use the platform's credentials, and up to how much a month; null: no limit of the platform's.
  admitted_at timestamptz(3),
  admitted_by text,
  admission_limit_nanos bigint,
  -- Whether apps without a registration act for its people: never, those at the hosts of the list, or any.
  unregistered_apps text not null default 'refused',
  unregistered_app_hosts text[] not null default '{}',

  constraint organizations_pkey primary key (id)
);

create table auth.organization_memberships (
  organization_id text not null,
  user_id text not null,
  role text not null,
  status text not null default 'active',
  granted_by text,
  created_at timestamptz(3) not null default current_timestamp,
  updated_at timestamptz(3) not null default current_timestamp,

  constraint organization_memberships_pkey primary key (organization_id,user_id)
);

create table auth.organization_service_access (
  organization_id text not null,
  service_id text not null,
  enabled boolean not null default true,
  granted_by text not null,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3),

  constraint organization_service_access_pkey primary key (organization_id,service_id)
);

create table auth.user_role_bundles (
  organization_id text not null,
  user_id text not null,
  bundle_id text not null,
  granted_by text not null,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3),

  constraint user_role_bundles_pkey primary key (organization_id,user_id,bundle_id)
);

create table auth.user_permission_overrides (
  organization_id text not null,
  user_id text not null,
  permission_id text not null,
  effect text not null,
  reason text not null default '',
  granted_by text not null,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3),

  constraint user_permission_overrides_pkey primary key (organization_id,user_id,permission_id)
);

create table auth.services (
  id text not null,
  slug text not null,
  name text not null,
  description text not null default '',
  surface_kind text not null,
  surface_group text not null,
  launchable boolean not null default false,
  launch_url text,
  owner_organization_id text,
  first_party boolean not null default false,
  docs_url text,
  calls text[],
  default_access boolean not null default false,
  manifest_version integer not null default 0,
  manifest_sha256 text,
  status text not null default 'active',
  created_at timestamptz(3) not null default current_timestamp,
  updated_at timestamptz(3) not null default current_timestamp,
  -- The app of Topolo Developers from which a third party's registration was made.
  approved_app_id text,
  -- Where an operator runs it while it is developed; the app switcher opens it there.
  local_launch_url text,

  constraint services_pkey primary key (id)
);

create table auth.service_clients (
  client_id text not null,
  service_id text not null,
  type text not null default 'confidential',
  auth_method text not null default 'client_secret_basic',
  redirect_uris text[],
  post_logout_redirect_uris text[],
  grant_types text[],
  -- Permissions that people can grant it, where it is a third party's.
  scopes text[] not null default '{}',
  created_at timestamptz(3) not null default current_timestamp,
  disabled_at timestamptz(3),
  name text,
  response_types text[] not null default '{}',
  -- The public keys of a client that shows itself by private_key_jwt: themselves, or where they are.
  jwks jsonb,
  jwks_uri text,
  -- It begins no sign-in but by a pushed request (RFC 9126).
  require_pushed_authorization_requests boolean not null default false,
  -- Its tokens are bound to a key of its own (RFC 9449).
  dpop_bound_access_tokens boolean not null default false,
  backchannel_logout_uri text,
  backchannel_logout_session_required boolean not null default true,
  -- Given by an operator for an app under development: the next version of the manifest leaves it alone.
  local boolean not null default false,
  -- An app without a registration that somebody connected: its id is the address of the document that describes it.
  from_document boolean not null default false,

  constraint service_clients_pkey primary key (client_id)
);

create table auth.service_client_secrets (
  id text not null,
  client_id text not null,
  secret_hash bytea not null,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),

  constraint service_client_secrets_pkey primary key (id)
);

create table auth.allowed_origins (
  id text not null,
  service_id text,
  origin text,
  pages_project text,
  allow_previews boolean not null default false,
  enabled boolean not null default true,
  created_at timestamptz(3) not null default current_timestamp,
  -- As in service_clients.
  local boolean not null default false,

  constraint allowed_origins_pkey primary key (id)
);

create table auth.service_permissions (
  id text not null,
  service_id text not null,
  resource text not null,
  action text not null,
  key text generated always as (service_id || '.' || resource || ':' || action) stored,
  description text not null default '',
  deprecated_at timestamptz(3),

  constraint service_permissions_pkey primary key (id)
);

create table auth.role_bundles (
  id text not null,
  service_id text not null,
  role text,
  name text not null,
  is_default boolean not null default false,

  constraint role_bundles_pkey primary key (id)
);

create table auth.role_bundle_permissions (
  bundle_id text not null,
  permission_id text not null,

  constraint role_bundle_permissions_pkey primary key (bundle_id,permission_id)
);

create table auth.bindable_resource_types (
  service_id text not null,
  type text not null,
  label text not null,

  constraint bindable_resource_types_pkey primary key (service_id,type)
);

create table auth.catalog_version (
  id integer not null default 1,
  version bigint not null default 0,

  constraint catalog_version_pkey primary key (id)
);

create table auth.sessions (
  id text not null,
  user_id text not null,
  active_organization_id text,
  auth_time timestamptz(3) not null,
  amr text[],
  factors_shown integer not null default 1,
  ip text,
  user_agent text,
  created_at timestamptz(3) not null default current_timestamp,
  last_seen_at timestamptz(3) not null,
  idle_expires_at timestamptz(3) not null,
  absolute_expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  revoked_reason text,
  signed_in_through text,

  constraint sessions_pkey primary key (id),
  constraint sessions_factors_shown check (factors_shown between 0 and 2)
);

create table auth.refresh_tokens (
  id text not null,
  session_id text not null,
  kind text not null,
  token_hash bytea not null,
  parent_id text,
  service_id text,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3) not null,
  rotated_at timestamptz(3),
  successor_sealed text,
  revoked_at timestamptz(3),
  reuse_detected_at timestamptz(3),

  constraint refresh_tokens_pkey primary key (id)
);

create table auth.signing_keys (
  kid text not null,
  alg text not null,
  public_jwk jsonb not null,
  private_jwk_sealed text not null,
  status text not null,
  created_at timestamptz(3) not null default current_timestamp,
  activated_at timestamptz(3),
  retiring_at timestamptz(3),
  retired_at timestamptz(3),

  constraint signing_keys_pkey primary key (kid)
);

create table auth.users (
  id text not null,
  email text not null,
  email_verified_at timestamptz(3),
  name text not null default '',
  picture_url text,
  principal_type text not null default 'human',
  status text not null default 'active',
  last_login_at timestamptz(3),
  created_at timestamptz(3) not null default current_timestamp,
  updated_at timestamptz(3) not null default current_timestamp,
  deleted_at timestamptz(3),
  second_factor_required boolean not null default false,

  constraint users_pkey primary key (id)
);

create table auth.password_credentials (
  user_id text not null,
  hash text not null,
  changed_at timestamptz(3) not null,
  must_change boolean not null default false,

  constraint password_credentials_pkey primary key (user_id)
);

create table auth.verification_tokens (
  id text not null,
  purpose text not null,
  token_hash bytea not null,
  user_id text,
  email text,
  payload jsonb,
  attempts integer not null default 0,
  created_at timestamptz(3) not null default current_timestamp,
  expires_at timestamptz(3) not null,
  consumed_at timestamptz(3),

  constraint verification_tokens_pkey primary key (id)
);

create unique index api_key_scopes_service_scope_key on auth.api_key_scopes(service_id, scope);

create index api_keys_organization on auth.api_keys(organization_id, id);

create index api_keys_owner on auth.api_keys(owner_user_id);

create index audit_events_organization on auth.audit_events(organization_id, id);

create index audit_events_target on auth.audit_events (target, id);

create index rate_limits_expiry on auth.rate_limits(expires_at);

create unique index organizations_slug_key on auth.organizations(slug);

create index organizations_created_by on auth.organizations (created_by) where created_by is not null;

create index organization_memberships_user on auth.organization_memberships(user_id);

create unique index services_slug_key on auth.services(slug);

create unique index services_approved_app_key on auth.services (approved_app_id);

create index service_clients_service on auth.service_clients(service_id);

create index service_client_secrets_client on auth.service_client_secrets(client_id);

create unique index allowed_origins_origin_key on auth.allowed_origins(origin);

create unique index allowed_origins_pages_project_key on auth.allowed_origins(pages_project);

create unique index service_permissions_key_key on auth.service_permissions(key);

create index service_permissions_service on auth.service_permissions(service_id);

create unique index role_bundles_service_name_key on auth.role_bundles(service_id, name);

create index sessions_user on auth.sessions(user_id);

create index sessions_absolute_expiry on auth.sessions(absolute_expires_at);

create unique index refresh_tokens_token_hash_key on auth.refresh_tokens(token_hash);

create index refresh_tokens_session on auth.refresh_tokens(session_id);

create unique index users_email_key on auth.users(email);

create unique index verification_tokens_token_hash_key on auth.verification_tokens(token_hash);

create index verification_tokens_purpose on auth.verification_tokens(purpose, expires_at);

alter table auth.api_key_scopes add constraint api_key_scopes_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.api_key_scope_permissions add constraint api_key_scope_permissions_scope_id_fkey foreign key (scope_id) references auth.api_key_scopes(id) on delete cascade on update cascade;

alter table auth.api_key_scope_permissions add constraint api_key_scope_permissions_permission_id_fkey foreign key (permission_id) references auth.service_permissions(id) on delete cascade on update cascade;

alter table auth.api_keys add constraint api_keys_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade;

alter table auth.api_keys add constraint api_keys_owner_user_id_fkey foreign key (owner_user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.api_keys add constraint api_keys_service_id_fkey foreign key (service_id) references auth.services(id) on delete set null on update cascade;

alter table auth.api_key_grants add constraint api_key_grants_key_id_fkey foreign key (key_id) references auth.api_keys(id) on delete cascade on update cascade;

alter table auth.api_key_grants add constraint api_key_grants_scope_id_fkey foreign key (scope_id) references auth.api_key_scopes(id) on delete restrict on update cascade;

alter table auth.api_key_resource_bindings add constraint api_key_resource_bindings_key_id_fkey foreign key (key_id) references auth.api_keys(id) on delete cascade on update cascade;

alter table auth.organization_memberships add constraint organization_memberships_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade;

alter table auth.organization_memberships add constraint organization_memberships_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.organization_service_access add constraint organization_service_access_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade;

alter table auth.organization_service_access add constraint organization_service_access_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.user_role_bundles add constraint user_role_bundles_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade;

alter table auth.user_role_bundles add constraint user_role_bundles_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.user_role_bundles add constraint user_role_bundles_bundle_id_fkey foreign key (bundle_id) references auth.role_bundles(id) on delete cascade on update cascade;

alter table auth.user_permission_overrides add constraint user_permission_overrides_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade;

alter table auth.user_permission_overrides add constraint user_permission_overrides_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.user_permission_overrides add constraint user_permission_overrides_permission_id_fkey foreign key (permission_id) references auth.service_permissions(id) on delete cascade on update cascade;

alter table auth.services add constraint services_owner_organization_id_fkey foreign key (owner_organization_id) references auth.organizations(id) on delete set null on update cascade;

alter table auth.service_clients add constraint service_clients_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.service_client_secrets add constraint service_client_secrets_client_id_fkey foreign key (client_id) references auth.service_clients(client_id) on delete cascade on update cascade;

alter table auth.allowed_origins add constraint allowed_origins_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.service_permissions add constraint service_permissions_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.role_bundles add constraint role_bundles_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.role_bundle_permissions add constraint role_bundle_permissions_bundle_id_fkey foreign key (bundle_id) references auth.role_bundles(id) on delete cascade on update cascade;

alter table auth.role_bundle_permissions add constraint role_bundle_permissions_permission_id_fkey foreign key (permission_id) references auth.service_permissions(id) on delete cascade on update cascade;

alter table auth.bindable_resource_types add constraint bindable_resource_types_service_id_fkey foreign key (service_id) references auth.services(id) on delete cascade on update cascade;

alter table auth.sessions add constraint sessions_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.sessions add constraint sessions_active_organization_id_fkey foreign key (active_organization_id) references auth.organizations(id) on delete set null on update cascade;

alter table auth.refresh_tokens add constraint refresh_tokens_session_id_fkey foreign key (session_id) references auth.sessions(id) on delete cascade on update cascade;

alter table auth.password_credentials add constraint password_credentials_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.verification_tokens add constraint verification_tokens_user_id_fkey foreign key (user_id) references auth.users(id) on delete cascade on update cascade;

alter table auth.users
  add constraint users_email_form check (email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and length(email) <= 254),
  add constraint users_principal_type check (principal_type in ('human', 'service_local', 'service_account')),
  add constraint users_status check (status in ('active', 'locked', 'suspended', 'deleted')),
  add constraint users_id_form check (id like 'usr\_%');

alter table auth.organizations
  add constraint organizations_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  add constraint organizations_kind check (kind in ('standard', 'admin', 'developer_workspace')),
  add constraint organizations_status check (status in ('active', 'suspended', 'revoked')),
  add constraint organizations_max_key_ttl check (max_key_ttl_days > 0),
  add constraint organizations_unregistered_apps check (unregistered_apps in ('refused', 'listed', 'allowed')),
  add constraint organizations_id_form check (id like 'org\_%');

-- There is one organization whose platform roles count.
create unique index organizations_one_admin on auth.organizations (kind) where kind = 'admin';

alter table auth.organization_memberships
  add constraint organization_memberships_role check (role in ('platform_super_admin', 'platform_admin', 'owner', 'super_admin', 'admin', 'member', 'guest')),
  add constraint organization_memberships_status check (status in ('active', 'suspended'));

-- The bootstrap makes one administrator, ever.
create unique index organization_memberships_one_bootstrap on auth.organization_memberships (granted_by) where granted_by = 'bootstrap';

create function auth.refuse_platform_role() returns trigger
language plpgsql set search_path = auth, pg_temp as $$
begin
  if new.role in ('platform_super_admin', 'platform_admin')
     and not exists (select from auth.organizations o where o.id = new.organization_id and o.kind = 'admin') then
    raise exception 'platform roles exist in the admin organization only'
      using errcode = 'check_violation', constraint = 'organization_memberships_platform_role';
  end if;
  return new;
end $$;

create trigger platform_role before insert or update of role, organization_id on auth.organization_memberships
  for each row execute function auth.refuse_platform_role();

create function auth.keep_organization_kind() returns trigger
language plpgsql set search_path = auth, pg_temp as $$
begin
  raise exception 'the kind of an organization never changes to or from admin'
    using errcode = 'check_violation', constraint = 'organizations_kind_fixed';
end $$;

create trigger kind_fixed before update of kind on auth.organizations
  for each row when (old.kind is distinct from new.kind and 'admin' in (old.kind, new.kind)) execute function auth.keep_organization_kind();

alter table auth.verification_tokens
  add constraint verification_tokens_purpose_known check (purpose in ('bootstrap', 'reset', 'verify', 'challenge', 'second_factor', 'email_change', 'federated', 'organization_sign_in')),
  add constraint verification_tokens_hash check (octet_length(token_hash) = 32),
  add constraint verification_tokens_attempts check (attempts between 0 and 5);

alter table auth.sessions
  add constraint sessions_expiry check (idle_expires_at <= absolute_expires_at),
  add constraint sessions_revocation check ((revoked_at is null) = (revoked_reason is null)),
  add constraint sessions_id_form check (id like 'ses\_%');

alter table auth.refresh_tokens
  add constraint refresh_tokens_kind check (kind in ('browser', 'oauth')),
  add constraint refresh_tokens_hash check (octet_length(token_hash) = 32),
  add constraint refresh_tokens_successor check (successor_sealed is null or rotated_at is not null);

-- A family never forks: one live cookie value a session.
create unique index refresh_tokens_one_current on auth.refresh_tokens (session_id)
  where kind = 'browser' and rotated_at is null and revoked_at is null;
create index refresh_tokens_sealed on auth.refresh_tokens (rotated_at) where successor_sealed is not null;

alter table auth.signing_keys
  add constraint signing_keys_status check (status in ('next', 'active', 'retiring', 'retired')),
  add constraint signing_keys_alg check (alg = 'ES256'),
  add constraint signing_keys_public check (not public_jwk ? 'd');
create unique index signing_keys_one_active on auth.signing_keys (status) where status = 'active';
create unique index signing_keys_one_next on auth.signing_keys (status) where status = 'next';

alter table auth.services
  add constraint services_id_form check (id ~ '^srv_[a-z0-9_]{1,60}$'),
  add constraint services_slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  add constraint services_surface_kind check (surface_kind in ('application', 'api', 'runtime', 'internal')),
  add constraint services_launchable check (not launchable or surface_kind = 'application'),
  add constraint services_status check (status in ('active', 'disabled'));

alter table auth.service_clients
  add constraint service_clients_type check (type in ('confidential', 'public', 'native')),
  add constraint service_clients_auth_method check (auth_method in ('client_secret_basic', 'private_key_jwt', 'none')),
  add constraint service_clients_keys check ((auth_method = 'private_key_jwt') = (num_nonnulls(jwks, jwks_uri) = 1)),
  add constraint service_clients_not_a_user check (client_id not like 'usr\_%');

-- By host: whether a page is that of a client.
create index service_clients_document_host on auth.service_clients (split_part(client_id, '/', 3)) where from_document;

alter table auth.service_client_secrets
  add constraint service_client_secrets_hash check (octet_length(secret_hash) = 32);

alter table auth.allowed_origins
  add constraint allowed_origins_one_form check ((origin is null) <> (pages_project is null)),
  add constraint allowed_origins_origin_form check (origin ~ '^https?://[a-z0-9.-]+(:[0-9]{1,5})?$'),
  add constraint allowed_origins_project_form check (pages_project ~ '^[a-z0-9][a-z0-9-]{0,57}$');

alter table auth.service_permissions
  add constraint service_permissions_resource_form check (resource ~ '^[a-z][a-z0-9-]{0,62}$'),
  add constraint service_permissions_action_form check (action ~ '^[a-z][a-z0-9-]{0,62}$');

alter table auth.role_bundles
  add constraint role_bundles_role check (role in ('platform_super_admin', 'platform_admin', 'owner', 'super_admin', 'admin', 'member', 'guest')),
  add constraint role_bundles_default check (not is_default or role is not null);

alter table auth.user_permission_overrides
  add constraint user_permission_overrides_effect check (effect in ('allow', 'deny'));

alter table auth.api_key_scopes
  add constraint api_key_scopes_form check (scope ~ '^[a-z][a-z0-9-]{0,62}$');

alter table auth.api_keys
  add constraint api_keys_id_form check (id ~ '^key_[0-9a-f]{32}$'),
  add constraint api_keys_hash check (octet_length(secret_hash) = 32),
  add constraint api_keys_environment check (environment in ('live', 'test')),
  add constraint api_keys_name check (length(name) between 1 and 100);

alter table auth.audit_events
  add constraint audit_events_actor_type check (actor_type in ('user', 'service', 'api_key', 'system', 'anonymous')),
  add constraint audit_events_outcome check (outcome in ('success', 'failure', 'denied'));

alter table auth.bootstrap_done add constraint bootstrap_done_one_row check (id);
alter table auth.catalog_version add constraint catalog_version_one_row check (id = 1);
alter table auth.rate_limits add constraint rate_limits_count check (count >= 0);

-- History is written once, whoever asks.
create function auth.refuse_change() returns trigger
language plpgsql as $$
begin
  raise exception '% rows are never changed or removed', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete or truncate on auth.audit_events
  for each statement execute function auth.refuse_change();
create trigger append_only before update or delete or truncate on auth.bootstrap_done
  for each statement execute function auth.refuse_change();

-- Under this service count all apps without a registration. It belongs to nobody, and no manifest describes it.
insert into auth.services (id, slug, name, description, surface_kind, surface_group, calls)
values ('srv_unregistered_apps', 'unregistered-apps', 'Unregistered apps', 'Apps that a document at their own address describes',
  'internal', 'unregistered', '{}');

-- What a validation needs to know about permissions it has seen before: nothing but whether these numbers moved.
insert into auth.catalog_version (id, version) values (1, 0);

create function auth.bump_catalog() returns trigger
language plpgsql security definer set search_path = auth, pg_temp as $$
begin
  update auth.catalog_version set version = version + 1 where id = 1;
  return null;
end $$;

do $$
declare
  catalog_table text;
begin
  foreach catalog_table in array array['services', 'service_clients', 'allowed_origins', 'service_permissions', 'role_bundles',
    'role_bundle_permissions', 'api_key_scopes', 'api_key_scope_permissions', 'bindable_resource_types'] loop
    execute format('create trigger bump_catalog after insert or update or delete on auth.%I for each statement execute function auth.bump_catalog()', catalog_table);
  end loop;
end $$;

create function auth.bump_organization() returns trigger
language plpgsql security definer set search_path = auth, pg_temp as $$
begin
  if tg_op in ('UPDATE', 'DELETE') then
    update auth.organizations set permissions_version = permissions_version + 1 where id = old.organization_id;
  end if;
  if tg_op = 'INSERT' or (tg_op = 'UPDATE' and new.organization_id <> old.organization_id) then
    update auth.organizations set permissions_version = permissions_version + 1 where id = new.organization_id;
  end if;
  return null;
end $$;

create trigger bump_organization after insert or update or delete on auth.organization_service_access
  for each row execute function auth.bump_organization();
create trigger bump_organization after insert or update or delete on auth.user_role_bundles
  for each row execute function auth.bump_organization();
create trigger bump_organization after insert or update or delete on auth.user_permission_overrides
  for each row execute function auth.bump_organization();

-- The role under which Auth runs. It owns nothing and cannot rewrite history. Where the migrating user may not create
-- roles, Auth runs as that user and the triggers above remain.
do $$
begin
  if not exists (select from pg_roles where rolname = 'auth_app') then
    create role auth_app nologin;
  end if;
  execute format('grant auth_app to %I', current_user);
exception
  when insufficient_privilege then raise notice 'role auth_app not created: %', sqlerrm;
  when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if exists (select from pg_roles where rolname = 'auth_app') then
    grant usage on schema auth to auth_app;
    grant select, insert, update, delete on all tables in schema auth to auth_app;
    revoke update, delete on auth.audit_events, auth.bootstrap_done from auth_app;
    revoke insert, update, delete on auth.catalog_version from auth_app;
    revoke all on auth._prisma_migrations from auth_app;
    alter default privileges in schema auth grant select, insert, update, delete on tables to auth_app;
  end if;
exception
  when insufficient_privilege then raise notice 'rights of auth_app not set: %', sqlerrm;
end $$;
