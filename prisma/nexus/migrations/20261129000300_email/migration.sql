-- Mail: for which domains an organization may send where the platform's credentials pay.
create table nexus.email_sender (
  organization_id text not null,
  domain text not null,
  added_by text not null,
  added_at timestamptz(3) not null,
  primary key (organization_id, domain),
  constraint email_sender_organization check (length(organization_id) between 1 and 128),
  constraint email_sender_domain check (domain ~ '^[a-z0-9.-]{3,253}$')
);

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    revoke all on nexus.email_sender from nexus_app;
    grant select, insert, update, delete on nexus.email_sender to nexus_app;
  end if;
end $$;
