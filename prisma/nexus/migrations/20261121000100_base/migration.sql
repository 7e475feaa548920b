-- Counts the changes of each table that processes hold in memory.
create table nexus.change_version (
  topic text primary key,
  version bigint not null default 0
);

-- Called after every statement that changes a table that processes hold in memory. Listeners get a notification; a process
-- that missed one sees the new version when it polls.
create function nexus.notify_change() returns trigger
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  insert into nexus.change_version as c (topic, version) values (tg_table_name, 1)
    on conflict (topic) do update set version = c.version + 1;
  perform pg_notify('nexus_change', tg_table_name);
  return null;
end $$;

-- The role as which the gateway runs. It owns nothing, and the ledger's migration revokes its write rights on the ledger.
-- Where the migrating user may not create roles, the gateway runs as that user and says so when it starts.
do $$
begin
  if not exists (select from pg_roles where rolname = 'nexus_app') then
    create role nexus_app nologin;
  end if;
  execute format('grant nexus_app to %I', current_user);
exception
  when insufficient_privilege then raise notice 'role nexus_app not created: %', sqlerrm;
  when duplicate_object or unique_violation then null;
end $$;

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant usage on schema nexus to nexus_app;
    grant select, insert, update, delete on all tables in schema nexus to nexus_app;
    alter default privileges in schema nexus grant select, insert, update, delete on tables to nexus_app;
    alter default privileges in schema nexus grant usage on sequences to nexus_app;
    if to_regclass('nexus._prisma_migrations') is not null then
      revoke insert, update, delete on nexus._prisma_migrations from nexus_app;
    end if;
  end if;
exception
  when insufficient_privilege then raise notice 'rights of nexus_app not set: %', sqlerrm;
end $$;
