-- Prices set by platform administrators or organizations, on top of the imported catalogue. A price is never edited: a newer
-- row replaces it from its effective time on, and a row without a price restores the price of the level below.
create table nexus.price_override (
  id uuid primary key,
  vendor text not null,
  model text not null,
  unit_class text not null,
  organization_id text,
  nano_per_million bigint,
  billed_as text,
  effective_from timestamptz(3) not null default clock_timestamp(),
  author_id text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  -- Set by the organization itself, for its own servers: counts only where its own key pays.
  own boolean not null default false,
  constraint price_override_vendor check (vendor ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  constraint price_override_model check (length(model) between 1 and 256),
  constraint price_override_unit_class check (unit_class in (
    'input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'cacheWrite30m', 'cacheWrite12h', 'output', 'reasoning',
    'inputAudio', 'outputAudio', 'inputImage', 'outputImage', 'inputVideo', 'image', 'character', 'second', 'search',
    'page', 'request', 'message', 'recipient', 'payment', 'minorUnit')),
  constraint price_override_billed_as check (billed_as in ('input', 'output') and billed_as <> unit_class),
  constraint price_override_organization check (length(organization_id) between 1 and 128),
  constraint price_override_price check (nano_per_million >= 0),
  constraint price_override_author check (length(author_id) between 1 and 128),
  constraint price_override_own check (not own or organization_id is not null)
);

create index price_override_by_model on nexus.price_override (vendor, model, unit_class, effective_from desc);

-- Refuses to change, delete or truncate prices.
create function nexus.refuse_price_change() returns trigger
language plpgsql set search_path = nexus, pg_temp as $$
begin
  raise exception 'price rows are immutable: insert a newer one' using errcode = 'restrict_violation';
end $$;

create trigger price_override_immutable before update or delete or truncate on nexus.price_override
  for each statement execute function nexus.refuse_price_change();

create trigger price_override_changed after insert or update or delete on nexus.price_override
  for each statement execute function nexus.notify_change();

-- The cost of metered units in nano-USD, rounded half up once. `div` keeps it exact: a numeric quotient would round twice.
create function nexus.cost_nanos(p_units bigint[], p_nano_per_million bigint[]) returns numeric
language sql immutable strict parallel safe set search_path = nexus, pg_temp as $$
  select div(coalesce(sum(u.units::numeric * u.price::numeric), 0) + 500000, 1000000)
    from unnest(p_units, p_nano_per_million) u(units, price)
$$;

-- An organization's limits of requests and tokens per minute. A scope without an id applies to each app, user or key that
-- has no row of its own.
create table nexus.rate_limit (
  id uuid primary key,
  organization_id text not null,
  scope text not null,
  scope_id text,
  requests_per_minute integer,
  tokens_per_minute bigint,
  updated_at timestamptz(3) not null default clock_timestamp(),
  constraint rate_limit_organization check (length(organization_id) between 1 and 128),
  constraint rate_limit_scope check (scope in ('organization', 'app', 'user', 'key')),
  constraint rate_limit_scope_id check (length(scope_id) between 1 and 128 and (scope <> 'organization' or scope_id is null)),
  constraint rate_limit_requests check (requests_per_minute between 1 and 10000000),
  constraint rate_limit_tokens check (tokens_per_minute between 1 and 1000000000000),
  constraint rate_limit_some check (requests_per_minute is not null or tokens_per_minute is not null)
);

create unique index rate_limit_one_a_scope on nexus.rate_limit (organization_id, scope, scope_id) nulls not distinct;

create trigger rate_limit_changed after insert or update or delete on nexus.rate_limit
  for each statement execute function nexus.notify_change();
