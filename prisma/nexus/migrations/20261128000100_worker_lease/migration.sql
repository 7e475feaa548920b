-- Who runs the ledger's workers, and when each of their tasks was last done. A lease with a heartbeat: a leader whose
-- connection has fallen silent loses it by the clock, whatever its session still holds.

create table nexus.worker_lease (
  name         text primary key,
  holder       text        not null,
  leased_until timestamptz not null
);

create table nexus.worker_task (
  task    text primary key,
  done_at timestamptz not null
);

-- True where the holder has the lease from now on: it had it, nobody did, or the last one let it run out.
create function nexus.nexus_lead(p_holder text, p_lease_ms bigint) returns boolean
language sql security definer set search_path = nexus, pg_temp as $$
  with taken as (
    insert into worker_lease as l (name, holder, leased_until)
      values ('ledger', p_holder, clock_timestamp() + p_lease_ms * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, leased_until = excluded.leased_until
        where l.holder = excluded.holder or l.leased_until < clock_timestamp()
      returning 1)
  select exists (select from taken)
$$;

create function nexus.nexus_resign(p_holder text) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  delete from worker_lease where name = 'ledger' and holder = p_holder
$$;

create function nexus.nexus_task_done(p_task text) returns void
language sql security definer set search_path = nexus, pg_temp as $$
  insert into worker_task (task, done_at) values (p_task, clock_timestamp())
    on conflict (task) do update set done_at = excluded.done_at
$$;

do $$
declare f regprocedure; t text;
begin
  foreach f in array array['nexus.nexus_lead(text, bigint)', 'nexus.nexus_resign(text)', 'nexus.nexus_task_done(text)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.worker_lease', 'nexus.worker_task'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
  end if;
end $$;
