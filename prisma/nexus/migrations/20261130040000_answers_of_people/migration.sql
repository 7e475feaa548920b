-- For whom an answer is kept, by what it was asked for, and whether it goes on without its caller: people list theirs.
alter table nexus.kept_response
  add column user_id text,
  add column asked_by text,
  add column background boolean not null default false,
  add constraint kept_response_asked_by check (asked_by in ('user', 'api_key', 'service'));
update nexus.kept_response r set user_id = o.user_id, background = r.alive_until is not null
  from nexus.operation o where o.operation_id = r.response_id;
-- Ids are in the order of time: one index for what is listed and for what is too much.
create index kept_response_listed on nexus.kept_response (organization_id, response_id desc);
create index kept_response_of_person on nexus.kept_response (organization_id, user_id, response_id desc);
drop index nexus.kept_response_of_organization;
