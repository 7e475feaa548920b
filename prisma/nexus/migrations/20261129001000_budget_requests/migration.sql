-- What people ask for beyond a budget that binds them, and what administrators decided.
create table nexus.budget_request (
  id uuid primary key,
  organization_id text not null,
  user_id text not null,
  rule_id uuid not null,
  limit_before bigint not null,
  limit_wanted bigint not null,
  reason text not null,
  state text not null default 'open',
  -- Of the decision, for whoever is told of it.
  decision_id uuid,
  decided_by text,
  decided_at timestamptz(3),
  note text,
  -- Of a grant: the limit that holds until then.
  granted_lim bigint,
  granted_until timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  -- When people are mailed about its present state; null: they have been.
  tell_at timestamptz(3) default clock_timestamp(),
  tries integer not null default 0,
  constraint budget_request_organization check (length(organization_id) between 1 and 128),
  constraint budget_request_user check (length(user_id) between 1 and 128),
  constraint budget_request_reason check (length(reason) between 1 and 500),
  constraint budget_request_note check (length(note) <= 500),
  constraint budget_request_state check (state in ('open', 'granted', 'declined')),
  constraint budget_request_granted check ((state = 'granted') = (granted_lim is not null) and (state = 'granted') = (granted_until is not null)),
  constraint budget_request_decided check ((state = 'open') = (decided_at is null) and (state = 'open') = (decision_id is null))
);

create unique index budget_request_one_open on nexus.budget_request (organization_id, user_id, rule_id) where state = 'open';
create index budget_request_of_organization on nexus.budget_request (organization_id, id desc);
create index budget_request_untold on nexus.budget_request (tell_at) where tell_at is not null;

create trigger budget_request_changed after insert or update of state on nexus.budget_request
  for each statement execute function nexus.notify_change();

-- A limit above a budget's own that holds until a date. The budget's own limit stays as it is; which of them holds is decided
-- by the database's clock where a call is reserved, so that nothing has to be put back at the end.
alter table nexus.budget_rule
  add column raised_lim bigint,
  add column raised_until timestamptz(3),
  add constraint budget_rule_raised check (raised_lim between 0 and 4000000000000000000 and (raised_lim is null) = (raised_until is null));
alter table nexus.budget
  add column raised_lim bigint,
  add column raised_until timestamptz(3);

-- The limit of a row that holds now.
create function nexus.limit_of(b nexus.budget) returns bigint language sql as $$
  select case when b.raised_until > clock_timestamp() then b.raised_lim else b.lim end
$$;

-- Puts a limit above a budget's own until a date; false where there is no such budget, or the platform has set it.
create function nexus.nexus_raise_budget(p_org text, p_rule uuid, p_lim bigint, p_until timestamptz) returns boolean
language plpgsql security definer set search_path = nexus, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('nexus_open_periods'));
  perform 1 from budget where org_id = p_org and rule_id is null for update;
  update budget_rule set raised_lim = p_lim, raised_until = p_until, updated_at = clock_timestamp()
   where id = p_rule and org_id = p_org and active and not imposed;
  if not found then return false; end if;
  perform 1 from budget where rule_id = p_rule and ends_at > clock_timestamp() order by id for update;
  update budget set raised_lim = p_lim, raised_until = p_until where rule_id = p_rule and ends_at > clock_timestamp();
  return true;
end $$;

do $$
declare
  change record;
  source text;
begin
  for change in select * from (values
    -- Of a soft budget, everything is free already.
    ('nexus_reserve', 'else 4000000000000000000 end free',
     'else 4000000000000000000 end + case when raised_until > clock_timestamp() then raised_lim - lim else 0 end free'),
    -- Whoever sets a budget sets all of it: what was granted above it ends.
    ('nexus_set_budget', 'update budget_rule set hard = p_hard, lim = p_lim,',
     'update budget_rule set hard = p_hard, lim = p_lim, raised_lim = null, raised_until = null,'),
    ('nexus_set_budget', 'update budget set hard = p_hard, lim = p_lim where',
     'update budget set hard = p_hard, lim = p_lim, raised_lim = null, raised_until = null where'),
    ('nexus_open_periods', 'starts_at, ends_at, hard, lim) values (r.org_id, r.id, from_, to_, r.hard, r.lim)',
     'starts_at, ends_at, hard, lim, raised_lim, raised_until) values (r.org_id, r.id, from_, to_, r.hard, r.lim, r.raised_lim, r.raised_until)'),
    ('nexus_raise_alerts', 'b.lim', 'limit_of(b)'),
    ('nexus_raise_forecasts', 'b.lim,', 'limit_of(b) as lim,'),
    ('nexus_raise_forecasts', 'b.lim', 'limit_of(b)')) c (routine, was, becomes)
  loop
    source := pg_get_functiondef(('nexus.' || change.routine)::regproc);
    if position(change.was in source) = 0 then raise exception '% is not the function that this migration changes', change.routine; end if;
    execute replace(source, change.was, change.becomes);
  end loop;
end $$;

do $$
begin
  revoke execute on function nexus.limit_of(nexus.budget), nexus.nexus_raise_budget(text, uuid, bigint, timestamptz) from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant select, insert, update on nexus.budget_request to nexus_app;
    revoke delete on nexus.budget_request from nexus_app;
    grant execute on function nexus.nexus_raise_budget(text, uuid, bigint, timestamptz) to nexus_app;
  end if;
end $$;
