-- A call that moved on to another route has several holds, each with a key of its own. Its first key is free again only
-- when all of them were released: the first may be found to have cost nothing long after another one was answered.

-- The hold of the same call before this one.
alter table nexus.idempotency add column after uuid;
create index idempotency_after on nexus.idempotency (after) where after is not null;

-- Whether a hold that came after this one in the same call was used, or may still be.
create function nexus.goes_on_used(p_iid uuid) returns boolean language sql stable as $$
  with recursive chain (iid) as (
    select d.iid from nexus.idempotency d where d.after = p_iid
    union select d.iid from nexus.idempotency d join chain c on d.after = c.iid)
  select exists (select from chain c where (select i.state from nexus.intent i where i.iid = c.iid) is distinct from 'released')
$$;
revoke execute on function nexus.goes_on_used(uuid) from public;

-- As before, but for the key of a call with several holds: `p_after` names the hold before, where there was one.
drop function nexus.nexus_reserve(uuid[], text[], bigint[], bigint[], bigint[], text[], text[], bigint[], int, text, text[], text[], text[],
  text[], text[], text[], text);
create function nexus.nexus_reserve(p_iid uuid[], p_org text[], p_held bigint[], p_epoch bigint[], p_ttl_ms bigint[],
  p_ikey text[], p_rhash text[], p_levels bigint[], p_w int, p_process text, p_app text[], p_user text[], p_key text[],
  p_operation text[], p_vendor text[], p_model text[], p_facts text, p_after uuid[] default null)
returns table (o_status text, o_detail jsonb)
language plpgsql security definer
set search_path = nexus, pg_temp set enable_seqscan = off set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  ids bigint[]; free0 bigint[]; free bigint[]; shut boolean[]; epochs bigint[]; orgs text[];
  known uuid[]; known_state text[]; known_held bigint[];
  keys text[]; key_hash text[]; key_iid uuid[]; key_state text[];
  lo uuid; hi uuid; oldest uuid; newest uuid; now_ timestamptz;
  cnt int := cardinality(p_iid); st text[] := '{}'; s text; p int; k int; a int; z int; at_ int[];
  all_held boolean := true; detail jsonb; hit bigint; first_iid uuid; h bigint; keyed boolean;
begin
  -- 1 lock all budget rows of the batch in id order
  select array_agg(q.id), array_agg(q.free), array_agg(q.shut), array_agg(q.epoch), array_agg(q.org)
    into ids, free0, shut, epochs, orgs
    from (select id, case when hard then lim - spent - reserved - overrun else 4000000000000000000 end free,
                 clock_timestamp() < starts_at or clock_timestamp() >= ends_at shut,
                 case when rule_id is null then budget.epoch else -1 end epoch,
                 case when rule_id is null then org_id end org
            from budget where id = any (p_levels) order by id for update) q;
  free := free0; now_ := clock_timestamp();
  -- Ids made within five minutes of now.
  oldest := nexus_uuid_floor(now_ - interval '5 minutes'); newest := nexus_uuid_floor(now_ + interval '5 minutes');
  -- 2 what is known already, read after the lock
  select u[1], u[cnt] into lo, hi from (select array_agg(x order by x) u from unnest(p_iid) x) y;
  select array_agg(iid), array_agg(state), array_agg(held) into known, known_state, known_held
    from intent where iid = any (p_iid) and iid between lo and hi;
  keyed := array_length(array_remove(p_ikey, null), 1) > 0;
  if keyed then
    select array_agg(encode(d.ikey, 'hex')), array_agg(encode(d.rhash, 'hex')), array_agg(d.iid),
           array_agg((select i.state from intent i where i.iid = d.iid))
      into keys, key_hash, key_iid, key_state
      from idempotency d
     where d.ikey = any (array(select decode(x, 'hex') from unnest(p_ikey) x where x is not null));
  end if;
  -- 3 decide in arrival order
  for n in 1..cnt loop
    s := 'h'; hit := null; first_iid := null; h := p_held[n]; a := (n - 1) * p_w + 1; z := n * p_w; p := null;
    if known is not null then
      p := array_position(known, p_iid[n]);
      if p is not null then
        s := case when known_held[p] <> h then 'm' else left(known_state[p], 1) end;
      end if;
    end if;
    if s = 'h' and keys is not null then
      p := array_position(keys, p_ikey[n]);
      -- A call that ended without effect gives its key back: all its holds were released, not the first alone.
      if p is not null and (key_state[p] is distinct from 'released' or goes_on_used(key_iid[p])) then
        s := case when key_hash[p] = p_rhash[n] then 'p' else 'm' end; first_iid := key_iid[p];
      end if;
    end if;
    if s = 'h' then
      k := array_position(ids, p_levels[a]);
      if k is null or orgs[k] is distinct from p_org[n] or h is null or h <= 0 or h > 4000000000000000000
         or p_iid[n] < oldest or p_iid[n] > newest then
        s := 'i';
      elsif epochs[k] is distinct from p_epoch[n] then
        s := 'c';
      elsif free[k] < h then
        s := 'f'; hit := p_levels[a];
      else
        at_ := array[k];
        for j in a + 1..z loop
          continue when p_levels[j] = 0;
          k := array_position(ids, p_levels[j]);
          s := case when k is null or shut[k] then 'c' when free[k] < h then 'f' else 'h' end;
          if s <> 'h' then hit := p_levels[j]; exit; end if;
          at_ := at_ || k;
        end loop;
        if s = 'h' then
          foreach k in array at_ loop free[k] := free[k] - h; end loop;
        end if;
      end if;
    end if;
    if s <> 'h' then
      all_held := false;
      if s in ('p', 'f', 'c', 'i') then
        detail := coalesce(detail, '[]') || jsonb_build_array(jsonb_build_array(n, hit::text, first_iid));
      end if;
    end if;
    st := st || s;
  end loop;
  -- 4 counters, keys and holds in one commit
  if all_held or 'h' = any (st) then
    update budget u set reserved = u.reserved + d.f0 - d.f1
      from unnest(ids, free0, free) d (id, f0, f1) where u.id = d.id and u.id = any (ids) and d.f0 <> d.f1;
    if keyed then
      insert into idempotency as d (ikey, rhash, iid, after)
        select decode(t.ikey, 'hex'), decode(t.rhash, 'hex'), t.iid, t.after from unnest(p_ikey, p_rhash, p_iid, st, p_after) t (ikey, rhash, iid, x, after)
         where t.x = 'h' and t.ikey is not null
        on conflict (ikey) do update set rhash = excluded.rhash, iid = excluded.iid, after = excluded.after, expires_at = excluded.expires_at
          where d.iid = any (key_iid);
    end if;
    insert into intent (iid, org_id, app_id, user_id, key_id, operation, vendor, model, process_id, levels, held, created_at, deadline, facts)
      select t.iid, t.org, t.app, t.usr, t.key, t.op, t.vendor, t.model, p_process,
             array_remove(p_levels[(t.n - 1) * p_w + 1 : t.n * p_w], 0), t.held, now_, now_ + t.ttl * interval '1 millisecond', t.facts::jsonb
        from unnest(p_iid, p_org, p_held, p_ttl_ms, st, p_app, p_user, p_key, p_operation, p_vendor, p_model, string_to_array(p_facts, chr(30)))
             with ordinality t (iid, org, held, ttl, x, app, usr, key, op, vendor, model, facts, n)
       where t.x = 'h';
  end if;
  return query select array_to_string(st, ''), detail;
end $$;

-- As before; and a key stays while a later hold of its call has one: the call is known as long as any of its holds.
create or replace function nexus.nexus_prune(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare a int; b int; c int; d int; e int;
begin
  delete from idempotency where ikey in
    (select k.ikey from idempotency k where k.expires_at < clock_timestamp()
       and not exists (select from intent i where i.iid = k.iid and i.state in ('open', 'uncertain'))
       and not exists (select from idempotency d where d.after = k.iid) limit p_limit);
  get diagnostics a = row_count;
  delete from answer where iid in
    (select k.iid from answer k where k.expires_at < clock_timestamp()
       and not exists (select from idempotency i where i.iid = k.iid) limit p_limit);
  get diagnostics b = row_count;
  delete from stream_checkpoint where iid in
    (select s.iid from stream_checkpoint s where s.at < clock_timestamp() - interval '1 minute'
       and not exists (select from intent i where i.iid = s.iid and i.state in ('open', 'uncertain')) limit p_limit);
  get diagnostics c = row_count;
  delete from recovery_claim where iid in
    (select s.iid from recovery_claim s where s.leased_until < clock_timestamp()
       and not exists (select from intent i where i.iid = s.iid and i.state in ('open', 'uncertain')) limit p_limit);
  get diagnostics d = row_count;
  delete from process_heartbeat p where p.renewed_at < clock_timestamp() - interval '1 day';
  get diagnostics e = row_count;
  return a + b + c + d + e;
end $$;

do $$
declare
  f regprocedure := 'nexus.nexus_reserve(uuid[], text[], bigint[], bigint[], bigint[], text[], text[], bigint[], int, text, text[], text[], text[],
    text[], text[], text[], text, uuid[])';
begin
  execute format('revoke execute on function %s from public', f);
  if exists (select from pg_roles where rolname = 'nexus_app') then
    execute format('grant execute on function %s to nexus_app', f);
  end if;
end $$;
