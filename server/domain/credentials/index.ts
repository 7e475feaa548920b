export type { CredentialDeps, CredentialVendor } from "./credential-deps.ts";
export {
  BaseUrlInput,
  CredentialStatus,
  CredentialView,
  SecretInput,
  VendorId,
  viewCredential,
  type StoredCredential,
} from "./stored-credential.ts";
export { credentialOf, type CredentialRow } from "./credential-row.ts";
export { openCredentialUse, type CredentialUse } from "./credential-use.ts";
export {
  deleteOrganizationOverride,
  DeleteOrganizationOverrideInput,
  DeleteOrganizationOverrideOutput,
} from "./delete-organization-override.ts";
export { keyringState, type KeyringState } from "./keyring-state.ts";
export {
  listOrganizationOverrides,
  ListOrganizationOverridesInput,
  ListOrganizationOverridesOutput,
} from "./list-organization-overrides.ts";
export {
  listPlatformDefaults,
  ListPlatformDefaultsInput,
  ListPlatformDefaultsOutput,
} from "./list-platform-defaults.ts";
export { credentialTopics, loadCredentials, type CredentialRef, type CredentialSnapshot } from "./load-credentials.ts";
export { openCredential } from "./open-credential.ts";
export { keptBaseUrl } from "./put-credential.ts";
export { isPlatformSuperAdmin, requirePlatformSuperAdmin } from "./require-platform-super-admin.ts";
export { mayPay } from "./may-pay.ts";
export { runCredentialTest, type ProbeCredential } from "./run-credential-test.ts";
export { resolveCredentials } from "./resolve-credentials.ts";
export { rewrapAll, type Rewrapped } from "./rewrap-all.ts";
export {
  rotateOrganizationOverride,
  RotateOrganizationOverrideInput,
  RotateOrganizationOverrideOutput,
} from "./rotate-organization-override.ts";
export {
  rotatePlatformDefault,
  RotatePlatformDefaultInput,
  RotatePlatformDefaultOutput,
} from "./rotate-platform-default.ts";
export { requireVendor, sealCredential, type SealedCredential } from "./seal-credential.ts";
export { movePlatformDefaults } from "./move-platform-defaults.ts";
export { seedPlatformDefaults, type PlatformSecret, type Seeded } from "./seed-platform-defaults.ts";
export {
  setOrganizationOverride,
  SetOrganizationOverrideInput,
  SetOrganizationOverrideOutput,
} from "./set-organization-override.ts";
export {
  setOrganizationOverrideStatus,
  SetOrganizationOverrideStatusInput,
  SetOrganizationOverrideStatusOutput,
} from "./set-organization-override-status.ts";
export { setPlatformDefault, SetPlatformDefaultInput, SetPlatformDefaultOutput } from "./set-platform-default.ts";
export {
  setPlatformDefaultStatus,
  SetPlatformDefaultStatusInput,
  SetPlatformDefaultStatusOutput,
} from "./set-platform-default-status.ts";
export {
  testOrganizationOverride,
  TestOrganizationOverrideInput,
  TestOrganizationOverrideOutput,
} from "./test-organization-override.ts";
export { testPlatformDefault, TestPlatformDefaultInput, TestPlatformDefaultOutput } from "./test-platform-default.ts";
