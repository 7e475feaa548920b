-- Who is told when a budget crosses a threshold, and what became of telling them.

-- Addresses of an organization's own that are told of its alerts, signed by Standard Webhooks.
create table nexus.webhook (
  id uuid primary key,
  organization_id text not null,
  label text not null,
  url text not null,
  -- The signing secret and the one before, which signs beside it for a while; sealed in one piece.
  secrets bytea not null,
  previous_until timestamptz(3),
  created_at timestamptz(3) not null default clock_timestamp(),
  rotated_at timestamptz(3),
  constraint webhook_organization check (length(organization_id) between 1 and 128),
  constraint webhook_label check (length(label) between 1 and 100),
  constraint webhook_url check (length(url) between 1 and 2000)
);

create index webhook_by_organization on nexus.webhook (organization_id, id);

-- Who is told of a budget's alerts. A budget without a row tells nobody.
create table nexus.alert_setting (
  rule_id uuid primary key,
  organization_id text not null,
  forecast boolean not null,
  administrators boolean not null,
  addresses text[] not null default '{}',
  webhook_ids uuid[] not null default '{}',
  constraint alert_setting_organization check (length(organization_id) between 1 and 128),
  constraint alert_setting_addresses check (cardinality(addresses) <= 10),
  constraint alert_setting_webhooks check (cardinality(webhook_ids) <= 5)
);

create index alert_setting_by_organization on nexus.alert_setting (organization_id);

-- One telling of one receiver: mail, by Topolo Auth, or a webhook. Written with the alert, in its transaction.
create table nexus.alert_delivery (
  id uuid primary key,
  organization_id text not null,
  -- Null: a test of a webhook.
  alert_id bigint,
  rule_id uuid,
  -- Null: mail.
  webhook_id uuid,
  -- What was crossed at once, in percent; 0 is the forecast.
  thresholds integer[] not null default '{}',
  state text not null default 'waiting',
  tries integer not null default 0,
  next_at timestamptz(3) not null default clock_timestamp(),
  status integer,
  error text,
  created_at timestamptz(3) not null default clock_timestamp(),
  ended_at timestamptz(3),
  constraint alert_delivery_organization check (length(organization_id) between 1 and 128),
  constraint alert_delivery_state check (state in ('waiting', 'delivered', 'failed')),
  constraint alert_delivery_error check (length(error) <= 500)
);

create unique index alert_delivery_once on nexus.alert_delivery (alert_id, webhook_id) nulls not distinct where alert_id is not null;
create index alert_delivery_due on nexus.alert_delivery (next_at) where state = 'waiting';
create index alert_delivery_of_organization on nexus.alert_delivery (organization_id, created_at desc);

create trigger alert_delivery_added after insert on nexus.alert_delivery
  for each statement execute function nexus.notify_change();

-- Of a forecast (threshold 0): when the money was to run out.
alter table nexus.budget_alert add column runs_out_at timestamptz(3);

-- Whoever is to be told of alerts that were just raised; of several of one budget, of the highest, which names the others.
-- A mail costs its receivers attention: an organization sends no more than 200 a day.
create function nexus.tell_alerts(p_alerts bigint[]) returns void
language sql set search_path = nexus, pg_temp as $$
  with told as (
    select distinct on (budget_id) id, rule_id, org_id,
           array_agg(threshold) over (partition by budget_id order by threshold rows between unbounded preceding and unbounded following) as thresholds
      from budget_alert where id = any (p_alerts) order by budget_id, threshold desc)
  insert into alert_delivery (id, organization_id, alert_id, rule_id, webhook_id, thresholds)
    select gen_random_uuid(), t.org_id, t.id, t.rule_id, w.id, t.thresholds
      from told t join alert_setting s on s.rule_id = t.rule_id,
           lateral (select null::uuid as id
                     where (s.administrators or cardinality(s.addresses) > 0)
                       and (select count(*) from alert_delivery d where d.organization_id = t.org_id and d.webhook_id is null
                              and d.created_at > clock_timestamp() - interval '1 day') < 200
                    union all select u from unnest(s.webhook_ids) u) w
$$;

-- Records each threshold that was crossed, once for a budget's period and limit, and who is to be told of it. A rolling budget is
-- armed again when it falls below, any budget when its limit is changed so that it is below.
create or replace function nexus.nexus_raise_alerts() returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare raised bigint[];
begin
  update budget_alert a set cleared_at = clock_timestamp() from budget b
   where a.cleared_at is null and a.threshold > 0 and b.id = a.budget_id and (b.span is not null or b.lim <> a.lim)
     and (b.spent + b.overrun)::numeric * 100 < b.lim::numeric * a.threshold;
  with added as (
    insert into budget_alert (budget_id, rule_id, org_id, threshold, used, lim)
      select b.id, r.id, r.org_id, t.threshold, b.spent + b.overrun, b.lim
        from budget_rule r
        join budget b on b.rule_id = r.id and b.starts_at <= clock_timestamp() and b.ends_at > clock_timestamp() - interval '1 day',
             unnest(r.alert_thresholds) t (threshold)
       where r.active and b.lim > 0 and (b.spent + b.overrun)::numeric * 100 >= b.lim::numeric * t.threshold
       order by b.id, t.threshold
      on conflict (budget_id, threshold) where cleared_at is null do nothing
      returning id)
  select array_agg(id) into raised from added;
  perform tell_alerts(raised);
  return coalesce(cardinality(raised), 0);
end $$;

-- What the calls of a scope cost a day, over the last seven days.
create function nexus.nexus_spend_rate(p_org text, p_scope text, p_scope_id text) returns bigint
language sql stable set search_path = nexus, pg_temp as $$
  select (coalesce(sum(cost), 0) / 7)::bigint from (
    select cost from usage_hour_app
     where p_scope in ('organization', 'app') and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days')
       and (p_scope = 'organization' or app_id = p_scope_id)
    union all
    select cost from usage_hour
     where p_scope in ('user', 'key') and org_id = p_org and hour >= date_trunc('hour', now() - interval '7 days')
       and case p_scope when 'user' then user_id else key_id end = p_scope_id) c
$$;

-- Records, once for a budget's period and limit, that its money will run out before the period ends at the rate of the last seven
-- days; of a total, within the next seven.
create function nexus.nexus_raise_forecasts() returns int
language plpgsql security definer set search_path = nexus, pg_temp as $$
declare raised bigint[];
begin
  update budget_alert a set cleared_at = clock_timestamp() from budget b
   where a.cleared_at is null and a.threshold = 0 and b.id = a.budget_id and b.lim <> a.lim;
  with asked as materialized (
    select b.id, r.id as rule_id, r.org_id, r.scope, r.scope_id, b.spent + b.overrun as used, b.lim,
           extract(epoch from case r.period when 'total' then interval '7 days' else b.ends_at - clock_timestamp() end) as seconds
      from alert_setting s
      join budget_rule r on r.id = s.rule_id and r.active and r.window_kind = 'calendar' and r.period <> 'hour'
      join budget b on b.rule_id = r.id and b.starts_at <= clock_timestamp() and b.ends_at > clock_timestamp()
     where s.forecast and b.lim > b.spent + b.overrun
       and not exists (select from budget_alert a where a.budget_id = b.id and a.threshold = 0 and a.cleared_at is null)),
  rated as materialized (select *, nexus_spend_rate(org_id, scope, scope_id) as rate from asked),
  added as (
    insert into budget_alert (budget_id, rule_id, org_id, threshold, used, lim, runs_out_at)
      select id, rule_id, org_id, 0, used, lim, clock_timestamp() + make_interval(secs => ((lim - used)::numeric * 86400 / rate)::float8)
        from rated where rate > 0 and (lim - used)::numeric * 86400 < rate * seconds
       order by id
      on conflict (budget_id, threshold) where cleared_at is null do nothing
      returning id)
  select array_agg(id) into raised from added;
  perform tell_alerts(raised);
  return coalesce(cardinality(raised), 0);
end $$;

-- Signing secrets are sealed like everything that is kept: another key can take the place of the one they are sealed under.
create or replace view nexus.sealed_row as
  select 'attempt' as place, operation_id as row_id, request as bytes from nexus.attempt where request is not null
  union all select 'act_queue', operation_id, content from nexus.act_queue where content is not null
  union all select 'email_message', email_id, head from nexus.email_message
  union all select 'email_content', email_id, body from nexus.email_content
  union all select 'email_suppression', suppression_id, address from nexus.email_suppression
  union all select 'webhook', id, secrets from nexus.webhook;

do $$
declare
  source text := pg_get_functiondef('nexus.nexus_reseal'::regproc);
  was constant text := 'end case;';
  becomes constant text := $becomes$when 'webhook' then
      update webhook t set secrets = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.id = x.id and t.secrets = x.before;
  end case;$becomes$;
begin
  if position(was in source) = 0 then raise exception 'nexus_reseal is not the function that this migration changes'; end if;
  execute replace(source, was, becomes);
end $$;

do $$
begin
  revoke execute on function nexus.tell_alerts(bigint[]), nexus.nexus_spend_rate(text, text, text), nexus.nexus_raise_forecasts() from public;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant execute on function nexus.nexus_spend_rate(text, text, text), nexus.nexus_raise_forecasts() to nexus_app;
    grant select, insert, update, delete on nexus.webhook, nexus.alert_setting, nexus.alert_delivery to nexus_app;
  end if;
end $$;
