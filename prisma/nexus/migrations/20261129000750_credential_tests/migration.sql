-- Who stored a vendor secret, and what the last test of it has shown. None of it notifies: no decision depends on it.
alter table nexus.api_keys
  add column stored_by text,
  add column test_begun_at timestamptz(3),
  add column tested_at timestamptz(3),
  add column test_outcome text,
  add column test_message text,
  add constraint api_keys_test_outcome check (test_outcome in ('works', 'refused', 'unreachable', 'unclear', 'untestable')),
  add constraint api_keys_test check ((tested_at is null) = (test_outcome is null) and length(test_message) <= 500);

alter table nexus.provider_credentials
  add column stored_by text,
  add column test_begun_at timestamptz(3),
  add column tested_at timestamptz(3),
  add column test_outcome text,
  add column test_message text,
  add constraint provider_credentials_test_outcome check (test_outcome in ('works', 'refused', 'unreachable', 'unclear', 'untestable')),
  add constraint provider_credentials_test check ((tested_at is null) = (test_outcome is null) and length(test_message) <= 500);
