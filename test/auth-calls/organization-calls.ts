import { textOf } from "../auth-server.ts";
import { newPrefixedId } from "../../server/platform/ids.ts";
import type { AuthCalls } from "./auth-call.ts";
import type { AuthWorld } from "./auth-world.ts";

/** Calls about an organization, by its owner and by an operator. */
export const organizationCalls = async ({ auth, dns, person, prepare, service }: AuthWorld): Promise<AuthCalls> => {
  const id = await auth.addOrganization();
  const owner = await person({ organizationId: id, role: "owner" });
  const operator = await person({ organizationId: "org_admin", role: "platform_super_admin" });
  const member = await person({ organizationId: id, role: "member" });
  const leaver = await auth.addUser({ organizationId: id, role: "guest" });
  const stranger = await auth.addUser();
  const { headers } = owner;
  const nexus = await service("srv_nexus");
  const post = async (at: string, body: unknown) =>
    await prepare("POST", `/api/organizations/${id}${at}`, { bearer: owner.token, body });
  const key = await auth.server.createOrganizationApiKey({ organizationId: id, name: "ci", scopes: ["srv_nexus.ai"] });
  const claimed = await post("/domains", { domain: "claimed.example" });
  const given = await post("/domains", { domain: "given-up.example" });
  dns.records.set("_topolo.claimed.example", [textOf(claimed["record"] as Record<string, unknown>, "value")]);
  const company = await auth.addOrganization();
  const boss = await person({ organizationId: company, role: "owner" });
  await auth.pool.query(
    `insert into auth.organization_domains (id, organization_id, domain, challenge, verified_at, created_by) values ($1, $2, 'company.example', 'x', now(), $3)`,
    [newPrefixedId("dom"), company, boss.user.id],
  );
  const invitation = await post("/invitations", { email: "taken-back@example.com", role: "guest" });
  const directoryToken = await post("/scim-tokens", { name: "Entra ID" });
  await post("/scim-tokens", { name: "Okta" });
  const openId = {
    kind: "oidc",
    issuer: "https://login.example.org",
    clientId: "topolo",
    clientSecret: "shown to nobody",
  };
  const path = { id };
  const { slug } = await prepare("GET", `/api/organizations/${id}`, { bearer: owner.token });

  return {
    "GET /api/organizations": { headers },
    "POST /api/organizations": { headers, body: { name: "Second" } },
    "GET /api/organizations/by-slug/:slug": { headers, path: { slug: String(slug) } },
    "GET /api/organizations/:id": { headers, path },
    "PATCH /api/organizations/:id": { headers, path, body: { name: "Renamed" } },
    "PUT /api/organizations/:id/admission": {
      headers: operator.headers,
      path,
      body: { monthlyLimitNanos: "25000000000" },
    },
    "DELETE /api/organizations/:id/admission": { headers: operator.headers, path },
    "GET /api/organizations/:id/api-keys": { headers: nexus, path },
    "GET /api/organizations/:id/api-keys/:keyId": { headers: nexus, path: { id, keyId: key.id } },
    "GET /api/organizations/:id/directory": { headers, path },
    "PUT /api/organizations/:id/directory": {
      headers,
      path,
      body: { defaultRole: "guest", maxRole: "admin", groupRoles: [{ group: "Engineers", role: "member" }] },
    },
    "GET /api/organizations/:id/domains": { headers, path },
    "POST /api/organizations/:id/domains": { headers, path, body: { domain: "new.example" } },
    "POST /api/organizations/:id/domains/:domainId/verify": { headers, path: { id, domainId: textOf(claimed, "id") } },
    "DELETE /api/organizations/:id/domains/:domainId": { headers, path: { id, domainId: textOf(given, "id") } },
    "GET /api/organizations/:id/invitations": { headers, path },
    "POST /api/organizations/:id/invitations": { headers, path, body: { email: "new@example.com", role: "member" } },
    "DELETE /api/organizations/:id/invitations/:invitationId": {
      headers,
      path: { id, invitationId: textOf(invitation, "id") },
    },
    "GET /api/organizations/:id/members": { headers, path },
    "POST /api/organizations/:id/members": { headers, path, body: { userId: stranger.id, role: "guest" } },
    "GET /api/organizations/:id/members/:userId": { headers, path: { id, userId: member.user.id } },
    "PATCH /api/organizations/:id/members/:userId": {
      headers,
      path: { id, userId: member.user.id },
      body: { role: "admin" },
    },
    "DELETE /api/organizations/:id/members/:userId": { headers, path: { id, userId: leaver.id } },
    "GET /api/organizations/:id/scim-tokens": { headers, path },
    "POST /api/organizations/:id/scim-tokens": { headers, path, body: { name: "Directory" } },
    "DELETE /api/organizations/:id/scim-tokens/:tokenId": {
      headers,
      path: { id, tokenId: textOf(directoryToken, "id") },
    },
    "GET /api/organizations/:id/service-access": { headers, path },
    "PUT /api/organizations/:id/service-access/:serviceId": {
      headers: operator.headers,
      path: { id, serviceId: "srv_nexus" },
      body: { enabled: true },
    },
    "GET /api/organizations/:id/sessions": { headers, path },
    "PUT /api/organizations/:id/sign-in": {
      headers: boss.headers,
      path: { id: company },
      body: { ...openId, enforced: false, joinOnSignIn: true },
    },
    "GET /api/organizations/:id/sign-in": { headers: boss.headers, path: { id: company } },
    "DELETE /api/organizations/:id/sign-in": { headers: boss.headers, path: { id: company } },
    "PUT /api/organizations/:id/unregistered-apps": {
      headers,
      path,
      body: { policy: "listed", hosts: ["app.example.com"] },
    },
    "GET /api/organizations/:id/unregistered-apps": { headers, path },
  };
};
