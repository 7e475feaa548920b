-- Who changed what, when and through which door. Written in the transaction of the change itself; never edited.
create table nexus.audit_event (
  id uuid primary key,
  -- Null: the platform itself acted, at start or from the command line.
  organization_id text,
  actor_kind text not null,
  actor_id text not null,
  user_id text,
  app_id text,
  door text,
  request_id text,
  action text not null,
  target text not null,
  details jsonb not null default '{}',
  created_at timestamptz(3) not null default clock_timestamp(),
  constraint audit_event_organization check (length(organization_id) between 1 and 128),
  constraint audit_event_actor check (actor_kind in ('user', 'api_key', 'service', 'system')),
  constraint audit_event_action check (action ~ '^[a-z][a-z0-9_-]{0,63}(\.[a-z][a-z0-9_-]{0,63}){1,3}$'),
  constraint audit_event_target check (length(target) between 1 and 256),
  constraint audit_event_details check (jsonb_typeof(details) = 'object' and length(details::text) <= 16384)
);

create index audit_event_by_organization on nexus.audit_event (organization_id, id desc);

create function nexus.refuse_audit_change() returns trigger
language plpgsql set search_path = nexus, pg_temp as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $$;

create trigger audit_event_append_only before update or delete or truncate on nexus.audit_event
  for each statement execute function nexus.refuse_audit_change();

do $$
begin
  if exists (select from pg_roles where rolname = 'nexus_app') then
    revoke update, delete, truncate on nexus.audit_event from nexus_app;
  end if;
exception
  when insufficient_privilege then raise notice 'rights of nexus_app not set: %', sqlerrm;
end $$;
