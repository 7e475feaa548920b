-- What an organization of a company brings: its domains, its directory (SCIM) and its own sign-in.

create table auth.organization_domains (
  id text not null,
  organization_id text not null,
  domain text not null,
  challenge text not null,
  verified_at timestamptz(3),
  checked_at timestamptz(3),
  missing_since timestamptz(3),
  created_by text not null,
  created_at timestamptz(3) not null default current_timestamp,

  constraint organization_domains_pkey primary key (id),
  constraint organization_domains_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade
);
create unique index organization_domains_organization_domain_key on auth.organization_domains (organization_id, domain);
-- A domain is one organization's alone; others may claim it, and get it once it is free.
create unique index organization_domains_verified on auth.organization_domains (domain) where verified_at is not null;
create index organization_domains_checked on auth.organization_domains (checked_at) where verified_at is not null;

create table auth.directory_settings (
  organization_id text not null,
  default_role text not null default 'member',
  max_role text not null default 'admin',
  updated_by text not null,
  updated_at timestamptz(3) not null default current_timestamp,

  constraint directory_settings_pkey primary key (organization_id),
  constraint directory_settings_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint directory_settings_default_role check (default_role in ('member', 'guest')),
  constraint directory_settings_max_role check (max_role in ('super_admin', 'admin', 'member', 'guest'))
);

create table auth.scim_tokens (
  id text not null,
  organization_id text not null,
  name text not null,
  token_hash bytea not null,
  last4 text not null,
  created_by text not null,
  created_at timestamptz(3) not null default current_timestamp,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),

  constraint scim_tokens_pkey primary key (id),
  constraint scim_tokens_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint scim_tokens_hash check (octet_length(token_hash) = 32)
);
create unique index scim_tokens_token_hash_key on auth.scim_tokens (token_hash);
create index scim_tokens_organization on auth.scim_tokens (organization_id, id);

create table auth.provisioned_users (
  id text not null,
  organization_id text not null,
  user_name text not null,
  user_name_key text not null,
  external_id text,
  email text not null,
  active boolean not null,
  attributes jsonb not null,
  user_id text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,

  constraint provisioned_users_pkey primary key (id),
  constraint provisioned_users_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint provisioned_users_user_id_fkey foreign key (user_id) references auth.users(id) on delete set null on update cascade
);
create unique index provisioned_users_user_name_key on auth.provisioned_users (organization_id, user_name_key);
create unique index provisioned_users_email_key on auth.provisioned_users (organization_id, email);
create unique index provisioned_users_external_id_key on auth.provisioned_users (organization_id, external_id) where external_id is not null;
create index provisioned_users_user on auth.provisioned_users (user_id);

create table auth.provisioned_groups (
  id text not null,
  organization_id text not null,
  display_name text not null,
  display_name_key text not null,
  external_id text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,

  constraint provisioned_groups_pkey primary key (id),
  constraint provisioned_groups_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade
);
create unique index provisioned_groups_display_name_key on auth.provisioned_groups (organization_id, display_name_key);

create table auth.provisioned_group_members (
  group_id text not null,
  member_id text not null,

  constraint provisioned_group_members_pkey primary key (group_id, member_id),
  constraint provisioned_group_members_group_id_fkey foreign key (group_id) references auth.provisioned_groups(id) on delete cascade on update cascade,
  constraint provisioned_group_members_member_id_fkey foreign key (member_id) references auth.provisioned_users(id) on delete cascade on update cascade
);
create index provisioned_group_members_member on auth.provisioned_group_members (member_id);

create table auth.group_roles (
  organization_id text not null,
  group_key text not null,
  group_name text not null,
  role text not null,

  constraint group_roles_pkey primary key (organization_id, group_key),
  constraint group_roles_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint group_roles_role check (role in ('super_admin', 'admin', 'member', 'guest'))
);

create table auth.organization_sign_in (
  organization_id text not null,
  kind text not null,
  issuer text not null,
  client_id text,
  secret_sealed text,
  entry_point text,
  certificates text[] not null default '{}',
  enforced boolean not null default false,
  join_on_sign_in boolean not null default true,
  updated_by text not null,
  updated_at timestamptz(3) not null default current_timestamp,

  constraint organization_sign_in_pkey primary key (organization_id),
  constraint organization_sign_in_organization_id_fkey foreign key (organization_id) references auth.organizations(id) on delete cascade on update cascade,
  constraint organization_sign_in_kind check (kind in ('oidc', 'saml')),
  constraint organization_sign_in_complete check (case kind when 'oidc' then client_id is not null and secret_sealed is not null
    else entry_point is not null and cardinality(certificates) > 0 end)
);
-- Enforcing a sign-in, and a domain for whose people it counts, ends what is known of sessions from elsewhere.
create trigger publish_change after insert or update or delete on auth.organization_sign_in
  for each row execute function auth.publish_change('organization_id', 'updated_at');
create trigger publish_change after insert or update or delete on auth.organization_domains
  for each row execute function auth.publish_change('organization_id', 'checked_at,missing_since');

create index verification_tokens_saml_request on auth.verification_tokens ((payload->>'requestId')) where purpose = 'organization_sign_in';

do $$
begin
  if exists (select from pg_roles where rolname = 'auth_app') then
    grant select, insert, update, delete on auth.organization_domains, auth.directory_settings, auth.scim_tokens, auth.provisioned_users,
      auth.provisioned_groups, auth.provisioned_group_members, auth.group_roles, auth.organization_sign_in to auth_app;
  end if;
exception
  when insufficient_privilege then raise notice 'rights of auth_app not set: %', sqlerrm;
end $$;
