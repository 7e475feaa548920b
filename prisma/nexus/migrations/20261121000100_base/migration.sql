create table nexus.change_version (
  topic text primary key,
  version bigint not null default 0
);

-- Tables that processes hold in memory call this after every statement that changed them. Listeners are told by
-- notification; the version lets a process that missed one catch up by polling.
create function nexus.notify_change() returns trigger
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  insert into nexus.change_version as c (topic, version) values (tg_table_name, 1)
    on conflict (topic) do update set version = c.version + 1;
  perform pg_notify('nexus_change', tg_table_name);
  return null;
end $$;

-- The role under which the gateway runs. It owns nothing; the ledger's tables take its write rights away again. Where
-- the migrating user may not create roles the gateway runs as that user, and says so when it starts.
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
