import { createHash } from "node:crypto";
import { openAppsOfAPerson, type AppsOfAPerson } from "./apps-of-a-person.ts";
import { textOf, type Called, type TestAuth } from "./auth-server.ts";
import { revocationEvents, type RevocationEvents, type RevocationWorld } from "./revocation-events.ts";

const callback = "https://nexus.topolo.app/matrix/callback";
export const roadmapperCallback = "https://roadmapper.topolo.app/auth/callback";
export const handoffGrant = "urn:topolo:params:oauth:grant-type:handoff-code";

/** The events of the revocation table, and worlds for them to happen in. */
export interface RevocationWorlds extends RevocationEvents {
  readonly createWorld: () => Promise<RevocationWorld>;
  /** The apps that hold tokens of each world. */
  readonly clients: AppsOfAPerson["clients"];
  /** Asks the token endpoint. */
  readonly form: (fields: Readonly<Record<string, string>>) => Promise<Called>;
}

export const openRevocationWorlds = async (auth: TestAuth): Promise<RevocationWorlds> => {
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('matrix', 'srv_roadmapper', 'public', 'none', array[$1], array[$2])",
    [roadmapperCallback, handoffGrant],
  );
  await auth.pool.query(
    `insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types, response_types)
     values ('matrix-nexus', 'srv_nexus', 'public', 'none', array[$1], '{authorization_code,refresh_token}', '{code}')`,
    [callback],
  );
  const apps = await openAppsOfAPerson(auth);
  const operator = (await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_super_admin" })))
    .token;

  const form = (fields: Readonly<Record<string, string>>) =>
    auth.call("POST", "/sso/exchange", {
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });

  const refreshTokenOf = async (cookie: string): Promise<string> => {
    const verifier = "v".repeat(43);
    const query = new URLSearchParams({
      client_id: "matrix-nexus",
      response_type: "code",
      redirect_uri: callback,
      scope: "openid offline_access",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      state: "s",
    });
    const authorized = await auth.call("GET", `/sso/authorize?${query}`, { cookie });
    const code = new URL(authorized.headers.get("location") ?? "", auth.url).searchParams.get("code") ?? "";
    const fields = {
      grant_type: "authorization_code",
      client_id: "matrix-nexus",
      code,
      redirect_uri: callback,
      code_verifier: verifier,
    };
    return textOf((await form(fields)).body, "refresh_token");
  };

  const handoffCodeOf = async (bearer: string): Promise<string> => {
    const body = { service_id: "srv_roadmapper", redirect_uri: roadmapperCallback };
    const answer = await auth.call("POST", "/sso/handoff-code", { bearer, body });
    return new URL(textOf(answer.body, "url")).searchParams.get("code") ?? "";
  };

  const permissionsAt = async (bearer: string): Promise<readonly string[]> =>
    (await auth.call("GET", "/validate", { bearer })).body.permissions as readonly string[];

  const createWorld = async (): Promise<RevocationWorld> => {
    const organizationId = await auth.addOrganization();
    const elsewhere = await auth.addOrganization();
    const owner = await auth.login(await auth.addUser({ organizationId, role: "owner" }));
    const user = await auth.addUser({ organizationId, role: "admin" });
    const session = await auth.login(user);
    const other = await auth.login(user);
    const made = await auth.call("POST", "/api/api-keys", {
      bearer: session.token,
      body: { name: "matrix", scopes: ["srv_nexus.ai", "srv_nexus.usage"] },
    });
    const key = textOf(made.body, "apiKey");
    const keyId = textOf(made.body.key as Readonly<Record<string, unknown>>, "id");
    // Joined last, so that sign-ins begin in the first organization.
    await auth.pool.query(
      "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
      [elsewhere, user.id],
    );
    return {
      organizationId,
      ownerToken: owner.token,
      user,
      session,
      other,
      key,
      keyId,
      oauth: await refreshTokenOf(session.cookie),
      app: await apps.ofApp(session.cookie),
      device: await apps.ofDevice(session.cookie),
      handoff: await handoffCodeOf(session.token),
      permissions: await permissionsAt(session.token),
      keyPermissions: await permissionsAt(key),
      cookie: session.cookie,
    };
  };

  return { createWorld, clients: apps.clients, form, ...revocationEvents(auth, operator, apps) };
};
