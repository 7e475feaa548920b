-- Mail: for which domains an organization may send where the platform's credentials pay.
create table nexus.email_sender (
  organization_id text not null,
  domain text not null,
  added_by text not null,
  added_at timestamptz(3) not null,
  primary key (organization_id, domain),
  constraint email_sender_organization check (length(organization_id) between 1 and 128),
  constraint email_sender_domain check (domain ~ '^[a-z0-9.-]{3,253}$')
);

-- Every mail that was taken to be sent. How its sending went is on its operations, and nowhere else: the one with its own id,
-- and those that are about it.
create table nexus.email_message (
  email_id uuid primary key,
  org_id text not null,
  -- Empty where no app called.
  app_id text not null default '',
  user_id text,
  -- The call's idempotency key, and what was asked for with it.
  ikey bytea,
  fingerprint bytea,
  stream text not null,
  category text not null,
  sender_domain text not null,
  message_id text not null,
  -- Sender, recipients and subject, sealed.
  head bytea not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint email_message_organization check (length(org_id) between 1 and 128),
  constraint email_message_key check ((ikey is null) or octet_length(ikey) = 32 and octet_length(fingerprint) = 32)
);
create unique index email_message_by_key on nexus.email_message (ikey) where ikey is not null;
create index email_message_of_org on nexus.email_message (org_id, email_id);
create index email_message_of_app on nexus.email_message (org_id, app_id, email_id);

create table nexus.email_recipient (
  email_id uuid not null references nexus.email_message (email_id) on delete cascade,
  -- Its place among the recipients of the sealed head, from 0.
  n smallint not null,
  org_id text not null,
  field text not null,
  -- Keyed, of the address in lower case.
  address_hash bytea not null,
  -- Why nothing was sent to it.
  suppressed text,
  -- How far it has got by what the vendor told.
  told text,
  told_at timestamptz(3),
  bounce text,
  -- The server's codes, such as 550 5.1.1.
  reason text,
  opens int not null default 0,
  clicks int not null default 0,
  primary key (email_id, n),
  constraint email_recipient_field check (field in ('to', 'cc', 'bcc')),
  constraint email_recipient_hash check (octet_length(address_hash) = 32)
);
create index email_recipient_by_address on nexus.email_recipient (org_id, address_hash, email_id);

-- What a mail said, sealed, for as long as the organization keeps it.
create table nexus.email_content (
  email_id uuid primary key references nexus.email_message (email_id) on delete cascade,
  body bytea not null,
  expires_at timestamptz(3) not null
);
create index email_content_expiry on nexus.email_content (expires_at);

-- What vendors told of mail, by the app that owns it: each event once. Without a mail: it came before our answer, or of none.
create table nexus.email_event (
  org_id text not null,
  app_id text not null,
  provider text not null,
  event_id text not null,
  email_id uuid references nexus.email_message (email_id) on delete cascade,
  provider_message_id text,
  type text not null,
  address_hash bytea,
  automated boolean not null default false,
  bounce text,
  reason text,
  occurred_at timestamptz(3) not null,
  received_at timestamptz(3) not null default clock_timestamp(),
  primary key (org_id, app_id, provider, event_id)
);
create index email_event_of_mail on nexus.email_event (email_id, occurred_at) where email_id is not null;
create index email_event_unmatched on nexus.email_event (org_id, app_id, received_at) where email_id is null;
create index email_event_soft on nexus.email_event (org_id, address_hash, occurred_at) where type = 'bounced' and bounce = 'soft';

-- To whom an organization does not send, in which stream.
create table nexus.email_suppression (
  suppression_id uuid primary key,
  org_id text not null,
  -- transactional, broadcast or any.
  stream text not null,
  address_hash bytea not null,
  -- Sealed.
  address bytea not null,
  reason text not null,
  source text not null,
  note text,
  created_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3),
  constraint email_suppression_stream check (stream in ('transactional', 'broadcast', 'any')),
  constraint email_suppression_reason check (reason in ('hard_bounce', 'soft_bounces', 'complaint', 'unsubscribe', 'manual'))
);
create unique index email_suppression_of on nexus.email_suppression (org_id, address_hash, stream, reason);
create index email_suppression_page on nexus.email_suppression (org_id, suppression_id);

-- What mails say, by name: each change is a version of its own, and one without a subject says that it was removed.
create table nexus.email_template (
  org_id text not null,
  name text not null,
  version int not null,
  subject text,
  text text,
  html text,
  variables text[] not null,
  created_by text not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  primary key (org_id, name, version),
  constraint email_template_words check ((subject is null) = (text is null and html is null))
);

-- What an organization has set; the product's defaults hold for what is null.
create table nexus.email_setting (
  org_id text primary key,
  caps jsonb,
  content_days int,
  constraint email_setting_days check (content_days between 0 and 90)
);

-- The operation that says most of a mail. Its state is scheduled or queued while it waits, and canceled or expired where it
-- ended before anything was sent. One that was only paid for, after a time in review, says no more than before.
create function nexus.nexus_operation_of_email(p_email_id uuid)
returns table (operation_id uuid, state text, vendor text, result jsonb)
language sql stable set search_path = nexus, pg_temp as $$
  select q.operation_id,
         case when q.said = 'open' and q.process_id = ''
                then case when exists (select from act_queue a where a.operation_id = q.operation_id and a.tries = 0 and a.due_at > clock_timestamp())
                            then 'scheduled' else 'queued' end
              when q.said = 'released' and q.result->>'errorCode' in ('CANCELED', 'EXPIRED') then lower(q.result->>'errorCode')
              else q.said end,
         q.vendor, q.result from (
    select o.*, case when o.state = 'settled' and o.result->'resolution'->>'by' = 'policy' then 'uncertain' else o.state end as said
      from (select x.operation_id, x.state, x.process_id, x.vendor, x.result from operation x where x.operation_id = p_email_id
            union all
            select x.operation_id, x.state, x.process_id, x.vendor, x.result from operation x where x.facts->>'about' = p_email_id::text) o) q
   order by array_position(array['settled', 'late', 'uncertain', 'open', 'released'], q.said), q.operation_id desc limit 1
$$;

-- Later ones tell more than earlier ones: the furthest holds, in whatever order they are heard of.
create function nexus.nexus_email_rank(p_state text) returns int
language sql immutable parallel safe as $$
  select array_position(array['scheduled', 'queued', 'sending', 'unknown', 'canceled', 'expired', 'accepted', 'deferred', 'suppressed',
                              'rejected', 'failed', 'delivered', 'bounced', 'complained'], p_state)
$$;

create function nexus.nexus_email_state(p_told text, p_suppressed text, p_operation text, p_answered text) returns text
language sql immutable parallel safe set search_path = nexus, pg_temp as $$
  select case when nexus_email_rank(p_told) > nexus_email_rank(x.known) then p_told else x.known end
    from (select case when p_suppressed is not null then 'suppressed'
                      when p_operation in ('settled', 'late') then coalesce(p_answered, 'accepted')
                      when p_operation = 'uncertain' then 'unknown'
                      when p_operation = 'open' then 'sending'
                      when p_operation in ('scheduled', 'queued', 'canceled', 'expired') then p_operation
                      when p_operation = 'released' then 'failed'
                      else 'sending' end as known) x
$$;

-- How far each recipient's mail has got.
create view nexus.email_recipient_state as
  select r.email_id, r.n, r.org_id, r.field, r.address_hash, r.suppressed, r.told_at, r.bounce, coalesce(r.reason, x.reason) as reason, r.opens, r.clicks,
         nexus.nexus_email_state(r.told, r.suppressed, o.state, x.status) as state
    from nexus.email_recipient r
    left join lateral nexus.nexus_operation_of_email(r.email_id) o on true
    left join lateral (select e->>'status' as status, e->>'reason' as reason
                         from jsonb_path_query(o.result, '$.rawUsage.recipients[*]') e where (e->>'n')::int = r.n limit 1) x on true;

-- Nothing of it was sent or will be: all its operations were proved not done, or none was made in the time that ids are good for.
create function nexus.nexus_email_is_void(p_email_id uuid, p_created_at timestamptz) returns boolean
language sql stable set search_path = nexus, pg_temp as $$
  select coalesce((select o.state in ('released', 'canceled', 'expired') from nexus_operation_of_email(p_email_id) o),
                  p_created_at < clock_timestamp() - interval '5 minutes')
$$;

-- Lets a mail in, in one commit: once for each idempotency key, not to suppressed addresses, and within the caps of each
-- recipient, which hold over all processes because each recipient is locked. Only `new` changes anything.
create function nexus.nexus_admit_email(p_mail jsonb, p_key bytea, p_fingerprint bytea, p_head bytea, p_content bytea, p_content_days int,
  p_fields text[], p_hashes bytea[], p_bypass text[], p_caps jsonb)
returns table (o_reply text, o_email_id uuid, o_suppressed text[], o_n int, o_cap jsonb, o_retry_ms bigint)
language plpgsql set search_path = nexus, pg_temp as $$
declare
  id uuid := (p_mail->>'emailId')::uuid; org text := p_mail->>'organizationId'; now_ timestamptz;
  of_stream text := p_mail->>'stream'; of_category text := p_mail->>'category';
  known email_message; hash bytea; stopped text[]; cap record; own_caps jsonb; own_days int; taken int; oldest timestamptz;
begin
  if p_key is not null then
    perform pg_advisory_xact_lock(hashtextextended(encode(p_key, 'hex'), 11));
    select * into known from email_message m where m.ikey = p_key;
    if found then
      if known.created_at > clock_timestamp() - interval '5 minutes'
         or exists (select from idempotency d where d.ikey = p_key) or not nexus_email_is_void(known.email_id, known.created_at) then
        return query select case when known.fingerprint = p_fingerprint then 'known' else 'mismatch' end, known.email_id,
          (select array_agg(r.suppressed order by r.n) from email_recipient r where r.email_id = known.email_id), null::int, null::jsonb, null::bigint;
        return;
      end if;
      update email_message m set ikey = null, fingerprint = null where m.email_id = known.email_id;
    end if;
  end if;
  -- In one order, so that two mails with the same recipients do not wait for each other.
  for hash in select distinct x from unnest(p_hashes) x order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended(encode(hash, 'hex'), 12));
  end loop;
  now_ := clock_timestamp();
  stopped := array(
    select (select s.reason from email_suppression s
             where s.org_id = org and s.address_hash = x.hash and s.stream in ('any', of_stream) and s.reason <> all (p_bypass)
               and (s.expires_at is null or s.expires_at > now_) order by s.reason limit 1)
      from unnest(p_hashes) with ordinality x (hash, n) order by x.n);
  if array_position(stopped, null) is null then
    return query select 'suppressed', null::uuid, stopped, null::int, null::jsonb, null::bigint;
    return;
  end if;
  select s.caps, s.content_days into own_caps, own_days from email_setting s where s.org_id = org;
  for cap in
    select c.category, c.most, c.seconds, x.hash, x.n
      from jsonb_to_recordset(coalesce(own_caps, p_caps)) c (category text, most int, seconds int), unnest(p_hashes) with ordinality x (hash, n)
     where c.category in ('any', of_category) and stopped[x.n] is null
  loop
    select count(*), min(q.created_at) into taken, oldest from (
      select m.created_at from email_recipient r join email_message m on m.email_id = r.email_id
       where r.org_id = org and r.address_hash = cap.hash and r.email_id >= nexus_uuid_floor(now_ - cap.seconds * interval '1 second')
         and m.created_at > now_ - cap.seconds * interval '1 second' and r.suppressed is null and (cap.category = 'any' or m.category = cap.category)
         and not nexus_email_is_void(m.email_id, m.created_at)
       order by r.email_id desc limit cap.most) q;
    if taken >= cap.most then
      return query select 'capped', null::uuid, stopped, cap.n::int - 1,
        jsonb_build_object('category', cap.category, 'most', cap.most, 'seconds', cap.seconds),
        greatest(ceil(extract(epoch from oldest + cap.seconds * interval '1 second' - now_) * 1000)::bigint, 1);
      return;
    end if;
  end loop;
  insert into email_message (email_id, org_id, app_id, user_id, ikey, fingerprint, stream, category, sender_domain, message_id, head, created_at)
    values (id, org, coalesce(p_mail->>'appId', ''), p_mail->>'userId', p_key, case when p_key is not null then p_fingerprint end,
            of_stream, of_category, p_mail->>'senderDomain', p_mail->>'messageId', p_head, now_);
  insert into email_recipient (email_id, n, org_id, field, address_hash, suppressed)
    select id, x.n - 1, org, x.field, x.hash, stopped[x.n] from unnest(p_fields, p_hashes) with ordinality x (field, hash, n);
  if p_content is not null and coalesce(own_days, p_content_days) > 0 then
    insert into email_content (email_id, body, expires_at) values (id, p_content, now_ + coalesce(own_days, p_content_days) * interval '1 day');
  end if;
  return query select 'new', id, stopped, null::int, null::jsonb, null::bigint;
end $$;

-- Takes a mail back for which nothing was set aside.
create function nexus.nexus_withdraw_email(p_email_id uuid) returns boolean
language sql set search_path = nexus, pg_temp as $$
  with gone as (
    delete from email_message m where m.email_id = p_email_id
       and not exists (select from nexus_operation_of_email(m.email_id)) returning 1)
  select exists (select from gone)
$$;

-- Deletes what has expired: contents, events that nobody knew the mail of, mail that was let in and never reserved for, and
-- mail itself. What is kept of it in the ledger stays there.
create function nexus.nexus_prune_email(p_limit int, p_keep_days int) returns int
language plpgsql set search_path = nexus, pg_temp as $$
declare a int; b int; c int; d int;
begin
  delete from email_content where email_id in (select k.email_id from email_content k where k.expires_at < clock_timestamp() limit p_limit);
  get diagnostics a = row_count;
  delete from email_event e where e.email_id is null and e.received_at < clock_timestamp() - interval '1 day';
  get diagnostics b = row_count;
  delete from email_message where email_id in (
    select m.email_id from email_message m where m.email_id < nexus_uuid_floor(clock_timestamp() - p_keep_days * interval '1 day') order by m.email_id limit p_limit);
  get diagnostics c = row_count;
  delete from email_message where email_id in (
    select m.email_id from email_message m
     where m.email_id between nexus_uuid_floor(clock_timestamp() - interval '1 day') and nexus_uuid_floor(clock_timestamp() - interval '10 minutes')
       and not exists (select from nexus_operation_of_email(m.email_id)) limit p_limit);
  get diagnostics d = row_count;
  return a + b + c + d;
end $$;

do $$
declare f regprocedure; t text;
begin
  foreach f in array array[
    'nexus.nexus_operation_of_email(uuid)', 'nexus.nexus_email_rank(text)', 'nexus.nexus_email_state(text, text, text, text)',
    'nexus.nexus_email_is_void(uuid, timestamptz)',
    'nexus.nexus_admit_email(jsonb, bytea, bytea, bytea, bytea, int, text[], bytea[], text[], jsonb)',
    'nexus.nexus_withdraw_email(uuid)', 'nexus.nexus_prune_email(int, int)']::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    if exists (select from pg_roles where rolname = 'nexus_app') then
      execute format('grant execute on function %s to nexus_app', f);
    end if;
  end loop;
  if exists (select from pg_roles where rolname = 'nexus_app') then
    foreach t in array array['nexus.email_sender', 'nexus.email_message', 'nexus.email_recipient', 'nexus.email_content', 'nexus.email_event',
                             'nexus.email_suppression', 'nexus.email_setting'] loop
      execute format('revoke all on %s from nexus_app', t);
      execute format('grant select, insert, update, delete on %s to nexus_app', t);
    end loop;
    revoke all on nexus.email_recipient_state from nexus_app;
    grant select on nexus.email_recipient_state to nexus_app;
  end if;
end $$;
