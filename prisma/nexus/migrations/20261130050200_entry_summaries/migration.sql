-- Stretches of the table that no vacuum has come by yet are in no line of a BRIN index, and are read by every question to it: an export
-- has them written first. Vacuum does the same, and is not waited for.
create function nexus.nexus_summarize_entries() returns int
language plpgsql security definer set search_path = nexus, pg_temp set lock_timeout = '200ms' as $$
declare part regclass; made int := 0;
begin
  for part in select inhrelid::regclass from pg_inherits where inhparent = 'nexus.entry_by_position'::regclass loop
    begin
      made := made + brin_summarize_new_values(part);
    exception when lock_not_available then null;
    end;
  end loop;
  return made;
end $$;

do $$
begin
  revoke execute on function nexus.nexus_summarize_entries() from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_summarize_entries() to nexus_app;
  end if;
end $$;
