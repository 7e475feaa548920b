-- Set by the organization itself, for its own servers: counts only where its own key pays.
alter table nexus.price_override add column own boolean not null default false;
alter table nexus.price_override add constraint price_override_own check (not own or organization_id is not null);
