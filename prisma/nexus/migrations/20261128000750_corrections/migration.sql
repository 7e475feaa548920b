-- How a doubt ends, and how a booking that was a guess is put right: by the vendor's word, an import of its bill, an
-- operator, or policy. Entries are never changed: what was booked too much or too little is booked back or on.

-- What the first entries of an operation were booked as, where corrections have changed its row since.
alter table nexus.intent add column booked jsonb;

-- Who booked it and why, where it was neither the call itself nor policy; and what an entry moves in the sums, where that
-- is not told by its operation.
alter table nexus.entry add column resolution jsonb, add column moves jsonb;

create or replace view nexus.entry_usage as
  select e.seq, e.iid, e.kind, e.n, i.org_id, date_trunc('hour', i.created_at, 'UTC') as hour, coalesce(i.app_id, '') as app_id,
         coalesce(i.user_id, '') as user_id, coalesce(i.key_id, '') as key_id,
         coalesce(e.moves->>'vendor', i.booked->>'vendor', i.vendor) as vendor,
         coalesce(e.moves->>'model', i.booked->>'model', i.model) as model,
         case when e.moves is not null then e.moves->>'source' when i.booked is not null then i.booked->>'source'
              else coalesce(i.source, 'none') end as source,
         case when e.moves is not null then (e.moves->>'calls')::int when e.kind in ('cost', 'release') then 1 else 0 end as calls,
         case when e.moves is not null then (e.moves->>'failed')::int when e.kind = 'release' then 1 else 0 end as failed,
         case when e.moves is not null then (e.moves->>'cost')::bigint
              when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end as cost,
         case when e.moves is not null then (e.moves->>'overrun')::bigint when e.kind = 'overrun' then e.amount else 0 end as overrun,
         case when e.moves is not null then (e.moves->>'inputUnits')::bigint
              when e.kind = 'cost' then nexus.nexus_input_units(case when i.booked is null then i.result->'units' else i.booked->'units' end)
              else 0 end as input_units,
         case when e.moves is not null then (e.moves->>'outputUnits')::bigint
              when e.kind = 'cost' then nexus.nexus_output_units(case when i.booked is null then i.result->'units' else i.booked->'units' end)
              else 0 end as output_units
    from nexus.entry e join nexus.intent i on i.iid = e.iid;

-- One side of a correction, as the sums see it: what was booked (sign -1), or what is booked now (sign 1).
create function nexus.moves_of(p_sign int, p_state text, p_source text, p_vendor text, p_model text, p_units jsonb, p_cost bigint, p_overrun bigint)
returns jsonb language sql immutable parallel safe as $$
  select jsonb_build_object('source', coalesce(p_source, 'none'), 'vendor', p_vendor, 'model', p_model,
    -- A late cost belongs to a call that was counted when it was released.
    'calls', case when p_state = 'late' then 0 else p_sign end,
    'failed', case when p_state = 'released' then p_sign else 0 end,
    'cost', p_sign * p_cost, 'overrun', p_sign * p_overrun,
    'inputUnits', case when p_state = 'settled' then p_sign * nexus.nexus_input_units(p_units) else 0 end,
    'outputUnits', case when p_state = 'settled' then p_sign * nexus.nexus_output_units(p_units) else 0 end)
$$;

-- Whose word counts more than what is booked. The vendor's own number is left alone, but for the vendor's bill.
create function nexus.corrects(p_booked_source text, p_booked jsonb, p_source text, p_result jsonb, p_same boolean)
returns boolean language sql immutable parallel safe as $$
  select coalesce(case
    when p_source in ('provider', 'drained') then p_booked_source in ('estimated', 'operator')
    when p_source = 'operator' then p_booked_source = 'estimated' or p_booked_source = 'operator' and not p_same
    when p_source = 'import' then p_booked_source in ('estimated', 'operator')
      or not p_same and (p_booked_source = 'import' or (p_result->'resolution'->>'forced')::boolean)
    -- A process that was believed lost, or waited too long, knows more than policy does.
    else p_booked->'resolution'->>'by' = 'policy' and not p_result ? 'resolution' end, false)
$$;

-- What is known of an operation from now on. Its process tells all of it; whoever ends it in its process's place only adds
-- to that. A doubt stays.
create function nexus.account_of(p_known jsonb, p_told jsonb) returns jsonb
language sql immutable parallel safe as $$
  select case when p_known is null then p_told
              when p_told is null then p_known
              when p_told ? 'resolution' then p_known || p_told
              when p_known ? 'doubt' then jsonb_build_object('doubt', p_known->'doubt') || p_told
              else p_told end
$$;

-- Ends holds. One letter a call comes back: s settled · r released · u uncertain · l late · a corrected · = repeated,
-- nothing changed · c conflict · i invalid · ? unknown operation (nothing changed)
-- Vendor and model are given where another route answered than the hold was made for. `p_result` is one JSON object a call
-- and `p_attempts` one array or nothing, separated like the facts of `nexus_reserve`.
create or replace function nexus.nexus_settle(p_iid uuid[], p_end text[], p_cost bigint[], p_source text[], p_vendor text[], p_model text[],
  p_result text, p_attempts text, p_answered uuid[], p_answers text[])
returns text
language plpgsql security definer
set search_path = nexus, pg_temp set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare lo uuid; hi uuid; answer text; now_ timestamptz; ids bigint[];
begin
  select u[1], u[cardinality(u)] into lo, hi from (select array_agg(x order by x) u from unnest(p_iid) x) y;
  ids := array(select distinct unnest(levels) from intent where iid = any (p_iid) and iid between lo and hi);
  perform 1 from budget where id = any (ids) order by id for update;    -- 1 same lock order as reserve
  now_ := clock_timestamp();
  with
  act as materialized (                       -- 2 which transition, if any
    select t.*, i.held, i.levels, i.org_id, i.result known, case
      when i.iid is null then '?'
      when t.fin = 'settled' and coalesce(t.cost, -1) < 0 then 'i'
      when i.state in ('open', 'uncertain') and t.fin in ('settled', 'released') then left(t.fin, 1)
      when i.state = 'open' and t.fin = 'uncertain' then 'u'
      when i.state = 'released' and t.fin = 'settled' and t.cost > 0 then 'l'
      when i.state in ('settled', 'late') and t.fin in ('settled', 'released') and corrects(i.source, i.result, t.src, t.result::jsonb,
           (i.state = t.fin or i.state = 'late' and t.fin = 'settled') and i.cost = coalesce(t.cost, 0)) then 'a'
      when (i.state = t.fin or i.state = 'late' and t.fin = 'settled') and coalesce(i.cost, 0) = coalesce(t.cost, 0) then '='
      else 'c' end a
    from unnest(p_iid, p_end, p_cost, p_source, p_vendor, p_model, string_to_array(p_result, chr(30)), string_to_array(p_attempts, chr(30)))
         with ordinality t (iid, fin, cost, src, vendor, model, result, attempts, n)
    left join (select * from intent where iid = any (p_iid) and iid between lo and hi) i on i.iid = t.iid),
  part as materialized (                      -- 3 split cost into covered and overrun
    select *, case when a = 's' then least(cost, held) end c, case when a = 's' then greatest(cost - held, 0) end o
      from act where a in ('s', 'r', 'u')),
  w1 as (update intent i set state = case p.a when 's' then 'settled' when 'r' then 'released' else 'uncertain' end,
                source = p.src, cost = case when p.a <> 'u' then coalesce(p.c, 0) + coalesce(p.o, 0) end, overrun = p.o,
                vendor = coalesce(p.vendor, i.vendor), model = coalesce(p.model, i.model),
                ended_at = now_, result = case when p.known is null then p.result::jsonb else account_of(p.known, p.result::jsonb) end
           from part p where i.iid = p.iid and i.iid between lo and hi),
  w2 as (update budget u set reserved = u.reserved - d.r, spent = u.spent + d.c, overrun = u.overrun + d.o
           from (select b.id, sum(case when a in ('s', 'r') then held else 0 end) r,
                        sum(coalesce(c, 0)) c, sum(coalesce(o, 0)) o
                   from part, unnest(levels) b (id) where a <> 'u' group by b.id) d where u.id = d.id and u.id = any (ids)
         returning u.id, u.bucket, d.c, d.o),
  w3 as (insert into entry (iid, kind, org_id, amount, at, resolution)
           select iid, kind, org_id, amount, now_, case when src in ('operator', 'import') then result::jsonb->'resolution' end
             from part, lateral (values ('cost', c), ('overrun', nullif(o, 0)), ('release', case when a = 'r' then 0 end)) e (kind, amount)
            where amount is not null),
  w4 as (insert into budget_bucket as b (budget_id, bucket_at, spent, overrun)
           select id, date_bin(bucket, now_, timestamptz '2000-01-01 00:00:00Z'), c, o
             from w2 where bucket is not null and c + o > 0
           on conflict (budget_id, bucket_at) do update set spent = b.spent + excluded.spent, overrun = b.overrun + excluded.overrun),
  w5 as (insert into attempt as t (iid, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code)
           select p.iid, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."vendorRequestId", x."startedAt",
                  x."durationMs"::int, x.status, x.outcome, x."errorCode" from act p,
             jsonb_to_recordset(p.attempts::jsonb) x (n smallint, vendor text, model text, "credentialTier" text, "credentialId" text,
               "vendorRequestId" text, "startedAt" timestamptz, "durationMs" float8, status integer, outcome text, "errorCode" text)
            where p.attempts <> '' and p.a in ('s', 'r', 'u', 'l', 'a')
           on conflict (iid, n) do update set vendor_request_id = excluded.vendor_request_id, started_at = coalesce(excluded.started_at, t.started_at),
             duration_ms = excluded.duration_ms, status = excluded.status, outcome = excluded.outcome, error_code = excluded.error_code),
  w6 as (insert into answer (iid, body)
           select p.iid, decode(x.body, 'base64') from unnest(p_answered, p_answers) x (iid, body) join act p on p.iid = x.iid where p.a in ('s', 'l', 'a')
           on conflict (iid) do nothing)
  select string_agg(a, '' order by n) into answer from act;
  if answer !~ '[la]' then
    return answer;
  end if;
  -- 4 what is booked already changes: a cost after a release, or a better word than the one that was booked
  with
  part as materialized (
    select t.iid, t.src, i.org_id, i.levels, i.state was_state, i.source was_source, i.vendor was_vendor, i.model was_model, i.ended_at,
           i.result->'units' was_units, coalesce(i.cost, 0) was_cost, coalesce(i.overrun, 0) was_overrun, x.a,
           coalesce(t.vendor, i.vendor) vendor, coalesce(t.model, i.model) model, account_of(i.result, t.result::jsonb) result,
           case when t.src in ('operator', 'import') then t.result::jsonb->'resolution' end resolution,
           case when t.fin = 'released' then 'released' when i.state = 'settled' then 'settled' else 'late' end state,
           case when t.fin = 'settled' and i.state = 'settled' then least(t.cost, i.held) else 0 end c,
           case when t.fin = 'released' then 0 when i.state = 'settled' then greatest(t.cost - i.held, 0) else t.cost end o
      from unnest(p_iid, p_end, p_cost, p_source, p_vendor, p_model, string_to_array(p_result, chr(30)))
           with ordinality t (iid, fin, cost, src, vendor, model, result, n)
      join lateral substr(answer, t.n::int, 1) x (a) on x.a in ('l', 'a')
      join (select * from intent where iid = any (p_iid) and iid between lo and hi) i on i.iid = t.iid),
  w1 as (update intent i set state = p.state, source = p.src, cost = p.c + p.o, overrun = case when p.state <> 'released' then p.o end,
                vendor = p.vendor, model = p.model, result = p.result, ended_at = case when p.a = 'l' then now_ else i.ended_at end,
                booked = coalesce(i.booked, jsonb_build_object('source', coalesce(p.was_source, 'none'), 'vendor', p.was_vendor,
                  'model', p.was_model, 'units', p.was_units))
           from part p where i.iid = p.iid and i.iid between lo and hi),
  -- A rolling row counts it where it was booked: in that bucket, or among what has left the window with it.
  slot as (
    select b.id, u.bucket, u.span, date_bin(u.bucket, case when p.a = 'l' then now_ else p.ended_at end, timestamptz '2000-01-01 00:00:00Z') bucket_at,
           sum(p.c - (p.was_cost - p.was_overrun)) c, sum(p.o - p.was_overrun) o
      from part p, unnest(p.levels) b (id) join budget u on u.id = b.id group by 1, 2, 3, 4),
  placed as materialized (
    select s.*, s.bucket is null or s.bucket_at + s.bucket > now_ - s.span
           or exists (select from budget_bucket k where k.budget_id = s.id and k.bucket_at = s.bucket_at) inside from slot s),
  w2 as (update budget u set spent = u.spent + d.c, overrun = u.overrun + d.o, rolled_off = u.rolled_off + d.gone
           from (select id, sum(case when inside then c else 0 end) c, sum(case when inside then o else 0 end) o,
                        sum(case when inside then 0 else c + o end) gone from placed group by id) d
          where u.id = d.id and u.id = any (ids)),
  w4 as (insert into budget_bucket as b (budget_id, bucket_at, spent, overrun)
           select id, bucket_at, c, o from placed where bucket is not null and inside and (c <> 0 or o <> 0)
           on conflict (budget_id, bucket_at) do update set spent = b.spent + excluded.spent, overrun = b.overrun + excluded.overrun)
  insert into entry (iid, kind, n, org_id, amount, at, resolution, moves)
    select p.iid, 'overrun', (select count(*) from entry e where e.iid = p.iid and e.kind = 'overrun'), p.org_id, p.o, now_, p.resolution,
           moves_of(1, 'late', p.src, p.vendor, p.model, null, p.o, p.o)
      from part p where p.a = 'l'
    union all
    -- Always both sides, the difference in one of them: the sums move from what was booked to what is booked now.
    select p.iid, e.kind, (select count(*) from entry x where x.iid = p.iid and x.kind = e.kind), p.org_id, e.amount, now_, p.resolution, e.moves
      from part p, lateral (values
        ('adjust_down', greatest(p.was_cost - p.c - p.o, 0),
          moves_of(-1, p.was_state, p.was_source, p.was_vendor, p.was_model, p.was_units, p.was_cost, p.was_overrun)),
        ('adjust_up', greatest(p.c + p.o - p.was_cost, 0),
          moves_of(1, case when p.was_state = 'late' then 'late' else p.state end, p.src, p.vendor, p.model, p.result->'units', p.c + p.o, p.o))) e (kind, amount, moves)
     where p.a = 'a';
  return answer;
end $$;

-- Ends a doubt or corrects a booking by hand (`operator`) or by the vendor's bill (`import`). Who, why and by which evidence
-- (a SHA-256) stay on the row and on the entries. Replies: settled, released, corrected, late (a cost after a release), same
-- (nothing to change), open (it is running: not ours to end), exact (the vendor's own number is booked), invalid, unknown.
create function nexus.nexus_correct(p_iid uuid, p_end text, p_cost bigint, p_by text, p_actor text, p_reason text, p_evidence text, p_force boolean)
returns table (o_reply text, o_was_state text, o_was_cost bigint)
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare i intent; letter text;
begin
  if p_by not in ('operator', 'import') or p_end not in ('settled', 'released') or coalesce(length(p_actor), 0) not between 1 and 256
     or coalesce(length(p_reason), 0) not between 1 and 1000 or p_evidence !~ '^[0-9a-f]{64}$'
     or p_by = 'import' and p_evidence is null or p_force and p_by <> 'import' then
    return query select 'invalid', null::text, null::bigint;
    return;
  end if;
  perform 1 from budget where id = any (array(select unnest(levels) from intent where iid = p_iid)) order by id for update;
  select * into i from intent where iid = p_iid;
  if i.iid is null then
    return query select 'unknown', null::text, null::bigint;
    return;
  end if;
  if i.state = 'open' then
    letter := 'o';
  else
    letter := nexus_settle(array[p_iid], array[p_end], array[case when p_end = 'settled' then p_cost end], array[p_by], array[null::text], array[null::text],
      jsonb_build_object('resolution', jsonb_strip_nulls(jsonb_build_object('by', p_by, 'actor', p_actor, 'reason', p_reason,
        'evidence', p_evidence, 'forced', nullif(p_force, false), 'at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))::text,
      '', '{}', '{}');
    -- Nothing is paid for what was released.
    if letter = 'c' and i.state = 'released' and coalesce(p_cost, 0) = 0 then letter := '='; end if;
  end if;
  return query select case letter when 's' then 'settled' when 'r' then 'released' when 'a' then 'corrected' when 'l' then 'late'
    when '=' then 'same' when 'o' then 'open' when 'i' then 'invalid' else 'exact' end, i.state, i.cost;
end $$;

-- As before; and whether the process has fallen silent, or is only late.
drop function nexus.nexus_claim(text, bigint, bigint, bigint, int);
create function nexus.nexus_claim(p_worker text, p_lease_ms bigint, p_silence_ms bigint, p_uncertain_ms bigint, p_limit int)
returns table (iid uuid, org_id text, state text, held bigint, operation text, vendor text, model text, facts jsonb,
  created_at timestamptz, ended_at timestamptz, checkpoint_cost bigint, checkpoint_units jsonb, attempts jsonb, silent boolean)
language plpgsql security definer set search_path = nexus, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
  with due as materialized (
    select i.iid, coalesce(b.renewed_at, i.created_at) < clock_timestamp() - p_silence_ms * interval '1 millisecond' silent
      from intent i left join process_heartbeat b using (process_id)
     where i.state in ('open', 'uncertain')
       and case i.state
             when 'open' then i.deadline < clock_timestamp()
               or coalesce(b.renewed_at, i.created_at) < clock_timestamp() - p_silence_ms * interval '1 millisecond'
             else i.facts->>'effect' = 'read' and i.ended_at < clock_timestamp() - p_uncertain_ms * interval '1 millisecond' end
       and not exists (select from recovery_claim c where c.iid = i.iid and c.leased_until > clock_timestamp())
     order by i.deadline limit p_limit for update of i skip locked),
  claimed as (
    insert into recovery_claim as c (iid, worker_id, leased_until)
      select due.iid, p_worker, clock_timestamp() + p_lease_ms * interval '1 millisecond' from due order by 1
      on conflict on constraint recovery_claim_pkey do update set worker_id = excluded.worker_id, leased_until = excluded.leased_until
        where c.leased_until <= clock_timestamp()
      returning c.iid)
  select i.iid, i.org_id, i.state, i.held, i.operation, i.vendor, i.model, i.facts, i.created_at, i.ended_at, s.cost, s.units,
         (select jsonb_agg(jsonb_build_object('n', a.n, 'vendor', a.vendor, 'model', a.model, 'outcome', a.outcome) order by a.n)
            from attempt a where a.iid = i.iid), due.silent
    from claimed join due on due.iid = claimed.iid join intent i on i.iid = claimed.iid left join stream_checkpoint s on s.iid = i.iid;
end $$;

do $$
declare f regprocedure;
begin
  foreach f in array array[
    'nexus.moves_of(int, text, text, text, text, jsonb, bigint, bigint)', 'nexus.corrects(text, jsonb, text, jsonb, boolean)',
    'nexus.account_of(jsonb, jsonb)',
    'nexus.nexus_correct(uuid, text, bigint, text, text, text, text, boolean)',
    'nexus.nexus_claim(text, bigint, bigint, bigint, int)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if f::text like '%nexus\_%' and exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
end $$;
