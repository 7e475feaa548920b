-- Responses and conversations that Nexus keeps for their callers, sealed, until they were not used for a while.
create table nexus.kept_response (
  response_id uuid primary key,
  organization_id text not null,
  -- Of organization, app and whoever called: nobody else finds it.
  owner_digest bytea not null,
  previous_id uuid,
  conversation_id uuid,
  status text not null,
  -- By which later requests refer to what is in it.
  item_ids text[] not null default '{}',
  -- Of the contents before they were sealed.
  size integer not null,
  content bytea not null,
  -- Of a response that goes on without its caller: until when its process counts as alive, and that its end was asked for.
  alive_until timestamptz(3),
  cancel_asked boolean not null default false,
  created_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null,
  constraint kept_response_organization check (length(organization_id) between 1 and 128),
  constraint kept_response_owner check (length(owner_digest) = 32),
  constraint kept_response_status check (status in ('queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled'))
);
create index kept_response_items on nexus.kept_response using gin (item_ids);
create index kept_response_expiry on nexus.kept_response (expires_at);
create index kept_response_of_organization on nexus.kept_response (organization_id, created_at desc);
create index kept_response_running on nexus.kept_response (alive_until) where alive_until is not null;
create index kept_response_sealed_by on nexus.kept_response (nexus.nexus_sealed_by(content));

create table nexus.conversation (
  conversation_id uuid primary key,
  organization_id text not null,
  owner_digest bytea not null,
  metadata bytea not null,
  created_at timestamptz(3) not null default clock_timestamp(),
  expires_at timestamptz(3) not null,
  constraint conversation_organization check (length(organization_id) between 1 and 128),
  constraint conversation_owner check (length(owner_digest) = 32)
);
create index conversation_expiry on nexus.conversation (expires_at);
create index conversation_of_organization on nexus.conversation (organization_id, created_at desc);
create index conversation_sealed_by on nexus.conversation (nexus.nexus_sealed_by(metadata));

create table nexus.conversation_item (
  row_id uuid primary key,
  conversation_id uuid not null references nexus.conversation (conversation_id) on delete cascade,
  place bigint generated always as identity,
  item_id text not null,
  size integer not null,
  content bytea not null
);
create unique index conversation_item_place on nexus.conversation_item (conversation_id, place);
create unique index conversation_item_id on nexus.conversation_item (conversation_id, item_id);
create index conversation_item_sealed_by on nexus.conversation_item (nexus.nexus_sealed_by(content));

-- They are sealed for longer than a day: another key is put in the place of the one they are sealed under.
do $$
declare
  source text;
begin
  execute 'create or replace view nexus.sealed_row as ' || rtrim(pg_get_viewdef('nexus.sealed_row'::regclass), '; ')
    || ' union all select ''kept_response'', response_id, content from nexus.kept_response'
    || ' union all select ''conversation'', conversation_id, metadata from nexus.conversation'
    || ' union all select ''conversation_item'', row_id, content from nexus.conversation_item';
  source := pg_get_functiondef('nexus.nexus_reseal'::regproc);
  if position('  end case;' in source) = 0 then raise exception 'nexus_reseal is not the function that this migration changes'; end if;
  execute replace(source, '  end case;', '    when ''kept_response'' then
      update kept_response t set content = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.response_id = x.id and t.content = x.before;
    when ''conversation'' then
      update conversation t set metadata = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.conversation_id = x.id and t.metadata = x.before;
    when ''conversation_item'' then
      update conversation_item t set content = x.after from unnest(p_row_ids, p_old, p_new) x (id, before, after)
       where t.row_id = x.id and t.content = x.before;
  end case;');
  if exists (select from pg_roles where rolname = 'nexus_app') then
    grant select, insert, update, delete on nexus.kept_response, nexus.conversation, nexus.conversation_item to nexus_app;
  end if;
end $$;
