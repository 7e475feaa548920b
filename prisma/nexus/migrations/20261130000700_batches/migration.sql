-- Batches that vendors work on for organizations. Each is one operation of the ledger, which is open, belongs to no process
-- and has no deadline for as long as its vendor works on it.
create table nexus.ai_batch (
  operation_id uuid primary key,
  organization_id text not null,
  app_id text,
  user_id text,
  key_id text,
  vendor text not null,
  credential_id text not null,
  credential_tier text not null,
  endpoint text not null,
  -- The vendor's name of the model, the first of several.
  model text not null,
  -- The file that its requests came in.
  input_file uuid,
  metadata jsonb not null,
  -- The most that one of its requests can cost.
  largest bigint not null,
  -- Null until the vendor has said that it has it.
  vendor_batch_id text,
  -- What the vendor said of it last.
  told jsonb,
  answers_file uuid,
  errors_file uuid,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- It is charged, and nothing more is asked.
  ended_at timestamptz(3),
  -- When the vendor is asked next; null before it has it, and after the end.
  look_at timestamptz(3),
  looked_at timestamptz(3),
  -- Until then one process asks.
  leased_until timestamptz(3),
  constraint ai_batch_organization check (length(organization_id) between 1 and 128)
);
create index ai_batch_of_organization on nexus.ai_batch (organization_id, operation_id desc);
create index ai_batch_look on nexus.ai_batch (look_at) where look_at is not null;
create index ai_batch_unstarted on nexus.ai_batch (created_at) where vendor_batch_id is null;

-- The vendor has the batch: its operation waits for the end, and a repeat of the call is given the stored answer. Whoever
-- says so has it from the vendor, so that it counts whether or not the process that began it was given up meanwhile. False:
-- there is no such operation any more that could wait.
create function nexus.nexus_run_batch(p_operation_id uuid, p_vendor_batch_id text, p_told jsonb, p_answer bytea, p_ikey bytea, p_keep interval)
returns boolean language plpgsql security definer set search_path = nexus, pg_temp as $$
declare known text;
begin
  select state into known from operation where operation_id = p_operation_id for update;
  update ai_batch set vendor_batch_id = p_vendor_batch_id, told = p_told, look_at = clock_timestamp(), looked_at = clock_timestamp()
   where operation_id = p_operation_id and vendor_batch_id is null;
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

do $$
begin
  revoke execute on function nexus.nexus_run_batch(uuid, text, jsonb, bytea, bytea, interval) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_run_batch(uuid, text, jsonb, bytea, bytea, interval) to nexus_app;
    grant select, insert, update, delete on nexus.ai_batch to nexus_app;
  end if;
end $$;
