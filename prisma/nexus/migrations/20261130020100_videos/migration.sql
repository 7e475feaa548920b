-- Videos that vendors make for organizations. Each is one operation of the ledger, which is open, belongs to no process and
-- has no deadline for as long as its vendor works on it.
create table nexus.ai_video (
  operation_id uuid primary key,
  organization_id text not null,
  app_id text,
  user_id text,
  key_id text,
  vendor text not null,
  credential_id text not null,
  credential_tier text not null,
  -- The vendor's name of the model.
  model text not null,
  -- What was asked for, as far as its price depends on it: seconds and resolution.
  plan jsonb not null,
  -- Null until the vendor has said that it has it.
  vendor_video_id text,
  -- What the vendor said of it last.
  told jsonb,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- It is charged, and nothing more is asked.
  ended_at timestamptz(3),
  -- When the vendor is asked next; null before it has it, and after the end.
  look_at timestamptz(3),
  looked_at timestamptz(3),
  -- Until then one process asks.
  leased_until timestamptz(3),
  constraint ai_video_organization check (length(organization_id) between 1 and 128)
);
create index ai_video_of_organization on nexus.ai_video (organization_id, operation_id desc);
create index ai_video_look on nexus.ai_video (look_at) where look_at is not null;
create index ai_video_unstarted on nexus.ai_video (created_at) where vendor_video_id is null;

-- The vendor has it: the operation waits for the end, and a repeat of the call is given the stored answer. False: there is
-- no such operation any more that could wait. For batches and videos alike.
create function nexus.nexus_run_job(p_operation_id uuid, p_answer bytea, p_ikey bytea, p_keep interval)
returns boolean language plpgsql security definer set search_path = nexus, pg_temp as $$
declare known text;
begin
  select state into known from operation where operation_id = p_operation_id for update;
  if known is null or known not in ('open', 'uncertain') then return false; end if;
  update operation set state = 'open', process_id = '', deadline = 'infinity', source = null, ended_at = null where operation_id = p_operation_id;
  update attempt set outcome = 'answered', evidence = 'done', phase = 'answered', request = null
   where operation_id = p_operation_id and coalesce(evidence, 'unknown') = 'unknown';
  delete from reconciliation where operation_id = p_operation_id;
  delete from recovery_claim where operation_id = p_operation_id;
  insert into answer (operation_id, body, expires_at) values (p_operation_id, p_answer, clock_timestamp() + p_keep) on conflict (operation_id) do nothing;
  update idempotency set expires_at = greatest(expires_at, clock_timestamp() + p_keep) where ikey = p_ikey and operation_id = p_operation_id;
  return true;
end $$;

create or replace function nexus.nexus_run_batch(p_operation_id uuid, p_vendor_batch_id text, p_told jsonb, p_answer bytea, p_ikey bytea, p_keep interval)
returns boolean language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  perform from operation where operation_id = p_operation_id for update;
  update ai_batch set vendor_batch_id = p_vendor_batch_id, told = p_told, look_at = clock_timestamp(), looked_at = clock_timestamp()
   where operation_id = p_operation_id and vendor_batch_id is null;
  return nexus_run_job(p_operation_id, p_answer, p_ikey, p_keep);
end $$;

create function nexus.nexus_run_video(p_operation_id uuid, p_vendor_video_id text, p_told jsonb, p_answer bytea, p_ikey bytea, p_keep interval)
returns boolean language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  perform from operation where operation_id = p_operation_id for update;
  update ai_video set vendor_video_id = p_vendor_video_id, told = p_told, look_at = clock_timestamp(), looked_at = clock_timestamp()
   where operation_id = p_operation_id and vendor_video_id is null;
  return nexus_run_job(p_operation_id, p_answer, p_ikey, p_keep);
end $$;

do $$
begin
  revoke execute on function nexus.nexus_run_job(uuid, bytea, bytea, interval) from public;
  revoke execute on function nexus.nexus_run_video(uuid, text, jsonb, bytea, bytea, interval) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_run_job(uuid, bytea, bytea, interval) to nexus_app;
    grant execute on function nexus.nexus_run_video(uuid, text, jsonb, bytea, bytea, interval) to nexus_app;
    grant select, insert, update, delete on nexus.ai_video to nexus_app;
  end if;
end $$;
