-- Pages of calls with two filters at once. Whose calls are looked for is known before days are walked: the people who use a key, and the apps
-- that these use, are in the sums by month, and with them the sums by day and hour are found by their index. Hours are read by one statement
-- for many of them, with the conditions alone that are asked for.

-- What calls have at that moment; the arguments of the statements are those of `nexus_matching_calls`.
create function nexus.nexus_conditions_on_calls(p_filter jsonb) returns text language sql immutable set search_path = nexus, pg_temp as $$
  select concat(
    case when p_filter->>'app' is not null then case p_filter->>'app' when '' then ' and o.app_id is null' else ' and o.app_id = $4' end end,
    case when p_filter->>'user' is not null then ' and o.user_id = $5' end,
    case when p_filter->>'key' is not null then ' and o.key_id = $6' end,
    case when p_filter->>'vendor' is not null then ' and o.vendor = $7' end,
    case when p_filter->>'model' is not null then ' and o.model = $8' end,
    case when p_filter->>'operation' is not null then ' and o.name = $9' end,
    case when p_filter->>'source' is not null then ' and o.source = $10' end,
    case when p_filter->>'family' is not null then ' and split_part(o.name, ''.'', 1) = $11' end,
    -- They have an index of their own.
    case when p_filter->>'family' = 'payments' or p_filter->>'operation' like 'payments.%' then ' and o.name like ''payments.%''' end,
    case when p_filter->>'state' is not null then ' and o.state = $12' end,
    case p_filter->>'status' when 'failed' then ' and o.state = ''released''' when 'succeeded' then ' and o.state in (''settled'', ''late'')' end)
$$;

create or replace function nexus.nexus_matching_calls(p_org text, p_from uuid, p_before uuid, p_limit int, p_filter jsonb) returns setof uuid
language plpgsql stable set search_path = nexus, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashagg = off set enable_hashjoin = off set enable_mergejoin = off
set jit = off set max_parallel_workers_per_gather = 0 as $$
declare
  margin constant interval := '5 minutes';    -- an id is made that close to the time of its row, or refused
  most_hours constant int := 24;              -- read by one statement
  most_people constant int := 50;             -- of a key; where it has more, its sums are looked through
  app text := p_filter->>'app'; usr text := p_filter->>'user'; key text := p_filter->>'key'; vendor_ text := p_filter->>'vendor';
  model_ text := p_filter->>'model'; family_ text := p_filter->>'family'; name_ text := p_filter->>'operation';
  source_ text := p_filter->>'source'; status text := p_filter->>'status'; state_ text := p_filter->>'state';
  oldest constant timestamptz := case when nexus_uuid_ms(p_from) > 0 then to_timestamp(nexus_uuid_ms(p_from) / 1000.0) - interval '1 hour' else '-infinity' end;
  newest constant timestamptz := to_timestamp(least(nexus_uuid_ms(p_before), 253402300799000) / 1000.0) + margin;
  months constant text := format('month >= %L and month <= %L', date_trunc('month', oldest, 'UTC'), newest);
  people constant boolean := usr is not null or key is not null;
  -- The smallest sums that tell apart what is filtered by.
  sums constant text := case when not people then '_app' when coalesce(app, vendor_, model_, name_, source_, family_) is null then '_user' else '' end;
  users text[] := case when usr is not null then array[usr] end;
  apps text[] := case when app is not null then array[app] end;
  matches text; read text;
  days refcursor; next_day timestamptz; day timestamptz; hour timestamptz; hours timestamptz[]; others timestamptz[];
  above uuid := p_before; low uuid; high uuid; lows uuid[]; highs uuid[]; wanted int := p_limit; got int;
begin
  if usr is null and key is not null then
    execute format('select coalesce(array_agg(distinct user_id), ''{}'') from usage_month_user where org_id = $1 and key_id = $2 and %s', months) into users using p_org, key;
    users := case when cardinality(users) <= most_people then users end;
  end if;
  if app is null and sums = '' and users is not null then
    execute format('select coalesce(array_agg(distinct app_id), ''{}'') from usage_month where org_id = $1 and user_id = any($2) and ($3 is null or key_id = $3) and %s', months)
      into apps using p_org, users, key;
  end if;
  matches := concat(
    case when apps is not null then ' and app_id = any($4)' end, case when users is not null then ' and user_id = any($5)' end, case when key is not null then ' and key_id = $6' end,
    case when vendor_ is not null then ' and vendor = $7' end, case when model_ is not null then ' and model = $8' end,
    case when name_ is not null then ' and operation = $9' end, case when source_ is not null then ' and source = $10' end,
    case when family_ is not null then ' and split_part(operation, ''.'', 1) = $11' end,
    case when status = 'failed' or state_ = 'released' then ' and failed > 0' when status = 'succeeded' or state_ = 'settled' then ' and (calls > failed or cost > 0)' end);
  read := format('select x.operation_id from unnest($2, $3) h (low, high) cross join lateral (
    select o.operation_id from operation o where o.org_id = $1 and o.operation_id >= h.low and o.operation_id < h.high%s order by o.operation_id desc limit $13) x limit $13',
    nexus_conditions_on_calls(p_filter));

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
      using p_org, date_trunc('day', oldest, 'UTC'), newest, apps, users, key, vendor_, model_, name_, source_, family_;
    fetch days into next_day;
  end if;
  loop
    lows := '{}';
    highs := '{}';
    while cardinality(lows) < least(wanted, most_hours) loop
      day := greatest(next_day, date_trunc('day', others[1], 'UTC'));
      exit when day is null;
      hours := '{}';
      if day = next_day then
        execute format('select array_agg(distinct hour) from usage_hour%s where org_id = $1 and hour >= $2 and hour < $3%s', sums, matches) into hours
          using p_org, day, day + interval '24 hours', apps, users, key, vendor_, model_, name_, source_, family_;
        fetch days into next_day;
      end if;
      for hour in
        select h from (select unnest(hours) as h union select unnest(others)) x where h >= day and h < day + interval '24 hours' order by h desc
      loop
        low := greatest(p_from, nexus_uuid_floor(hour - margin));
        high := least(above, nexus_uuid_floor(hour + interval '1 hour' + margin));
        continue when low >= high;
        lows := lows || low;
        highs := highs || high;
        above := low;
      end loop;
      others := array(select h from unnest(others) h where h < day order by h desc);
    end loop;
    exit when cardinality(lows) = 0;
    return query execute read using p_org, lows, highs, app, usr, key, vendor_, model_, name_, source_, family_, state_, wanted;
    get diagnostics got = row_count;
    wanted := wanted - got;
    exit when wanted <= 0;
  end loop;
end $$;

do $$
begin
  revoke execute on function nexus.nexus_conditions_on_calls(jsonb) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_conditions_on_calls(jsonb) to nexus_app;
  end if;
end $$;
