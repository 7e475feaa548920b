-- Events of responses that go on without their callers, sealed: whoever reads on from one may ask any process.
create table nexus.kept_response_event (
  row_id uuid primary key,
  response_id uuid not null,
  -- Numbers of the first and the last event in it.
  first_number integer not null,
  last_number integer not null,
  content bytea not null,
  constraint kept_response_event_of foreign key (response_id) references nexus.kept_response (response_id) on delete cascade
);
create unique index kept_response_event_number on nexus.kept_response_event (response_id, last_number);
create index kept_response_event_sealed_by on nexus.kept_response_event (nexus.nexus_sealed_by(content));

-- How many of an organization run is asked before one begins.
create index kept_response_running_of on nexus.kept_response (organization_id) where alive_until is not null;

do $$
declare
  source text;
begin
  execute 'create or replace view nexus.sealed_row as ' || rtrim(pg_get_viewdef('nexus.sealed_row'::regclass), '; ')
    || ' union all select ''kept_response_event'', row_id, content from nexus.kept_response_event';
  source := pg_get_functiondef('nexus.nexus_reseal'::regproc);
  if position('  end case;' in source) = 0 then raise exception 'nexus_reseal is not the function that this migration changes'; end if;
  execute replace(source, '  end case;', '    when ''kept_response_event'' then
      update kept_response_event t set content = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.row_id = x.id and t.content = x.before;
  end case;');
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant select, insert, update, delete on nexus.kept_response_event to nexus_app;
  end if;
end $$;
