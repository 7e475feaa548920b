/** The credentials that an event may end, each looked at in its next use. */
export const credentials = [
  "access",
  "cookie",
  "oauth",
  "app",
  "appRefresh",
  "device",
  "deviceRefresh",
  "key",
  "handoff",
] as const;
/** All have called the gateway a moment before, so that it knows an answer of Auth by heart. */
export const cachedCredentials = ["callByToken", "callByApp", "callByDevice", "callByKey"] as const;
export type CachedCredential = (typeof cachedCredentials)[number];
export type RevocableCredential = (typeof credentials)[number];

export const credentialNames: Readonly<Record<RevocableCredential, string>> = {
  access: "Access token at /validate",
  cookie: "Cookie at /refresh",
  oauth: "OAuth refresh token",
  app: "Another company's app, with one scope, at /validate",
  appRefresh: "Its refresh token",
  device: "Program or device, at /validate",
  deviceRefresh: "Its refresh token",
  key: "The person's API key",
  handoff: "Handoff code",
};

export const cachedCredentialNames: Readonly<Record<CachedCredential, string>> = {
  callByToken: "Cached at the gateway: call with the token",
  callByApp: "Cached at the gateway: call by the company's app",
  callByDevice: "Cached at the gateway: call by the program",
  callByKey: "Cached at the gateway: call with the key",
};

export interface RevocationRow {
  readonly event: string;
  readonly ids: string;
  /** What the next use of each credential of the session in question is results. */
  readonly results: Readonly<Record<RevocableCredential, string>>;
  /** What a call of a model answers that begins 250 ms after the event, through a gateway that reuses validations. */
  readonly calls: Readonly<Record<CachedCredential, string>>;
}

const refusedGrant = "400 invalid_grant";
const ended = {
  access: "401 session_revoked",
  cookie: "401",
  oauth: refusedGrant,
  app: "401 session_revoked",
  appRefresh: refusedGrant,
  device: "401 session_revoked",
  deviceRefresh: refusedGrant,
  handoff: "refused",
} as const;
/** What apps and programs hold is revoked one by one as well. */
const endedWithGrants = { ...ended, app: "401 token_revoked", device: "401 token_revoked" } as const;
const untouched = {
  access: "valid",
  cookie: "works",
  oauth: "works",
  app: "valid",
  appRefresh: "works",
  device: "valid",
  deviceRefresh: "works",
  key: "valid",
  handoff: "works",
} as const;
const membershipMissing = {
  access: "401 membership_missing",
  cookie: "works, other organization",
  oauth: "works, other organization",
  app: "401 membership_missing",
  appRefresh: refusedGrant,
  device: "401 membership_missing",
  deviceRefresh: refusedGrant,
  handoff: "refused",
} as const;
/** The one scope that the company's app was granted is among what is lost. */
const fewerPermissions = {
  access: "valid, fewer permissions",
  cookie: "works, fewer permissions",
  oauth: "works, fewer permissions",
  app: "valid, no permissions",
  appRefresh: "works, no permissions",
  device: "valid, fewer permissions",
  deviceRefresh: "works, fewer permissions",
  key: "valid, fewer permissions",
  handoff: "works",
} as const;
const noPermissions = {
  access: "valid, no permissions",
  cookie: "works, no permissions",
  oauth: "works, no permissions",
  app: "valid, no permissions",
  appRefresh: "works, no permissions",
  device: "valid, no permissions",
  deviceRefresh: "works, no permissions",
} as const;

const everyCall = (answer: string): RevocationRow["calls"] => ({
  callByToken: answer,
  callByApp: answer,
  callByDevice: answer,
  callByKey: answer,
});
const allRefused = everyCall("401");
const allForbidden = everyCall("403");
const allAnswered = everyCall("answered");
const tokensRefused = { ...allRefused, callByKey: "answered" } as const;

/** What ends what, at the next call. The columns are of the session that is ended, unless the event says otherwise. */
export const revocationTable = {
  logout: { event: "logout", ids: "B4, D8", results: { ...ended, key: "valid" }, calls: tokensRefused },
  sessionRevokedByAdministrator: {
    event: "session revoked by an administrator",
    ids: "A4, B4",
    results: { ...ended, key: "valid" },
    calls: tokensRefused,
  },
  sessionRevokedByOwner: {
    event: "session revoked by its person elsewhere",
    ids: "B4",
    results: { ...ended, key: "valid" },
    calls: tokensRefused,
  },
  lock: {
    event: "account locked by an operator",
    ids: "B4, X6",
    results: { ...ended, key: "invalid owner_inactive" },
    calls: allRefused,
  },
  suspend: {
    event: "account suspended",
    ids: "B4, X6",
    results: { ...ended, key: "invalid owner_inactive" },
    calls: allRefused,
  },
  remove: {
    event: "account deleted",
    ids: "B4, X6",
    results: { ...endedWithGrants, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  passwordChangeElsewhere: {
    event: "password changed in another session",
    ids: "B4",
    results: { ...ended, key: "valid" },
    calls: tokensRefused,
  },
  passwordChangeHere: {
    event: "password changed in this session (cookie value renewed)",
    ids: "B4",
    results: { ...untouched, cookie: "works, new value" },
    calls: allAnswered,
  },
  passwordReset: {
    event: "password reset by mail (ends all sessions)",
    ids: "B4",
    results: { ...ended, key: "valid" },
    calls: tokensRefused,
  },
  waysInDroppedElsewhere: {
    event: "all other ways in dropped in another session",
    ids: "B4",
    results: { ...endedWithGrants, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  takenOver: {
    event: "password reset by mail of an account whose address was never verified",
    ids: "B4",
    results: { ...endedWithGrants, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  recovered: {
    event: "account recovered by an operator",
    ids: "B4, X6",
    results: { ...endedWithGrants, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  organizationSuspended: {
    event: "organization suspended",
    ids: "F4, X19",
    results: { ...noPermissions, key: "invalid workspace_suspended", handoff: "refused" },
    calls: allForbidden,
  },
  membershipRemoved: {
    event: "membership removed",
    ids: "B4, X20",
    results: { ...membershipMissing, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  membershipSuspended: {
    event: "membership suspended",
    ids: "B4, X6, X20",
    results: { ...membershipMissing, key: "invalid membership_missing" },
    calls: allRefused,
  },
  roleLowered: {
    event: "role lowered to guest",
    ids: "B3, X20",
    results: fewerPermissions,
    calls: allForbidden,
  },
  passwordLockout: {
    event: "password sign-in locked after failed attempts",
    ids: "B4",
    results: untouched,
    calls: allAnswered,
  },
  keyRevoked: {
    event: "API key revoked",
    ids: "F1, B6",
    results: { ...untouched, key: "invalid api_key_revoked" },
    calls: { ...allAnswered, callByKey: "401" },
  },
  consentWithdrawn: {
    event: "consent to another company's app withdrawn",
    ids: "D1",
    results: { ...untouched, app: "401 token_revoked", appRefresh: refusedGrant },
    calls: { ...allAnswered, callByApp: "401" },
  },
  appSignedOut: {
    event: "refresh token revoked by another company's app",
    ids: "D1",
    results: { ...untouched, app: "401 token_revoked", appRefresh: refusedGrant },
    calls: { ...allAnswered, callByApp: "401" },
  },
  programSignedOut: {
    event: "refresh token revoked by the program or device",
    ids: "B5, D1",
    results: { ...untouched, device: "401 token_revoked", deviceRefresh: refusedGrant },
    calls: { ...allAnswered, callByDevice: "401" },
  },
  deprovisioned: {
    event: "removed by the organization's directory (SCIM)",
    ids: "B4, X20",
    results: { ...ended, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  deprovisionedOfDomain: {
    event: "deactivated by the organization's directory (SCIM), with an address in its domain (ends all sessions)",
    ids: "B4, X20",
    results: { ...ended, key: "invalid api_key_revoked" },
    calls: allRefused,
  },
  permissionDenied: {
    event: "permission denied by an override",
    ids: "A9, B3, X20",
    results: fewerPermissions,
    calls: allForbidden,
  },
  serviceAccessEnded: {
    event: "organization's access to the service ended",
    ids: "A9, B3, X20",
    results: { ...noPermissions, key: "valid, no permissions", handoff: "works" },
    calls: allForbidden,
  },
} satisfies Record<string, RevocationRow>;

export type RevocationEvent = keyof typeof revocationTable;
