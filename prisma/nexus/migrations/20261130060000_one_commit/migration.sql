-- Holds and the ends of holds that wait at the same time are one statement and one commit. Both lock the organization's rows,
-- so that apart they only waited for each other.

-- It has one parameter more, with a default: processes of the release before call it as they did.
drop function nexus.nexus_settle(uuid[], text[], bigint[], text[], text[], text[], text, text, uuid[], text[]);

-- `p_also`: budgets that the same transaction needs afterwards, locked here in the one order.
create function nexus.nexus_settle(p_operation_id uuid[], p_end text[], p_cost bigint[], p_source text[], p_vendor text[], p_model text[],
  p_result text, p_attempts text, p_answered uuid[], p_answers text[], p_also bigint[] default null)
returns text
language plpgsql security definer
set search_path = nexus, pg_temp set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare lo uuid := p_operation_id[1]; hi uuid := lo; id_ uuid; answer text; now_ timestamptz; ids bigint[]; billed boolean; rolling boolean;
begin
  foreach id_ in array p_operation_id loop
    if id_ < lo then lo := id_; elsif id_ > hi then hi := id_; end if;
  end loop;
  select coalesce(array_agg(distinct l.id), '{}'), coalesce(bool_or(o.wallet_level is not null), false) into ids, billed
    from operation o, unnest(o.levels || o.wallet_level) l (id) where o.operation_id = any (p_operation_id) and o.operation_id between lo and hi;
  select coalesce(bool_or(q.bucket is not null), false) into rolling    -- 1 same lock order as reserve
    from (select bucket from budget where id = any (ids || p_also) order by id for update) q;
  now_ := clock_timestamp();
  with
  act as materialized (                       -- 2 which transition, if any
    select t.*, o.held, o.levels, o.org_id, o.result known, case
      when o.operation_id is null then '?'
      when t.fin = 'settled' and coalesce(t.cost, -1) < 0 then 'i'
      -- Of what acts only proof says that it was not done: the word of a process that was given up is none.
      when o.state = 'uncertain' and t.fin = 'released' and o.facts->>'effect' = 'act' and not t.result::jsonb ? 'resolution' then 'c'
      -- Nor is the proof of a process whose lease has run out: another one may be sending it again.
      when o.state = 'uncertain' and t.fin = 'released' and o.facts->>'effect' = 'act' and t.result::jsonb->'resolution' ? 'worker'
           and not exists (select from recovery_claim k where k.operation_id = t.operation_id
             and k.worker_id = t.result::jsonb->'resolution'->>'worker' and k.leased_until > clock_timestamp()) then 'c'
      when o.state in ('open', 'uncertain') and t.fin in ('settled', 'released') then left(t.fin, 1)
      when o.state = 'open' and t.fin = 'uncertain' then 'u'
      when o.state = 'released' and t.fin = 'settled' and t.cost > 0 then 'l'
      when o.state in ('settled', 'late') and t.fin in ('settled', 'released') and corrects(o.source, o.result, t.src, t.result::jsonb,
           (o.state = t.fin or o.state = 'late' and t.fin = 'settled') and o.cost = coalesce(t.cost, 0)) then 'a'
      when (o.state = t.fin or o.state = 'late' and t.fin = 'settled') and coalesce(o.cost, 0) = coalesce(t.cost, 0) then '='
      else 'c' end a
    from unnest(p_operation_id, p_end, p_cost, p_source, p_vendor, p_model, string_to_array(p_result, chr(30)))
         with ordinality t (operation_id, fin, cost, src, vendor, model, result, n)
    left join (select * from operation where operation_id = any (p_operation_id) and operation_id between lo and hi) o on o.operation_id = t.operation_id),
  part as materialized (                      -- 3 split cost into covered and overrun
    select *, case when a = 's' then least(cost, held) end covered, case when a = 's' then greatest(cost - held, 0) end excess
      from act where a in ('s', 'r', 'u')),
  w1 as (update operation o set state = case p.a when 's' then 'settled' when 'r' then 'released' else 'uncertain' end,
                source = p.src, cost = case when p.a <> 'u' then coalesce(p.covered, 0) + coalesce(p.excess, 0) end, overrun = p.excess,
                vendor = coalesce(p.vendor, o.vendor), model = coalesce(p.model, o.model),
                ended_at = now_, result = case when p.known is null then p.result::jsonb else merged_result(p.known, p.result::jsonb) end
           from part p where o.operation_id = p.operation_id and o.operation_id between lo and hi),
  w2 as (update budget u set reserved = u.reserved - d.r, spent = u.spent + d.covered, overrun = u.overrun + d.excess
           from (select b.id, sum(case when a in ('s', 'r') then held else 0 end) r,
                        sum(coalesce(covered, 0)) covered, sum(coalesce(excess, 0)) excess
                   from part, unnest(levels) b (id) where a <> 'u' group by b.id) d where u.id = d.id and u.id = any (ids)),
  w3 as (insert into entry (operation_id, kind, org_id, amount, at, resolution)
           select operation_id, kind, org_id, amount, now_, case when src in ('operator', 'import') then result::jsonb->'resolution' end
             from part, lateral (values ('cost', covered), ('overrun', nullif(excess, 0)), ('release', case when a = 'r' then 0 end)) e (kind, amount)
            where amount is not null)
  select string_agg(a, '' order by n) into answer from act;
  -- What few calls have is written by statements of its own: what is not begun costs nothing.
  if rolling then
    insert into budget_bucket as b (budget_id, bucket_at, spent, overrun)
      select u.id, date_bin(u.bucket, now_, timestamptz '2000-01-01 00:00:00Z'), sum(least(t.cost, o.held)), sum(greatest(t.cost - o.held, 0))
        from unnest(p_operation_id, p_cost) with ordinality t (operation_id, cost, n)
        join (select * from operation where operation_id = any (p_operation_id) and operation_id between lo and hi) o on o.operation_id = t.operation_id,
             unnest(o.levels) l (id) join budget u on u.id = l.id
       where substr(answer, t.n::int, 1) = 's' and u.bucket is not null and t.cost > 0 group by 1, 2 order by 1
      on conflict (budget_id, bucket_at) do update set spent = b.spent + excluded.spent, overrun = b.overrun + excluded.overrun;
  end if;
  if replace(p_attempts, chr(30), '') <> '' then
    insert into attempt as t (operation_id, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code, evidence, phase)
      select p.operation_id, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."vendorRequestId", x."startedAt",
             x."durationMs"::int, x.status, x.outcome, x."errorCode", x.evidence, x.phase
        from unnest(p_operation_id, string_to_array(p_attempts, chr(30))) with ordinality p (operation_id, attempts, at),
             jsonb_to_recordset(p.attempts::jsonb) x (n smallint, vendor text, model text, "credentialTier" text, "credentialId" text,
               "vendorRequestId" text, "startedAt" timestamptz, "durationMs" float8, status integer, outcome text, "errorCode" text,
               evidence text, phase text)
       where p.attempts <> '' and substr(answer, p.at::int, 1) in ('s', 'r', 'u', 'l', 'a')
      on conflict (operation_id, n) do update set vendor_request_id = excluded.vendor_request_id, started_at = coalesce(excluded.started_at, t.started_at),
        duration_ms = excluded.duration_ms, status = excluded.status, outcome = excluded.outcome, error_code = excluded.error_code,
        evidence = excluded.evidence, phase = excluded.phase;
  end if;
  if cardinality(p_answered) > 0 then
    insert into answer (operation_id, body)
      select x.operation_id, decode(x.body, 'base64') from unnest(p_answered, p_answers) x (operation_id, body)
        join unnest(p_operation_id) with ordinality p (operation_id, at) on p.operation_id = x.operation_id
       where substr(answer, p.at::int, 1) in ('s', 'l', 'a')
      on conflict (operation_id) do nothing;
  end if;
  if answer !~ '[la]' then
    if billed then perform book_charges(p_operation_id, lo, hi); end if;
    return answer;
  end if;
  -- 4 change what is booked already: a cost after a release, or a correction
  with
  part as materialized (
    select t.operation_id, t.src, o.org_id, o.levels, o.state was_state, o.source was_source, o.vendor was_vendor, o.model was_model, o.ended_at,
           o.result->'units' was_units, coalesce(o.cost, 0) was_cost, coalesce(o.overrun, 0) was_overrun, x.a,
           coalesce(t.vendor, o.vendor) vendor, coalesce(t.model, o.model) model, merged_result(o.result, t.result::jsonb) result,
           case when t.src in ('operator', 'import') then t.result::jsonb->'resolution' end resolution,
           case when t.fin = 'released' then 'released' when o.state = 'settled' then 'settled' else 'late' end state,
           case when t.fin = 'settled' and o.state = 'settled' then least(t.cost, o.held) else 0 end covered,
           case when t.fin = 'released' then 0 when o.state = 'settled' then greatest(t.cost - o.held, 0) else t.cost end excess
      from unnest(p_operation_id, p_end, p_cost, p_source, p_vendor, p_model, string_to_array(p_result, chr(30)))
           with ordinality t (operation_id, fin, cost, src, vendor, model, result, n)
      join lateral substr(answer, t.n::int, 1) x (a) on x.a in ('l', 'a')
      join (select * from operation where operation_id = any (p_operation_id) and operation_id between lo and hi) o on o.operation_id = t.operation_id),
  w1 as (update operation o set state = p.state, source = p.src, cost = p.covered + p.excess, overrun = case when p.state <> 'released' then p.excess end,
                vendor = p.vendor, model = p.model, result = p.result, ended_at = case when p.a = 'l' then now_ else o.ended_at end,
                booked = coalesce(o.booked, jsonb_build_object('source', coalesce(p.was_source, 'none'), 'vendor', p.was_vendor,
                  'model', p.was_model, 'units', p.was_units, 'tier', coalesce(o.result->>'credentialTier', o.facts->>'credentialTier')))
           from part p where o.operation_id = p.operation_id and o.operation_id between lo and hi),
  -- In a rolling row the difference goes to the bucket of the booking, or to what has left the window with it.
  slot as (
    select b.id, u.bucket, u.span, date_bin(u.bucket, case when p.a = 'l' then now_ else p.ended_at end, timestamptz '2000-01-01 00:00:00Z') bucket_at,
           sum(p.covered - (p.was_cost - p.was_overrun)) covered, sum(p.excess - p.was_overrun) excess
      from part p, unnest(p.levels) b (id) join budget u on u.id = b.id group by 1, 2, 3, 4),
  placed as materialized (
    select s.*, s.bucket is null or s.bucket_at + s.bucket > now_ - s.span
           or exists (select from budget_bucket k where k.budget_id = s.id and k.bucket_at = s.bucket_at) inside from slot s),
  w2 as (update budget u set spent = u.spent + d.covered, overrun = u.overrun + d.excess, rolled_off = u.rolled_off + d.gone
           from (select id, sum(case when inside then covered else 0 end) covered, sum(case when inside then excess else 0 end) excess,
                        sum(case when inside then 0 else covered + excess end) gone from placed group by id) d
          where u.id = d.id and u.id = any (ids)),
  w4 as (insert into budget_bucket as b (budget_id, bucket_at, spent, overrun)
           select id, bucket_at, covered, excess from placed where bucket is not null and inside and (covered <> 0 or excess <> 0)
           on conflict (budget_id, bucket_at) do update set spent = b.spent + excluded.spent, overrun = b.overrun + excluded.overrun)
  insert into entry (operation_id, kind, n, org_id, amount, at, resolution, moves)
    select p.operation_id, 'overrun', (select count(*) from entry e where e.operation_id = p.operation_id and e.kind = 'overrun'), p.org_id, p.excess, now_, p.resolution,
           moves_of(1, 'late', p.src, p.vendor, p.model, null, p.excess, p.excess)
      from part p where p.a = 'l'
    union all
    -- Always both sides, with the difference in one of them: the sums change from what was booked to what is booked now.
    select p.operation_id, e.kind, (select count(*) from entry x where x.operation_id = p.operation_id and x.kind = e.kind), p.org_id, e.amount, now_, p.resolution, e.moves
      from part p, lateral (values
        ('adjust_down', greatest(p.was_cost - p.covered - p.excess, 0),
          moves_of(-1, p.was_state, p.was_source, p.was_vendor, p.was_model, p.was_units, p.was_cost, p.was_overrun)),
        ('adjust_up', greatest(p.covered + p.excess - p.was_cost, 0),
          moves_of(1, case when p.was_state = 'late' then 'late' else p.state end, p.src, p.vendor, p.model, p.result->'units', p.covered + p.excess, p.excess))) e (kind, amount, moves)
     where p.a = 'a';
  if billed then perform book_charges(p_operation_id, lo, hi); end if;
  return answer;
end $$;

-- Ends holds and makes others, in this order and in one transaction: what an end gives back is free for the next hold.
create function nexus.nexus_book(p_ended uuid[], p_end text[], p_cost bigint[], p_source text[], p_end_vendor text[], p_end_model text[],
  p_result text, p_attempts text, p_answered uuid[], p_answers text[],
  p_operation_id uuid[], p_org text[], p_held bigint[], p_epoch bigint[], p_ttl_ms bigint[],
  p_ikey text[], p_rhash text[], p_levels bigint[], p_w int, p_process text, p_app text[], p_user text[], p_key text[],
  p_name text[], p_vendor text[], p_model text[], p_facts text, p_after uuid[], p_customer text[])
returns table (o_ended text, o_status text, o_detail jsonb)
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare wallets bigint[];
begin
  if p_customer is not null then
    select array_agg(w.level) into wallets from wallets_of(p_org, p_app, p_customer, p_name, p_vendor, p_model) w where w.level is not null;
  end if;
  o_ended := nexus_settle(p_ended, p_end, p_cost, p_source, p_end_vendor, p_end_model, p_result, p_attempts, p_answered, p_answers, p_levels || wallets);
  select r.o_status, r.o_detail into o_status, o_detail
    from nexus_reserve(p_operation_id, p_org, p_held, p_epoch, p_ttl_ms, p_ikey, p_rhash, p_levels, p_w, p_process, p_app, p_user, p_key,
      p_name, p_vendor, p_model, p_facts, p_after, p_customer) r;
  return next;
end $$;

do $$
declare f regprocedure;
begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'nexus'::regnamespace and p.proname in ('nexus_settle', 'nexus_book') loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
end $$;
