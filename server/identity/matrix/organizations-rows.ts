import { row, type RoleRow } from "./role-row.ts";

/** Routes about organizations. */
export const organizationsRows: readonly RoleRow[] = [
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
    "PUT /api/organizations/:id/admission",
    "operators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/admission`,
    { ids: "A3, A5, A6", body: { monthlyLimitNanos: "1000000000" } },
  ),
  row(
    "DELETE /api/organizations/:id/admission",
    "operators",
    200,
    ({ organizationId }) => `/api/organizations/${organizationId}/admission`,
    { ids: "A3, A5, A6" },
  ),
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
  row("GET /api/me/invitations", "signedIn", 200),
  row("POST /api/me/invitations/:invitationId/accept", "signedIn", 404, "/api/me/invitations/inv_none/accept"),
  row("POST /api/me/invitations/:invitationId/decline", "signedIn", 404, "/api/me/invitations/inv_none/decline"),
  row("POST /invitations/preview", "everyone", 400, undefined, { body: { token: "A".repeat(43) } }),
  row("POST /invitations/accept", "signedIn", 400, undefined, { body: { token: "A".repeat(43) } }),
  row("POST /invitations/decline", "everyone", 400, undefined, { body: { token: "A".repeat(43) } }),
];
