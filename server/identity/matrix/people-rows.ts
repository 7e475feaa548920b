import { row, type RoleRow } from "./role-row.ts";

/** Routes about people. */
export const peopleRows: readonly RoleRow[] = [
  row(
    "GET /api/organizations/:id/sessions",
    "administrators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/sessions`,
    { ids: "A3, A4, A5, A6, X6" },
  ),
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
  row(
    "POST /api/users/:userId/recovery",
    "operators",
    202,
    async (cell) => `/api/users/${await cell.member()}/recovery`,
    { ids: "A3, A5, X6", body: { reason: "matrix" } },
  ),
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
  row(
    "GET /api/audit-events/values",
    "administrators",
    200,
    (cell) => `/api/audit-events/values?of=actor&organizationId=${cell.organizationId}`,
    { ids: "A3, A5, A6, X6" },
  ),
  row(
    "GET /api/audit-events/export",
    "administrators",
    200,
    (cell) => `/api/audit-events/export?organizationId=${cell.organizationId}`,
    { ids: "A3, A5, A6, X6" },
  ),
];
