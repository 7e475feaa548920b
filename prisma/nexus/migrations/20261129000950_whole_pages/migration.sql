-- The newest operations of an organization that a filter lets through, as many as are asked for, however few there are. No index is
-- kept for it that calls would have to write: the sums tell in which hours such calls were made, and those hours alone are read.

-- `p_filter` has, by the names of its fields, what is filtered by: app (empty: none), user, key, vendor, model, family, operation, source,
-- status, state (open, settled or released).
create function nexus.nexus_matching_calls(p_org text, p_from uuid, p_before uuid, p_limit int, p_filter jsonb) returns setof uuid
language plpgsql stable set search_path = nexus, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashagg = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off set max_parallel_workers_per_gather = 0 as $$
declare
  margin constant interval := '5 minutes';    -- an id is made that close to the time of its row, or refused
  app text := p_filter->>'app'; usr text := p_filter->>'user'; key text := p_filter->>'key'; vendor_ text := p_filter->>'vendor';
  model_ text := p_filter->>'model'; family_ text := p_filter->>'family'; name_ text := p_filter->>'operation';
  source_ text := p_filter->>'source'; status text := p_filter->>'status'; state_ text := p_filter->>'state';
  oldest constant timestamptz := case when nexus_uuid_ms(p_from) > 0 then to_timestamp(nexus_uuid_ms(p_from) / 1000.0) - interval '1 hour' else '-infinity' end;
  newest constant timestamptz := to_timestamp(least(nexus_uuid_ms(p_before), 253402300799000) / 1000.0) + margin;
  people constant boolean := usr is not null or key is not null;
  -- The smallest sums that tell apart what is filtered by.
  sums constant text := case when not people then '_app' when coalesce(app, vendor_, model_, name_, source_, family_) is null then '_user' else '' end;
  matches constant text := concat(
    case when app is not null then ' and app_id = $4' end, case when usr is not null then ' and user_id = $5' end, case when key is not null then ' and key_id = $6' end,
    case when vendor_ is not null then ' and vendor = $7' end, case when model_ is not null then ' and model = $8' end,
    case when name_ is not null then ' and operation = $9' end, case when source_ is not null then ' and source = $10' end,
    case when family_ is not null then ' and split_part(operation, ''.'', 1) = $11' end,
    case when status = 'failed' or state_ = 'released' then ' and failed > 0' when status = 'succeeded' or state_ = 'settled' then ' and (calls > failed or cost > 0)' end);
  days refcursor; next_day timestamptz; day timestamptz; hour timestamptz; hours timestamptz[]; others timestamptz[];
  above uuid := p_before; low uuid; high uuid; wanted int := p_limit; got int;
begin
  -- What is in no sum yet: operations that have not ended, and those whose entries wait.
  select array_agg(distinct x.hour order by x.hour desc) into others from (
    select date_trunc('hour', o.created_at, 'UTC') as hour from operation o
     where o.state in ('open', 'uncertain') and o.org_id = p_org and status is null and coalesce(state_, 'open') = 'open'
       and (usr is null or o.user_id = usr) and (key is null or o.key_id = key) and (app is null or coalesce(o.app_id, '') = app)
    union all
    select date_trunc('hour', to_timestamp(nexus_uuid_ms(q.operation_id) / 1000.0), 'UTC') from rollup_queue q
     where q.org_id = p_org and state_ is distinct from 'open') x where x.hour between oldest and newest;
  if state_ is distinct from 'open' then
    open days for execute format('select day from usage_day%s where org_id = $1 and day >= $2 and day <= $3%s group by day order by day desc', sums, matches)
      using p_org, date_trunc('day', oldest, 'UTC'), newest, app, usr, key, vendor_, model_, name_, source_, family_;
    fetch days into next_day;
  end if;
  loop
    day := greatest(next_day, date_trunc('day', others[1], 'UTC'));
    exit when day is null;
    hours := '{}';
    if day = next_day then
      execute format('select array_agg(distinct hour) from usage_hour%s where org_id = $1 and hour >= $2 and hour < $3%s', sums, matches) into hours
        using p_org, day, day + interval '24 hours', app, usr, key, vendor_, model_, name_, source_, family_;
      fetch days into next_day;
    end if;
    for hour in
      select h from (select unnest(hours) as h union select unnest(others)) x where h >= day and h < day + interval '24 hours' order by h desc
    loop
      low := greatest(p_from, nexus_uuid_floor(hour - margin));
      high := least(above, nexus_uuid_floor(hour + interval '1 hour' + margin));
      continue when low >= high;
      return query select o.operation_id from operation o
        where o.org_id = p_org and o.operation_id >= low and o.operation_id < high
          and (app is null or coalesce(o.app_id, '') = app) and (usr is null or o.user_id = usr) and (key is null or o.key_id = key)
          and (vendor_ is null or o.vendor = vendor_) and (model_ is null or o.model = model_) and (name_ is null or o.name = name_)
          and (source_ is null or o.source = source_) and (family_ is null or split_part(o.name, '.', 1) = family_)
          and (state_ is null or o.state = state_)
          and (status is null or case status when 'failed' then o.state = 'released' else o.state in ('settled', 'late') end)
        order by o.operation_id desc limit wanted;
      get diagnostics got = row_count;
      wanted := wanted - got;
      if wanted <= 0 then return; end if;
      above := low;
    end loop;
    others := array(select h from unnest(others) h where h < day order by h desc);
  end loop;
end $$;

do $$
begin
  revoke execute on function nexus.nexus_matching_calls(text, uuid, uuid, int, jsonb) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_matching_calls(text, uuid, uuid, int, jsonb) to nexus_app;
  end if;
end $$;
