-- Operations that act later: accepted now, carried out when they are due, by whichever process takes them first. While one
-- waits it is an open operation with its hold, which belongs to no process and has no deadline; from the moment it is taken
-- it is like any other open operation. The row here says when it may be taken, until when, and what it is about.
create table nexus.act_queue (
  operation_id uuid primary key,
  org_id text not null,
  due_at timestamptz(3) not null,
  -- From then on nothing is sent for it any more.
  expires_at timestamptz(3) not null,
  -- It may be taken. False while a process has it, while nobody knows what became of it, and after its end.
  waiting boolean not null default true,
  -- How often it came back without effect.
  tries int not null default 0,
  -- Who asks for what, sealed.
  content bytea,
  -- When to look whether it has ended, so that it is forgotten.
  look_at timestamptz(3),
  constraint act_queue_organization check (length(org_id) between 1 and 128)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
-- It is ciphertext.
alter table nexus.act_queue alter column content set storage external;
create index act_queue_due on nexus.act_queue (due_at, operation_id) where waiting;
create index act_queue_of_org on nexus.act_queue (org_id, due_at, operation_id) where waiting;
create index act_queue_look on nexus.act_queue (look_at) where not waiting;

create or replace function nexus.progress_of(p_operation_id uuid, p_state text) returns text
language sql stable parallel safe set search_path = nexus, pg_temp as $$
  select case p_state
    when 'open' then case
      when exists (select from act_queue q where q.operation_id = p_operation_id and q.waiting) then 'scheduled'
      when exists (select from attempt a where a.operation_id = p_operation_id) then 'attempting' else 'reserved' end
    when 'uncertain' then case
      when exists (select from recovery_claim c where c.operation_id = p_operation_id and c.leased_until > clock_timestamp()) then 'reconciling'
      when exists (select from reconciliation r where r.operation_id = p_operation_id and r.review_at is not null) then 'needs_review'
      else 'unknown' end
    when 'released' then 'failed' else 'succeeded' end
$$;

-- Whether this process may give an open operation away: it is its own, or it has given it up in another one's place.
create function nexus.may_put_back(p_operation_id uuid, p_process text) returns boolean
language sql volatile set search_path = nexus, pg_temp as $$
  select exists (select from recovery_claim c where c.operation_id = p_operation_id and c.worker_id = p_process and c.leased_until > clock_timestamp())
      or exists (select from operation o where o.operation_id = p_operation_id and o.state = 'open' and o.process_id = p_process)
         and not exists (select from recovery_claim c where c.operation_id = p_operation_id)
$$;

-- Puts an operation of this process into the queue, with the answer that a repeat of the call is given. False: it has been
-- given up in the process's place.
create function nexus.nexus_enqueue(p_operation_id uuid, p_process text, p_due timestamptz, p_expires timestamptz, p_content bytea, p_answer bytea, p_ikey bytea)
returns boolean language plpgsql security definer set search_path = nexus, pg_temp as $$
declare org text;
begin
  select o.org_id into org from operation o where o.operation_id = p_operation_id and o.state = 'open' for update;
  -- Sent again after a lost answer.
  if exists (select from act_queue where operation_id = p_operation_id) then return true; end if;
  if org is null or not may_put_back(p_operation_id, p_process) then return false; end if;
  update operation set process_id = '', deadline = 'infinity' where operation_id = p_operation_id;
  insert into act_queue (operation_id, org_id, due_at, expires_at, content) values (p_operation_id, org, p_due, p_expires, p_content);
  insert into answer (operation_id, body, expires_at) values (p_operation_id, p_answer, p_expires + interval '90 days');
  update idempotency set expires_at = p_expires + interval '90 days' where ikey = p_ikey and operation_id = p_operation_id;
  return true;
end $$;

-- Gives what is due to a process, at most so many of at most so many bytes together: in the order in which they are due,
-- and in turn where more is due than is looked at, so that an organization with much of it does not stand before the others.
-- Where turns are taken, a first row without an operation says whose turn was last.
create function nexus.nexus_take_queued(p_process text, p_limit int, p_bytes bigint, p_ttl_ms bigint, p_skip text[], p_own uuid[], p_after text)
returns table (operation_id uuid, org_id text, held bigint, due_at timestamptz, expires_at timestamptz, tries int, attempts int, content bytea)
language plpgsql security definer set search_path = nexus, pg_temp set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare now_ timestamptz := clock_timestamp(); seen int; picked uuid[]; taken uuid[]; r record; orgs text[] := '{}'; org text := p_after;
  visits int := 0; wrapped boolean := false;
begin
  if p_limit < 1 or not exists (select from act_queue q where q.waiting and q.due_at <= now_) or nexus_spending_stop() is not null then
    return;
  end if;
  with near as materialized (
    select q.operation_id, q.org_id, q.due_at from act_queue q where q.waiting and q.due_at <= now_ order by q.due_at, q.operation_id limit p_limit * 4)
  select count(*), array_agg(t.operation_id order by t.turn, t.due_at, t.operation_id) filter (where t.org_id <> all (p_skip))
    into seen, picked
    from (select n.*, row_number() over (partition by n.org_id order by n.due_at, n.operation_id) turn from near n) t;
  if seen >= p_limit * 4 then
    loop
      select q.org_id, q.due_at into r from act_queue q where q.waiting and q.org_id > org order by q.org_id, q.due_at limit 1;
      if not found then
        exit when wrapped;
        wrapped := true; org := '';
        continue;
      end if;
      exit when wrapped and r.org_id > p_after;
      org := r.org_id; visits := visits + 1;
      if r.due_at <= now_ and r.org_id <> all (p_skip) then orgs := orgs || r.org_id; end if;
      exit when cardinality(orgs) >= p_limit or visits >= 500;
    end loop;
    select array_agg(x.operation_id order by x.turn, x.due_at, x.operation_id) into picked
      from unnest(orgs) o (org), lateral (
        select q.operation_id, q.due_at, row_number() over (order by q.due_at, q.operation_id) turn from act_queue q
         where q.waiting and q.org_id = o.org and q.due_at <= now_ order by q.due_at, q.operation_id
         limit 2 * (p_limit / greatest(cardinality(orgs), 1) + 1)) x;
    return query select null::uuid, org, null::bigint, null::timestamptz, null::timestamptz, null::int, null::int, null::bytea;
  end if;
  with locked as materialized (
    select q.operation_id, octet_length(q.content) bytes, array_position(picked, q.operation_id) place from act_queue q
     where q.operation_id = any (picked) and q.waiting and q.operation_id <> all (p_own) for update skip locked),
  ranked as (select l.operation_id, row_number() over w n, sum(coalesce(l.bytes, 0)) over w total from locked l window w as (order by l.place))
  select array_agg(k.operation_id) into taken from ranked k where k.n <= p_limit and (k.n = 1 or k.total <= p_bytes);
  update act_queue q set waiting = false, look_at = now_ + interval '1 hour' where q.operation_id = any (taken);
  return query
    with mine as (
      update operation o set process_id = p_process, deadline = now_ + p_ttl_ms * interval '1 millisecond'
       where o.operation_id = any (taken) and o.state = 'open' and o.process_id = '' returning o.operation_id, o.held)
    select m.operation_id, q.org_id, m.held, q.due_at, q.expires_at, q.tries,
           coalesce((select max(a.n) from attempt a where a.operation_id = m.operation_id), 0)::int, q.content
      from mine m join act_queue q on q.operation_id = m.operation_id order by array_position(picked, m.operation_id);
end $$;

-- Nothing was done: the operation waits again, and what its attempts proved is durable. Replies: waits; lost, it is not this
-- process's to give back; ends, it did not come from the queue, has gone on under another hold, or an attempt proves nothing.
create function nexus.nexus_put_back(p_operation_id uuid, p_process text, p_due timestamptz, p_attempts jsonb) returns text
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare known text;
begin
  perform 1 from act_queue where operation_id = p_operation_id for update;
  if not found then return 'ends'; end if;
  select state into known from operation where operation_id = p_operation_id for update;
  if known is null or known not in ('open', 'uncertain') or not may_put_back(p_operation_id, p_process) then
    return 'lost';
  end if;
  if later_hold_used(p_operation_id) then return 'ends'; end if;
  insert into attempt as t (operation_id, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code, evidence, phase)
    select p_operation_id, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."vendorRequestId", x."startedAt",
           x."durationMs"::int, x.status, x.outcome, x."errorCode", x.evidence, x.phase
      from jsonb_to_recordset(p_attempts) x (n smallint, vendor text, model text, "credentialTier" text, "credentialId" text,
        "vendorRequestId" text, "startedAt" timestamptz, "durationMs" float8, status integer, outcome text, "errorCode" text, evidence text, phase text)
    on conflict (operation_id, n) do update set vendor_request_id = excluded.vendor_request_id, duration_ms = excluded.duration_ms,
      status = excluded.status, outcome = excluded.outcome, error_code = excluded.error_code, evidence = excluded.evidence, phase = excluded.phase;
  if exists (select from attempt a where a.operation_id = p_operation_id and coalesce(a.evidence, 'unknown') in ('unknown', 'done')) then
    return 'ends';
  end if;
  -- What is sent next is made anew; of many attempts the last ones are kept.
  delete from attempt a where a.operation_id = p_operation_id and a.n <= (select max(b.n) - 20 from attempt b where b.operation_id = p_operation_id);
  update attempt set request = null where operation_id = p_operation_id and request is not null;
  update operation set state = 'open', process_id = '', deadline = 'infinity', source = null, ended_at = null where operation_id = p_operation_id;
  delete from reconciliation where operation_id = p_operation_id;
  delete from recovery_claim where operation_id = p_operation_id;
  update act_queue set waiting = true, due_at = least(coalesce(p_due, due_at), expires_at), tries = tries + 1, look_at = null where operation_id = p_operation_id;
  return 'waits';
end $$;

-- Cancels what waits: its hold is released. Replies: canceled (now, or before), taken (a process has it, or it has ended),
-- unknown.
create function nexus.nexus_cancel_queued(p_operation_id uuid, p_org text, p_app text) returns text
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare o operation; waits boolean;
begin
  select waiting into waits from act_queue where operation_id = p_operation_id and org_id = p_org for update;
  select * into o from operation where operation_id = p_operation_id and org_id = p_org and app_id is not distinct from p_app;
  if o.operation_id is null then return 'unknown'; end if;
  if waits is not true then
    return case when o.state = 'released' and o.result->>'errorCode' = 'CANCELED' then 'canceled' else 'taken' end;
  end if;
  perform 1 from budget where id = any (o.levels || o.wallet_level) order by id for update;
  if nexus_settle(array[p_operation_id], array['released'], array[null::bigint], array['none'], array[null::text], array[null::text],
       '{"errorCode":"CANCELED"}', '', '{}', '{}') <> 'r' then
    raise exception '% waits, and is not open', p_operation_id;
  end if;
  update act_queue set waiting = false, content = null, look_at = clock_timestamp() where operation_id = p_operation_id;
  return 'canceled';
end $$;

-- Has what waits be due at another time, with as much time to be sent as before. Replies as for canceling, or moved.
create function nexus.nexus_move_queued(p_operation_id uuid, p_org text, p_app text, p_due timestamptz) returns text
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare waits boolean; known boolean;
begin
  select waiting into waits from act_queue where operation_id = p_operation_id and org_id = p_org for update;
  select true into known from operation where operation_id = p_operation_id and org_id = p_org and app_id is not distinct from p_app;
  if known is null then return 'unknown'; end if;
  if waits is not true then return 'taken'; end if;
  update act_queue set expires_at = p_due + (expires_at - due_at), due_at = p_due where operation_id = p_operation_id;
  return 'moved';
end $$;

-- Forgets what has ended: content that is no longer needed is erased within about an hour after the end.
create function nexus.nexus_prune_queue(p_limit int) returns int
language plpgsql security definer set search_path = nexus, pg_temp set enable_seqscan = off as $$
declare looked uuid[]; gone int;
begin
  select array_agg(q.operation_id) into looked
    from (select operation_id from act_queue where not waiting and look_at <= clock_timestamp() order by look_at limit p_limit for update skip locked) q;
  delete from act_queue q using operation o
   where q.operation_id = any (looked) and o.operation_id = q.operation_id and o.state not in ('open', 'uncertain');
  get diagnostics gone = row_count;
  update act_queue set look_at = clock_timestamp() + interval '1 hour' where operation_id = any (looked);
  return gone;
end $$;

-- What waits, and since when the first of it has been due; counted up to a limit, so that it costs little.
create function nexus.nexus_queue_depth(p_most int) returns table (due bigint, scheduled bigint, oldest_due timestamptz)
language sql stable security definer set search_path = nexus, pg_temp set enable_seqscan = off as $$
  select (select count(*) from (select from act_queue where waiting and due_at <= clock_timestamp() limit p_most) d),
         (select count(*) from (select from act_queue where waiting and due_at > clock_timestamp() limit p_most) s),
         (select q.due_at from act_queue q where q.waiting and q.due_at <= clock_timestamp() order by q.due_at limit 1)
$$;

do $$
declare f regprocedure;
begin
  revoke execute on function nexus.may_put_back(uuid, text) from public;
  foreach f in array array[
    'nexus.nexus_enqueue(uuid, text, timestamptz, timestamptz, bytea, bytea, bytea)',
    'nexus.nexus_take_queued(text, int, bigint, bigint, text[], uuid[], text)', 'nexus.nexus_put_back(uuid, text, timestamptz, jsonb)',
    'nexus.nexus_cancel_queued(uuid, text, text)', 'nexus.nexus_move_queued(uuid, text, text, timestamptz)',
    'nexus.nexus_prune_queue(int)', 'nexus.nexus_queue_depth(int)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    revoke all on nexus.act_queue from nexus_app;
    grant select on nexus.act_queue to nexus_app;
  end if;
end $$;
