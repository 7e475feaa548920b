-- Given by an operator for an app under development: the next version of the manifest leaves them alone.
alter table auth.allowed_origins add column local boolean not null default false;
alter table auth.service_clients add column local boolean not null default false;
