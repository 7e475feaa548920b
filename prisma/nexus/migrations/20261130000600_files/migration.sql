-- Files that vendors keep for organizations. What is in them is kept at the vendor alone.
create table nexus.vendor_file (
  file_id uuid primary key,
  organization_id text not null,
  app_id text,
  user_id text,
  key_id text,
  vendor text not null,
  -- With which it was uploaded: no other reaches it.
  credential_id text not null,
  credential_tier text not null,
  -- Null while it is on its way.
  vendor_file_id text,
  filename text not null,
  media_type text not null,
  purpose text not null,
  size bigint not null,
  -- What it was measured as; null for text, which is metered by its bytes.
  readings jsonb,
  idempotency_key bytea,
  fingerprint bytea,
  created_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3),
  constraint vendor_file_organization check (length(organization_id) between 1 and 128),
  constraint vendor_file_name check (length(filename) between 1 and 255),
  constraint vendor_file_size check (size >= 0)
);
create index vendor_file_of_organization on nexus.vendor_file (organization_id, file_id desc);
create unique index vendor_file_key on nexus.vendor_file (idempotency_key) where idempotency_key is not null;
create index vendor_file_expiry on nexus.vendor_file (expires_at) where expires_at is not null;
create index vendor_file_on_its_way on nexus.vendor_file (created_at) where vendor_file_id is null;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant select, insert, update, delete on nexus.vendor_file to nexus_app;
  end if;
end $$;
