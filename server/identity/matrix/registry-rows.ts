import { row, type RoleRow } from "./role-row.ts";

/** Routes about API keys. */
export const keysRows: readonly RoleRow[] = [
  row("GET /api/api-keys", "keyMakers", 200),
  row("POST /api/api-keys", "keyMakers", 201, undefined, {
    ids: "A3",
    body: { name: "matrix", scopes: ["srv_nexus.usage"] },
  }),
  row("GET /api/revocations", "services", 200),
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

/** Routes about registered services. */
export const registryRows: readonly RoleRow[] = [
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
  row(
    "PATCH /api/services/:id/bindable-resources/:organizationId",
    "services",
    200,
    ({ organizationId }) => `/api/services/srv_nexus/bindable-resources/${organizationId}`,
    { body: {} },
  ),
  row("PUT /api/services/:id/manifest", "operators", 400, "/api/services/srv_nexus/manifest", {
    ids: "A1, A3, A5",
    body: {},
  }),
  row("POST /api/services/:id/told-changes", "services", 200, "/api/services/srv_nexus/told-changes", { body: {} }),
  row("POST /api/services/:id/told-alerts", "services", 200, "/api/services/srv_nexus/told-alerts", { body: {} }),
  row("POST /api/services/apps", "operators", 400, undefined, { ids: "A1, A3, A5", body: {} }),
  row("POST /api/services/:id/told-budget-requests", "services", 200, "/api/services/srv_nexus/told-budget-requests", {
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

/** Routes that developers use. */
export const developersRows: readonly RoleRow[] = [
  row("GET /api/developers", "operators", 200, undefined, { ids: "A3, A5" }),
  row("GET /api/developers/:developerId", "operators", 404, "/api/developers/dev_none", { ids: "A3, A5" }),
  row("PATCH /api/developers/:developerId/status", "operators", 400, "/api/developers/dev_none/status", {
    ids: "A3, A5",
    body: {},
  }),
  row("POST /api/public/developers/apply", "everyone", 400, undefined, { body: {} }),
  row("POST /api/public/app-submissions", "everyone", 400, undefined, { body: {} }),
];
