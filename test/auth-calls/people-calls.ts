import { newPrefixedId } from "../../server/platform/ids.ts";
import type { AuthCalls } from "./auth-call.ts";
import type { AuthWorld } from "./auth-world.ts";

/** Calls about other people, by those who administer them. */
export const peopleCalls = async ({ auth, person }: AuthWorld): Promise<AuthCalls> => {
  const organizationId = await auth.addOrganization();
  const owner = await person({ organizationId, role: "owner" });
  const operator = await person({ organizationId: "org_admin", role: "platform_super_admin" });
  const { user, sessionId } = await person({ organizationId, role: "member" });
  const lost = await auth.addUser({ organizationId, role: "member" });
  const developerId = newPrefixedId("dev");
  await auth.pool.query(
    "insert into auth.developers (id, email, name, organization_id) values ($1, 'dee@example.com', 'Dee', $2)",
    [developerId, organizationId],
  );
  await auth.pool.query(
    `insert into auth.intake_submissions (id, kind, developer_id, contact_email, payload, turnstile_hostname, turnstile_action, ip_hash)
     values ($1, 'developer_application', $2, 'dee@example.com', '{"useCase": "A calendar"}', 'localhost', 'developer-apply', '\\x00')`,
    [newPrefixedId("sub"), developerId],
  );
  const { headers } = owner;
  const path = { userId: user.id };
  return {
    "GET /api/users/:userId/sessions": { headers, path },
    "DELETE /api/users/:userId/sessions/:id": { headers, path: { ...path, id: sessionId } },
    "DELETE /api/users/:userId/sessions": { headers, path },
    "GET /api/users/:userId/security": { headers, path },
    "POST /api/users/:userId/password-reset": { headers, path },
    "PUT /api/users/:userId/permissions/overrides": {
      headers,
      path,
      body: { overrides: [{ permission: "srv_nexus.ai:invoke", effect: "deny", reason: "on leave" }] },
    },
    "PUT /api/users/:userId/permissions/bundles": { headers, path, body: { bundles: [] } },
    "GET /api/users/:userId/permissions": { headers, path },
    "POST /api/users/:userId/recovery": {
      headers: operator.headers,
      path: { userId: lost.id },
      body: { reason: "lost their phone" },
    },
    "PATCH /api/users/:userId/status": {
      headers: operator.headers,
      path: { userId: lost.id },
      body: { status: "suspended", reason: "left the company" },
    },
    "GET /api/audit-events": { headers },
    "GET /api/audit-events/values": { headers, query: { of: "actor" } },
    "GET /api/audit-events/export": { headers },
    "GET /api/developers": { headers: operator.headers },
    "GET /api/developers/:developerId": { headers: operator.headers, path: { developerId } },
    "PATCH /api/developers/:developerId/status": {
      headers: operator.headers,
      path: { developerId },
      body: { status: "approved" },
    },
  };
};
