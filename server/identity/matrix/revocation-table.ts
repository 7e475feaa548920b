/** The credentials that an event may end, each looked at in its next use. */
export const credentials = ["access", "cookie", "oauth", "key", "handoff"] as const;
/** Both have called the gateway a moment before, so that it knows an answer of Auth by heart. */
export const cachedCredentials = ["callByToken", "callByKey"] as const;
export type CachedCredential = (typeof cachedCredentials)[number];
export type RevocableCredential = (typeof credentials)[number];

export const credentialNames: Readonly<Record<RevocableCredential, string>> = {
  access: "Access token at /validate",
  cookie: "Cookie at /refresh",
  oauth: "OAuth refresh token",
  key: "The person's API key",
  handoff: "Handoff code",
};

export const cachedCredentialNames: Readonly<Record<CachedCredential, string>> = {
  callByToken: "Cached at the gateway: call with the token",
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
const ended = { access: "401 session_revoked", cookie: "401", oauth: refusedGrant, handoff: "refused" } as const;
const untouched = { access: "valid", cookie: "works", oauth: "works", key: "valid", handoff: "works" } as const;

const tokenRefused = { callByToken: "401", callByKey: "answered" } as const;
const bothRefused = { callByToken: "401", callByKey: "401" } as const;
const bothForbidden = { callByToken: "403", callByKey: "403" } as const;
const bothAnswered = { callByToken: "answered", callByKey: "answered" } as const;

/** What ends what, at the next call. The columns are of the session that is ended, unless the event says otherwise. */
export const revocationTable = {
  logout: { event: "logout", ids: "B4, D8", results: { ...ended, key: "valid" }, calls: tokenRefused },
  sessionRevokedByAdministrator: {
    event: "session revoked by an administrator",
    ids: "A4, B4",
    results: { ...ended, key: "valid" },
    calls: tokenRefused,
  },
  sessionRevokedByOwner: {
    event: "session revoked by its person elsewhere",
    ids: "B4",
    results: { ...ended, key: "valid" },
    calls: tokenRefused,
  },
  lock: {
    event: "account locked by an operator",
    ids: "B4, X6",
    results: { ...ended, key: "invalid owner_inactive" },
    calls: bothRefused,
  },
  suspend: {
    event: "account suspended",
    ids: "B4, X6",
    results: { ...ended, key: "invalid owner_inactive" },
    calls: bothRefused,
  },
  remove: {
    event: "account deleted",
    ids: "B4, X6",
    results: { ...ended, key: "invalid api_key_revoked" },
    calls: bothRefused,
  },
  passwordChangeElsewhere: {
    event: "password changed in another session",
    ids: "B4",
    results: { ...ended, key: "valid" },
    calls: tokenRefused,
  },
  passwordChangeHere: {
    event: "password changed in this session (cookie value renewed)",
    ids: "B4",
    results: { ...untouched, cookie: "works, new value" },
    calls: bothAnswered,
  },
  passwordReset: {
    event: "password reset by mail (ends all sessions)",
    ids: "B4",
    results: { ...ended, key: "valid" },
    calls: tokenRefused,
  },
  waysInDroppedElsewhere: {
    event: "all other ways in dropped in another session",
    ids: "B4",
    results: { ...ended, key: "invalid api_key_revoked" },
    calls: bothRefused,
  },
  takenOver: {
    event: "password reset by mail of an account whose address was never verified",
    ids: "B4",
    results: { ...ended, key: "invalid api_key_revoked" },
    calls: bothRefused,
  },
  recovered: {
    event: "account recovered by an operator",
    ids: "B4, X6",
    results: { ...ended, key: "invalid api_key_revoked" },
    calls: bothRefused,
  },
  organizationSuspended: {
    event: "organization suspended",
    ids: "F4, X19",
    results: {
      access: "valid, no permissions",
      cookie: "works, no permissions",
      oauth: "works, no permissions",
      key: "invalid workspace_suspended",
      handoff: "refused",
    },
    calls: bothForbidden,
  },
  membershipRemoved: {
    event: "membership removed",
    ids: "B4, X20",
    results: {
      access: "401 membership_missing",
      cookie: "works, other organization",
      oauth: "works, other organization",
      key: "invalid api_key_revoked",
      handoff: "refused",
    },
    calls: bothRefused,
  },
  membershipSuspended: {
    event: "membership suspended",
    ids: "B4, X6, X20",
    results: {
      access: "401 membership_missing",
      cookie: "works, other organization",
      oauth: "works, other organization",
      key: "invalid membership_missing",
      handoff: "refused",
    },
    calls: bothRefused,
  },
  roleLowered: {
    event: "role lowered to guest",
    ids: "B3, X20",
    results: {
      access: "valid, fewer permissions",
      cookie: "works, fewer permissions",
      oauth: "works, fewer permissions",
      key: "valid, fewer permissions",
      handoff: "works",
    },
    calls: bothForbidden,
  },
  passwordLockout: {
    event: "password sign-in locked after failed attempts",
    ids: "B4",
    results: untouched,
    calls: bothAnswered,
  },
  keyRevoked: {
    event: "API key revoked",
    ids: "F1, B6",
    results: { ...untouched, key: "invalid api_key_revoked" },
    calls: { callByToken: "answered", callByKey: "401" },
  },
  permissionDenied: {
    event: "permission denied by an override",
    ids: "A9, B3, X20",
    results: {
      access: "valid, fewer permissions",
      cookie: "works, fewer permissions",
      oauth: "works, fewer permissions",
      key: "valid, fewer permissions",
      handoff: "works",
    },
    calls: bothForbidden,
  },
  serviceAccessEnded: {
    event: "organization's access to the service ended",
    ids: "A9, B3, X20",
    results: {
      access: "valid, no permissions",
      cookie: "works, no permissions",
      oauth: "works, no permissions",
      key: "valid, no permissions",
      handoff: "works",
    },
    calls: bothForbidden,
  },
} satisfies Record<string, RevocationRow>;

export type RevocationEvent = keyof typeof revocationTable;
