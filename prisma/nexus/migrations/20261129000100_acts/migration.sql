-- Operations that act: an e-mail leaves, money moves. Each of their attempts is a row before its first byte leaves, with
-- the exact request, sealed; an unknown outcome is looked up, repeated under the vendor's key or reported, and never ended
-- by time. What state such an operation is in follows from what is there:
--   open, no attempt             reserved       safe to give back: nothing was sent
--   open, an attempt             attempting     unknown, once its process has died
--   uncertain                    unknown        claimed: reconciling · nothing left to ask: needs_review
--   settled (late) · released    succeeded · failed

alter table nexus.attempt
  add column credential_version integer,
  -- What of the operation was asked for, such as create or capture; part of the vendor's key.
  add column step text,
  -- How far it got: connecting, sent (bytes may have left), answered (the head of an answer came).
  add column phase text,
  -- not_sent, not_executed, rejected, done or unknown; null while it runs, or where its process died.
  add column evidence text,
  -- What the operation costs if this attempt did it.
  add column price bigint,
  -- The request, sealed; forgotten when the operation has ended.
  add column request bytea,
  -- Until when the vendor does a repeat under the same key at most once; null where it takes no key.
  add column key_deadline timestamptz(3);

create index attempt_with_request on nexus.attempt (operation_id) where request is not null;

create or replace view nexus.operation_attempt as
  select operation_id, n, vendor, model, credential_tier, credential_id, vendor_request_id, started_at, duration_ms, status, outcome, error_code,
         credential_version, step, phase, evidence, price, key_deadline
    from nexus.attempt
  union all
  select o.operation_id, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."vendorRequestId", x."startedAt", x."durationMs"::int, x.status,
         x.outcome, x."errorCode", null, null, null, null, null, null
    from nexus.operation o, jsonb_to_record(o.result->'attempt') x (n smallint, vendor text, model text, "credentialTier" text,
           "credentialId" text, "vendorRequestId" text, "startedAt" timestamptz, "durationMs" float8, status integer, outcome text, "errorCode" text)
   where o.result->'attempt' is not null and not exists (select from nexus.attempt a where a.operation_id = o.operation_id);

-- When an operation of unknown outcome is looked at next; or since when only a person, or a report, can end it.
create table nexus.reconciliation (
  operation_id uuid primary key,
  tries int not null default 0,
  due_at timestamptz(3) not null default clock_timestamp(),
  -- When a repeat was last sent that may still be on its way; null: the attempt itself was the last.
  sent_at timestamptz(3),
  -- Since when a process may be sending one: written before it can, so that one that dies meanwhile is not taken for silent.
  asked_at timestamptz(3),
  review_at timestamptz(3),
  note text
);
create index reconciliation_due on nexus.reconciliation (due_at) where review_at is null;

-- What the app that owns an operation was told by the vendor: evidence, and each event once in an organization.
create table nexus.outcome_report (
  org_id text not null,
  vendor text not null,
  event_id text not null,
  operation_id uuid not null,
  outcome text not null,
  object_id text,
  actor text not null,
  received_at timestamptz(3) not null default clock_timestamp(),
  primary key (org_id, vendor, event_id),
  constraint outcome_report_outcome check (outcome in ('done', 'not_done'))
);
create index outcome_report_of on nexus.outcome_report (operation_id);

create function nexus.progress_of(p_operation_id uuid, p_state text) returns text
language sql stable parallel safe set search_path = nexus, pg_temp as $$
  select case p_state
    when 'open' then case when exists (select from attempt a where a.operation_id = p_operation_id) then 'attempting' else 'reserved' end
    when 'uncertain' then case
      when exists (select from recovery_claim c where c.operation_id = p_operation_id and c.leased_until > clock_timestamp()) then 'reconciling'
      when exists (select from reconciliation r where r.operation_id = p_operation_id and r.review_at is not null) then 'needs_review'
      else 'unknown' end
    when 'released' then 'failed' else 'succeeded' end
$$;

-- An attempt about to be sent, with what the one before it proved. False: the operation is no longer this process's to
-- send for. Whoever gives it up claims it under the same lock first, so that it is either begun or given up.
create function nexus.nexus_begin_act(p_operation_id uuid, p_process text, p_attempt jsonb, p_request bytea, p_key_lifetime_ms bigint, p_previous jsonb) returns boolean
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare mine boolean;
begin
  select true into mine from operation where operation_id = p_operation_id and state = 'open' and process_id = p_process for update;
  if mine is null or exists (select from recovery_claim where operation_id = p_operation_id) then
    return false;
  end if;
  update attempt t set evidence = x.evidence, phase = x.phase, status = x.status, outcome = x.outcome, error_code = x."errorCode",
         duration_ms = x."durationMs"::int, vendor_request_id = x."vendorRequestId"
    from jsonb_to_record(p_previous) x (n smallint, evidence text, phase text, status integer, outcome text, "errorCode" text,
         "durationMs" float8, "vendorRequestId" text)
   where t.operation_id = p_operation_id and t.n = x.n;
  insert into attempt (operation_id, n, vendor, model, credential_tier, credential_id, credential_version, step, price, request, key_deadline, started_at)
    select p_operation_id, x.n, x.vendor, x.model, x."credentialTier", x."credentialId", x."credentialVersion", x.step, x.price, p_request,
           clock_timestamp() + p_key_lifetime_ms * interval '1 millisecond', clock_timestamp()
      from jsonb_to_record(p_attempt) x (n smallint, vendor text, model text, "credentialTier" text, "credentialId" text,
           "credentialVersion" int, step text, price bigint)
    on conflict (operation_id, n) do nothing;
  return true;
end $$;

-- Leases acting operations of unknown outcome that are due, with the attempt that nobody knows the end of and what was
-- reported. The lease is committed before anything is asked.
create function nexus.nexus_claim_unknown(p_worker text, p_lease_ms bigint, p_limit int)
returns table (operation_id uuid, org_id text, app_id text, name text, vendor text, held bigint, tries int, n smallint, model text,
  credential_tier text, credential_id text, credential_version int, step text, price bigint, request bytea, started_at timestamptz,
  key_alive boolean, quiet_ms bigint, reports jsonb)
language plpgsql security definer set search_path = nexus, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare claimed uuid[];
begin
  with due as materialized (
    select o.operation_id from operation o
     where o.state = 'uncertain' and o.deadline < 'infinity' and o.facts->>'effect' = 'act'
       and not exists (select from reconciliation r where r.operation_id = o.operation_id and (r.review_at is not null or r.due_at > clock_timestamp()))
       and not exists (select from recovery_claim c where c.operation_id = o.operation_id and c.leased_until > clock_timestamp())
     order by o.deadline limit p_limit for update of o skip locked),
  taken as (
    insert into recovery_claim as c (operation_id, worker_id, leased_until)
      select due.operation_id, p_worker, clock_timestamp() + p_lease_ms * interval '1 millisecond' from due order by 1
      on conflict on constraint recovery_claim_pkey do update set worker_id = excluded.worker_id, leased_until = excluded.leased_until
        where c.leased_until <= clock_timestamp()
      returning c.operation_id)
  select array_agg(taken.operation_id) into claimed from taken;
  return query
    select o.operation_id, o.org_id, o.app_id, o.name, coalesce(a.vendor, o.vendor), o.held, coalesce(r.tries, 0), a.n, coalesce(a.model, o.model),
           a.credential_tier, a.credential_id, a.credential_version, a.step, a.price, a.request, a.started_at,
           coalesce(a.key_deadline > clock_timestamp(), false),
           (extract(epoch from clock_timestamp() - coalesce(r.asked_at, r.sent_at, a.started_at, o.created_at)) * 1000)::bigint,
           coalesce((select jsonb_agg(jsonb_build_object('outcome', p.outcome, 'objectId', p.object_id, 'vendor', p.vendor) order by p.received_at)
                       from outcome_report p where p.operation_id = o.operation_id
                       -- That nothing was done says nothing of what was sent since.
                       and (p.outcome = 'done' or p.received_at >= coalesce(r.asked_at, r.sent_at, '-infinity'))), '[]')
      from operation o
      left join reconciliation r on r.operation_id = o.operation_id
      left join lateral (select * from attempt t where t.operation_id = o.operation_id and coalesce(t.evidence, 'unknown') = 'unknown' order by t.n desc limit 1) a on true
     where o.operation_id = any (claimed) and o.state = 'uncertain';
  insert into reconciliation as r (operation_id, asked_at)
    select x.id, clock_timestamp() from unnest(claimed) x (id)
     where exists (select from attempt t where t.operation_id = x.id and t.key_deadline > clock_timestamp())
    on conflict on constraint reconciliation_pkey do update set sent_at = coalesce(r.asked_at, r.sent_at), asked_at = excluded.asked_at;
end $$;

-- Nothing is known yet: looked at again after so long, or by a person. A worker that has lost the lease says no more than
-- that it has sent something.
create function nexus.nexus_defer_unknown(p_worker text, p_operation_id uuid, p_after_ms bigint, p_note text, p_sent boolean, p_review boolean) returns void
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  delete from recovery_claim where operation_id = p_operation_id and worker_id = p_worker;
  if not found then
    insert into reconciliation as r (operation_id, sent_at) select p_operation_id, clock_timestamp() where p_sent
      on conflict (operation_id) do update set sent_at = excluded.sent_at;
    return;
  end if;
  insert into reconciliation as r (operation_id, tries, due_at, sent_at, review_at, note)
    values (p_operation_id, 1, clock_timestamp() + p_after_ms * interval '1 millisecond', case when p_sent then clock_timestamp() end,
            case when p_review then clock_timestamp() end, p_note)
    on conflict (operation_id) do update set tries = r.tries + 1, due_at = excluded.due_at, note = excluded.note,
      sent_at = coalesce(excluded.sent_at, r.sent_at), asked_at = null, review_at = case when p_review then coalesce(r.review_at, excluded.review_at) end;
end $$;

-- Takes what an app was told by the vendor, once for each event, and has the operation looked at again at once.
create function nexus.nexus_report_outcome(p_operation_id uuid, p_vendor text, p_event text, p_outcome text, p_object text, p_actor text) returns boolean
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  insert into outcome_report (org_id, vendor, event_id, operation_id, outcome, object_id, actor)
    select o.org_id, p_vendor, p_event, p_operation_id, p_outcome, p_object, p_actor from operation o where o.operation_id = p_operation_id
    on conflict do nothing;
  if not found then return false; end if;
  update reconciliation set due_at = clock_timestamp(), review_at = null where operation_id = p_operation_id;
  return true;
end $$;

-- Operations of a family that have been in review for so long, with the price of the attempt that nobody knows the end of.
create function nexus.nexus_left_in_review(p_family text, p_after_ms bigint, p_limit int) returns table (operation_id uuid, price bigint)
language sql stable security definer set search_path = nexus, pg_temp as $$
  select o.operation_id, coalesce((select t.price from attempt t where t.operation_id = o.operation_id and coalesce(t.evidence, 'unknown') = 'unknown'
                                    order by t.n desc limit 1), o.held)
    from reconciliation r join operation o on o.operation_id = r.operation_id
   where r.review_at < clock_timestamp() - p_after_ms * interval '1 millisecond' and o.state = 'uncertain' and o.facts->>'effect' = 'act'
     and split_part(o.name, '.', 1) = p_family order by r.review_at limit p_limit
$$;

-- An operation of unknown outcome is looked up again at once, also where a person has to resolve it. What is being looked up
-- stays with whoever has the lease.
create function nexus.nexus_reconcile_now(p_operation_id uuid) returns boolean
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  if not exists (select from operation o where o.operation_id = p_operation_id and o.state = 'uncertain')
    or exists (select from recovery_claim c where c.operation_id = p_operation_id and c.leased_until > clock_timestamp()) then
    return false;
  end if;
  update reconciliation set due_at = clock_timestamp(), review_at = null where operation_id = p_operation_id;
  return true;
end $$;

do $$
declare f regprocedure; t text;
begin
  foreach f in array array[
    'nexus.nexus_left_in_review(text, bigint, int)',
    'nexus.nexus_begin_act(uuid, text, jsonb, bytea, bigint, jsonb)', 'nexus.nexus_claim_unknown(text, bigint, int)',
    'nexus.nexus_defer_unknown(text, uuid, bigint, text, boolean, boolean)',
    'nexus.nexus_report_outcome(uuid, text, text, text, text, text)', 'nexus.nexus_reconcile_now(uuid)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.reconciliation', 'nexus.outcome_report'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select on %s to nexus_app', t);
    end loop;
  end if;
end $$;
