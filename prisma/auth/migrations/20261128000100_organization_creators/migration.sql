-- Who made the organization: a person may make so many. It stays when ownership moves on.
alter table auth.organizations add column created_by text;

update auth.organizations o set created_by = m.user_id
  from auth.organization_memberships m
 where m.organization_id = o.id and m.role = 'owner' and m.granted_by in (m.user_id, 'registration');

create index organizations_created_by on auth.organizations (created_by) where created_by is not null;
