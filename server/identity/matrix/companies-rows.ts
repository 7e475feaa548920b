import { row, type Cell, type RoleRow } from "./role-row.ts";

const at =
  (rest: string) =>
  ({ organizationId }: Cell): string =>
    `/api/organizations/${organizationId}${rest}`;

const ids = "A3, A5, A6";

const scim = (route: string): RoleRow =>
  row(route, "directories", 200, route.slice(route.indexOf(" ") + 1).replace(":id", "none"), {
    ids: "A1, A6",
    ...(route.startsWith("GET") || route.startsWith("DELETE") ? {} : { body: {} }),
  });

/** Routes about what companies bring: domains and a directory. */
export const companiesRows: readonly RoleRow[] = [
  row("GET /api/organizations/:id/unregistered-apps", "owners", 200, at("/unregistered-apps"), { ids }),
  row("PUT /api/organizations/:id/unregistered-apps", "owners", 200, at("/unregistered-apps"), {
    ids,
    body: { policy: "listed", hosts: ["app.example.com"] },
  }),
  row("GET /api/organizations/:id/domains", "owners", 200, at("/domains"), { ids }),
  {
    ...row("POST /api/organizations/:id/domains", "owners", 201, undefined, { ids }),
    ask: ({ organizationId, unique }) => ({
      at: `/api/organizations/${organizationId}/domains`,
      body: { domain: `${unique.replaceAll("_", "-")}.example.com` },
    }),
  },
  row("POST /api/organizations/:id/domains/:domainId/verify", "owners", 404, at("/domains/dom_none/verify"), { ids }),
  row("DELETE /api/organizations/:id/domains/:domainId", "owners", 404, at("/domains/dom_none"), { ids }),
  row("GET /api/organizations/:id/directory", "owners", 200, at("/directory"), { ids }),
  row("PUT /api/organizations/:id/directory", "owners", 200, at("/directory"), {
    ids,
    body: { defaultRole: "member", maxRole: "admin", groupRoles: [] },
  }),
  row("GET /api/organizations/:id/scim-tokens", "owners", 200, at("/scim-tokens"), { ids }),
  row("POST /api/organizations/:id/scim-tokens", "owners", 400, at("/scim-tokens"), { ids, body: {} }),
  row("DELETE /api/organizations/:id/scim-tokens/:tokenId", "owners", 404, at("/scim-tokens/sct_none"), { ids }),
  row("GET /api/organizations/:id/sign-in", "owners", 200, at("/sign-in"), { ids }),
  row("PUT /api/organizations/:id/sign-in", "owners", 400, at("/sign-in"), { ids, body: {} }),
  row("DELETE /api/organizations/:id/sign-in", "owners", 404, at("/sign-in"), { ids }),
  row("POST /sign-in/organization", "everyone", 200, undefined, { ids: "D1", body: { email: "a@none.example" } }),
  row("GET /organization-sign-in/:organizationId/start", "everyone", 303, "/organization-sign-in/none/start", {
    ids: "D1",
  }),
  row("GET /organization-sign-in/:organizationId/callback", "everyone", 303, "/organization-sign-in/none/callback", {
    ids: "D1",
  }),
  row("GET /organization-sign-in/:organizationId/metadata", "everyone", 404, "/organization-sign-in/none/metadata", {
    ids: "D1",
  }),
  row("POST /organization-sign-in/:organizationId/acs", "everyone", 303, "/organization-sign-in/none/acs", {
    ids: "D1",
    body: {},
  }),
  row("GET /organization-sign-in/:organizationId/finish", "everyone", 303, "/organization-sign-in/none/finish", {
    ids: "D1",
  }),
  ...[
    "GET /scim/v2/ServiceProviderConfig",
    "GET /scim/v2/Schemas",
    "GET /scim/v2/Schemas/:id",
    "GET /scim/v2/ResourceTypes",
    "GET /scim/v2/ResourceTypes/:id",
    "GET /scim/v2/Users",
    "POST /scim/v2/Users",
    "GET /scim/v2/Users/:id",
    "PUT /scim/v2/Users/:id",
    "PATCH /scim/v2/Users/:id",
    "DELETE /scim/v2/Users/:id",
    "GET /scim/v2/Groups",
    "POST /scim/v2/Groups",
    "GET /scim/v2/Groups/:id",
    "PUT /scim/v2/Groups/:id",
    "PATCH /scim/v2/Groups/:id",
    "DELETE /scim/v2/Groups/:id",
  ].map(scim),
];
