import { accessRules, type Access, type Who } from "./role-rules.ts";

/** What a cell of the matrix has at hand: a fresh world beside the organization in question. */
export interface Cell {
  /** The organization the request is about. */
  readonly organizationId: string;
  /** The actor's own, if anybody is signed in. */
  readonly ownOrganizationId: string;
  readonly unique: string;
  /** A new member of the organization, by id. */
  readonly member: () => Promise<string>;
  /** A new account without a membership, by id. */
  readonly stranger: () => Promise<string>;
  /** A new session of the person in the organization, by id. */
  readonly session: (userId: string) => Promise<string>;
  /** A new open invitation of the organization, by id. */
  readonly invitation: () => Promise<string>;
  /** A new key of the organization, owned by another member, by id. */
  readonly key: () => Promise<string>;
  /** A new key of the organization itself, by id. */
  readonly organizationKey: () => Promise<string>;
}

export interface Ask {
  /** Path and query. */
  readonly at: string;
  readonly body?: unknown;
}

export interface RoleRow {
  /** `METHOD /path`, as in the list of routes. */
  readonly route: string;
  readonly ids: string;
  readonly access: Access;
  /** The status for those who may. */
  readonly ok: number;
  /** The status for nobody, where it is not 401. */
  readonly signedOut?: number;
  /** The request ends or changes the actor's own session: each cell signs in for itself. */
  readonly fresh?: boolean;
  readonly ask: (cell: Cell) => Ask | Promise<Ask>;
}

/** The status that a row promises somebody. */
export const promised = ({ access, ok, signedOut }: RoleRow, who: Who): number => {
  const rule = accessRules[access];
  if (access === "everyone") return who.home === "nowhere" ? (signedOut ?? ok) : ok;
  if (who.home === "nowhere") return signedOut ?? 401;
  return rule.allows(who) ? ok : rule.refused(who);
};

type Rest = Partial<Pick<RoleRow, "ids" | "signedOut" | "fresh">> & { readonly body?: unknown };
type At = string | ((cell: Cell) => string | Promise<string>);

const row = (route: string, access: Access, ok: number, at?: At, { body, ids, ...rest }: Rest = {}): RoleRow => ({
  route,
  access,
  ok,
  ids: ids ?? "A3",
  ...rest,
  ask: async (cell) => ({
    at: typeof at === "function" ? await at(cell) : (at ?? route.slice(route.indexOf(" ") + 1)),
    ...(body === undefined ? {} : { body }),
  }),
});

const people: readonly RoleRow[] = [
  row(
    "GET /api/users/:userId/sessions",
    "administrators",
    200,
    async (cell) => `/api/users/${await cell.member()}/sessions`,
    { ids: "A3, A4, A5, A6, X6" },
  ),
  row(
    "DELETE /api/users/:userId/sessions",
    "administrators",
    200,
    async (cell) => `/api/users/${await cell.member()}/sessions`,
    { ids: "A3, A4, A5, A6, X6" },
  ),
  row(
    "DELETE /api/users/:userId/sessions/:id",
    "administrators",
    200,
    async (cell) => {
      const userId = await cell.member();
      return `/api/users/${userId}/sessions/${await cell.session(userId)}`;
    },
    { ids: "A3, A4, A5, A6, X6" },
  ),
  row(
    "GET /api/users/:userId/security",
    "administrators",
    200,
    async (cell) => `/api/users/${await cell.member()}/security`,
    { ids: "A3, A4, A5, A6, X6" },
  ),
  row(
    "POST /api/users/:userId/password-reset",
    "administrators",
    202,
    async (cell) => `/api/users/${await cell.member()}/password-reset`,
    { ids: "A3, A4, A5, A6, X6" },
  ),
  row(
    "GET /api/users/:userId/permissions",
    "administrators",
    200,
    async (cell) => `/api/users/${await cell.member()}/permissions?organizationId=${cell.organizationId}`,
    { ids: "A3, A4, A5, A6, A9" },
  ),
  {
    ...row("PUT /api/users/:userId/permissions/overrides", "administrators", 200, undefined, {
      ids: "A3, A4, A5, A6, A9",
    }),
    ask: async (cell) => ({
      at: `/api/users/${await cell.member()}/permissions/overrides`,
      body: {
        organizationId: cell.organizationId,
        overrides: [{ permission: "srv_nexus.ai:invoke", effect: "deny", reason: "matrix" }],
      },
    }),
  },
  {
    ...row("PUT /api/users/:userId/permissions/bundles", "administrators", 200, undefined, {
      ids: "A3, A4, A5, A6, A9",
    }),
    ask: async (cell) => ({
      at: `/api/users/${await cell.member()}/permissions/bundles`,
      body: { organizationId: cell.organizationId, bundles: [] },
    }),
  },
  row("PATCH /api/users/:userId/status", "operators", 200, async (cell) => `/api/users/${await cell.member()}/status`, {
    ids: "A3, A5, X6",
    body: { status: "suspended", reason: "matrix" },
  }),
  row(
    "GET /api/audit-events",
    "administrators",
    200,
    (cell) => `/api/audit-events?organizationId=${cell.organizationId}`,
    { ids: "A3, A5, A6, X6" },
  ),
];

const organizations: readonly RoleRow[] = [
  row("GET /api/organizations", "signedIn", 200),
  {
    ...row("POST /api/organizations", "signedIn", 201, undefined, { ids: "A1, A2" }),
    ask: ({ unique }) => ({ at: "/api/organizations", body: { name: `Made ${unique}` } }),
  },
  row(
    "GET /api/organizations/by-slug/:slug",
    "people",
    200,
    ({ organizationId }) => `/api/organizations/by-slug/${organizationId.replace("_", "-")}`,
    { ids: "A3, A6" },
  ),
  row("GET /api/organizations/:id", "people", 200, ({ organizationId }) => `/api/organizations/${organizationId}`, {
    ids: "A3, A6",
  }),
  row(
    "PATCH /api/organizations/:id",
    "administrators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}`,
    { ids: "A3, A4, A5, A6", body: { name: "Matrix" } },
  ),
  row(
    "GET /api/organizations/:id/members",
    "administrators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/members`,
    { ids: "A3, A4, A5, A6, X28" },
  ),
  {
    ...row("POST /api/organizations/:id/members", "administrators", 201, undefined, { ids: "A2, A3, A4, A5, A6, X4" }),
    ask: async (cell) => ({
      at: `/api/organizations/${cell.organizationId}/members`,
      body: { userId: await cell.stranger(), role: "guest" },
    }),
  },
  row(
    "GET /api/organizations/:id/members/:userId",
    "administrators",
    200,
    async (cell) => `/api/organizations/${cell.organizationId}/members/${await cell.member()}`,
    { ids: "A3, A4, A5, A6, X28" },
  ),
  row(
    "PATCH /api/organizations/:id/members/:userId",
    "administrators",
    200,
    async (cell) => `/api/organizations/${cell.organizationId}/members/${await cell.member()}`,
    { ids: "A2, A3, A4, A5, A6, X4", body: { role: "guest" } },
  ),
  row(
    "DELETE /api/organizations/:id/members/:userId",
    "administrators",
    200,
    async (cell) => `/api/organizations/${cell.organizationId}/members/${await cell.member()}`,
    { ids: "A3, A4, A5, A6, X4" },
  ),
  row(
    "GET /api/organizations/:id/service-access",
    "administrators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/service-access`,
    { ids: "A3, A4, A5, A6" },
  ),
  row(
    "PUT /api/organizations/:id/service-access/:serviceId",
    "owners",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/service-access/srv_showcase`,
    { ids: "A1, A3, A5, A6", body: { enabled: false } },
  ),
  row(
    "GET /api/organizations/:id/invitations",
    "administrators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/invitations`,
    { ids: "A3, A4, A5, A6" },
  ),
  {
    ...row("POST /api/organizations/:id/invitations", "administrators", 201, undefined, {
      ids: "A2, A3, A4, A5, A6, X4",
    }),
    ask: ({ organizationId, unique }) => ({
      at: `/api/organizations/${organizationId}/invitations`,
      body: { email: `${unique}@example.com`, role: "guest" },
    }),
  },
  row(
    "DELETE /api/organizations/:id/invitations/:invitationId",
    "administrators",
    200,
    async (cell) => `/api/organizations/${cell.organizationId}/invitations/${await cell.invitation()}`,
    { ids: "A3, A4, A5, A6, X4" },
  ),
  row("POST /invitations/preview", "everyone", 400, undefined, { body: { token: "A".repeat(43) } }),
  row("POST /invitations/accept", "signedIn", 400, undefined, { body: { token: "A".repeat(43) } }),
  row("POST /invitations/decline", "everyone", 400, undefined, { body: { token: "A".repeat(43) } }),
];

const keys: readonly RoleRow[] = [
  row("GET /api/api-keys", "keyMakers", 200),
  row("POST /api/api-keys", "keyMakers", 201, undefined, {
    ids: "A3",
    body: { name: "matrix", scopes: ["srv_nexus.usage"] },
  }),
  row("POST /api/api-keys/validate", "services", 200, undefined, { body: { apiKey: "tpk_live_x" } }),
  row(
    "GET /api/organizations/:id/api-keys",
    "services",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/api-keys`,
  ),
  row(
    "GET /api/organizations/:id/api-keys/:keyId",
    "services",
    200,
    async (cell) => `/api/organizations/${cell.organizationId}/api-keys/${await cell.key()}`,
  ),
  row("GET /api/api-keys/:id", "keyHandlers", 200, async (cell) => `/api/api-keys/${await cell.key()}`, {
    ids: "A3, A6",
  }),
  row("DELETE /api/api-keys/:id", "keyHandlers", 200, async (cell) => `/api/api-keys/${await cell.key()}`, {
    ids: "A3, A6",
  }),
  row(
    "POST /api/api-keys/:id/rotate",
    "keyRotators",
    201,
    async (cell) => `/api/api-keys/${await cell.organizationKey()}/rotate`,
    {
      ids: "A3, A6",
      body: {},
    },
  ),
];

const registry: readonly RoleRow[] = [
  row("GET /api/services", "signedIn", 200),
  row("GET /api/services/:id", "signedIn", 200, "/api/services/srv_nexus"),
  row("GET /api/services/:id/permissions", "signedIn", 200, "/api/services/srv_nexus/permissions"),
  row("GET /api/services/:id/role-bundles", "signedIn", 200, "/api/services/srv_nexus/role-bundles"),
  row("GET /api/services/:id/api-key-scopes", "signedIn", 200, "/api/services/srv_nexus/api-key-scopes"),
  row("GET /api/services/:id/bindable-resources", "keyMakers", 200, "/api/services/srv_nexus/bindable-resources"),
  row(
    "PUT /api/services/:id/bindable-resources/:organizationId",
    "services",
    200,
    ({ organizationId }) => `/api/services/srv_nexus/bindable-resources/${organizationId}`,
    { body: {} },
  ),
  row("PUT /api/services/:id/manifest", "operators", 400, "/api/services/srv_nexus/manifest", {
    ids: "A1, A3, A5",
    body: {},
  }),
  row("POST /api/services/approved-apps", "services", 201, undefined, { body: {} }),
  row(
    "POST /api/services/approved-apps/:appId/client-secrets",
    "services",
    201,
    "/api/services/approved-apps/app_x/client-secrets",
    { body: {} },
  ),
  row("GET /api/services/:id/principals", "operators", 200, "/api/services/srv_nexus/principals", { ids: "A3, A10" }),
  row("PUT /api/services/:id/principals/:userId", "operators", 400, "/api/services/srv_nexus/principals/usr_none", {
    ids: "A1, A3, A10",
    body: {},
  }),
  row("DELETE /api/services/:id/principals/:userId", "operators", 404, "/api/services/srv_nexus/principals/usr_none", {
    ids: "A1, A3, A10",
  }),
  row("GET /api/app-switcher/services", "signedIn", 200),
];

const developers: readonly RoleRow[] = [
  row("GET /api/developers", "operators", 200, undefined, { ids: "A3, A5" }),
  row("GET /api/developers/:developerId", "operators", 404, "/api/developers/dev_none", { ids: "A3, A5" }),
  row("PATCH /api/developers/:developerId/status", "operators", 400, "/api/developers/dev_none/status", {
    ids: "A3, A5",
    body: {},
  }),
  row("POST /api/public/developers/apply", "everyone", 400, undefined, { body: {} }),
  row("POST /api/public/app-submissions", "everyone", 400, undefined, { body: {} }),
];

const signIn: readonly RoleRow[] = [
  row("POST /login", "everyone", 400, undefined, { body: {} }),
  row("POST /login/mfa", "everyone", 400, undefined, { body: {} }),
  row("GET /sign-in/options", "everyone", 200),
  row("GET /sign-in/pending", "everyone", 401),
  row("POST /register", "everyone", 400, undefined, { body: {} }),
  row("POST /refresh", "everyone", 401),
  row("POST /logout", "everyone", 200, undefined, { fresh: true }),
  row("GET /validate", "signedIn", 200),
  row("POST /validate", "signedIn", 200),
  row("GET /setup", "everyone", 403, "/setup"),
  row("POST /setup", "everyone", 400, undefined, { body: {} }),
  row("POST /passkeys/register/options", "signedIn", 200, undefined, { body: {} }),
  row("POST /passkeys/register/verify", "signedIn", 400, undefined, { body: {} }),
  row("POST /passkeys/authenticate/options", "everyone", 200, undefined, { body: {} }),
  row("POST /passkeys/authenticate/verify", "everyone", 400, undefined, { body: {} }),
  row("GET /federated/:provider/start", "everyone", 303, "/federated/google/start"),
  row("GET /federated/:provider/callback", "everyone", 303, "/federated/google/callback"),
  row("POST /email/verify", "everyone", 400, undefined, { body: {} }),
  row("POST /email/verify/resend", "everyone", 400, undefined, { body: {} }),
  row("POST /email/change/confirm", "everyone", 400, undefined, { body: {} }),
  row("POST /password/forgot", "everyone", 400, undefined, { body: {} }),
  row("POST /password/reset", "everyone", 400, undefined, { body: {} }),
];

const own: readonly RoleRow[] = [
  row("GET /api/me", "signedIn", 200),
  row("PATCH /api/me", "signedIn", 200, undefined, { body: { name: "Matrix" } }),
  row("POST /api/me/email", "signedIn", 400, undefined, { body: {} }),
  row("POST /api/me/password", "signedIn", 400, undefined, { body: {} }),
  row("GET /api/me/sessions", "signedIn", 200),
  row("DELETE /api/me/sessions", "signedIn", 200, undefined, { fresh: true }),
  row("DELETE /api/me/sessions/:sessionId", "signedIn", 404, "/api/me/sessions/ses_none", { ids: "A6, X6" }),
  {
    ...row("POST /api/me/active-organization", "signedIn", 200),
    ask: ({ ownOrganizationId }) => ({
      at: "/api/me/active-organization",
      body: { organizationId: ownOrganizationId },
    }),
  },
  row("GET /api/me/passkeys", "signedIn", 200),
  row("PATCH /api/me/passkeys/:id", "signedIn", 404, "/api/me/passkeys/none", { body: { name: "x" } }),
  row("DELETE /api/me/passkeys/:id", "signedIn", 404, "/api/me/passkeys/none"),
  row("GET /api/me/identities", "signedIn", 200),
  row("DELETE /api/me/identities/:provider", "signedIn", 404, "/api/me/identities/google"),
  row("GET /api/me/consents", "signedIn", 200),
  row("DELETE /api/me/consents/:clientId", "signedIn", 404, "/api/me/consents/none", { ids: "D1, A6, X6" }),
  row("GET /api/me/mfa", "signedIn", 200),
  row("POST /api/me/mfa/totp", "signedIn", 200),
  row("POST /api/me/mfa/totp/:id/confirm", "signedIn", 400, "/api/me/mfa/totp/none/confirm", { body: {} }),
  row("DELETE /api/me/mfa/totp", "signedIn", 404),
  row("POST /api/me/mfa/recovery-codes", "signedIn", 404),
  row("PUT /api/me/mfa/required", "signedIn", 400, undefined, { body: {} }),
  row("POST /api/me/reauthenticate", "signedIn", 400, undefined, { body: {} }),
  row("POST /api/me/reauthenticate/options", "signedIn", 404, undefined, { body: {} }),
];

const protocol: readonly RoleRow[] = [
  row("GET /health", "everyone", 200),
  row("GET /health/ready", "everyone", 200),
  row("GET /.well-known/jwks.json", "everyone", 200),
  row("GET /.well-known/openid-configuration", "everyone", 200),
  row("GET /.well-known/oauth-authorization-server", "everyone", 200),
  row("GET /sso/authorize", "everyone", 400),
  row("POST /sso/authorize", "everyone", 400),
  row("GET /sso/authorize/:uid", "everyone", 400, "/sso/authorize/none"),
  row("POST /sso/exchange", "everyone", 400),
  row("POST /oauth/device", "everyone", 400),
  row("POST /oauth/introspect", "everyone", 400),
  row("POST /oauth/revoke", "everyone", 400),
  row("GET /oauth/userinfo", "signedIn", 200),
  row("POST /oauth/userinfo", "signedIn", 200),
  row("GET /oauth/logout", "everyone", 303),
  row("POST /oauth/logout", "everyone", 303),
  row("GET /interaction/:uid", "everyone", 303, "/interaction/none"),
  row("GET /api/interactions/:uid", "signedIn", 404, "/api/interactions/none"),
  row("POST /api/interactions/:uid", "signedIn", 404, "/api/interactions/none", { body: {} }),
  row("POST /api/device/lookup", "signedIn", 400, undefined, { body: {} }),
  row("POST /api/device/decide", "signedIn", 400, undefined, { body: {} }),
  row("POST /sso/handoff-code", "signedIn", 404, undefined, {
    ids: "A3",
    body: { service_id: "srv_none", redirect_uri: "https://x.example/cb" },
  }),
  row("GET /session/channel", "everyone", 400),
  row("GET /session/broadcast-logout", "everyone", 400),
  row("GET /settings", "everyone", 302),
];

/** Every route of Auth with who may use it. A new route gets a row here, or the matrix fails. */
export const roleTable: readonly RoleRow[] = [
  ...people,
  ...organizations,
  ...keys,
  ...registry,
  ...developers,
  ...signIn,
  ...own,
  ...protocol,
];
