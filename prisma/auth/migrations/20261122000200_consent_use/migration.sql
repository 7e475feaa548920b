-- When the client last got a token under the consent.
alter table auth.oauth_consents add column last_used_at timestamptz(3);

-- The grants of a person, for the day on which they take a consent back.
create index oidc_payloads_grants on auth.oidc_payloads ((payload ->> 'accountId'), (payload ->> 'clientId')) where model = 'Grant';
