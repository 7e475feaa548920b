import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretIn, startTestAuth, textOf, type TestAuth, type TestUser } from "../../../test/auth-server.ts";
import {
  addClient,
  callback,
  postClientForm,
  refreshAt,
  signInAt,
  tokenPath,
  type TestClient,
} from "../../../test/oauth-client.ts";

// The row "password change or reset" of the revocation matrix: access, refresh, API key, handoff code.

const handoffGrant = "urn:topolo:params:oauth:grant-type:handoff-code";
const dashboard = { origin: "http://localhost:3000", "x-topolo-auth": "1" };
const fresh = "an entirely new sentence";

let auth: TestAuth;
let client: TestClient;
let basic: string;

beforeAll(async () => {
  auth = await startTestAuth();
  client = await addClient(auth, {
    clientId: "revocation-roadmapper",
    grantTypes: ["authorization_code", "refresh_token", handoffGrant],
  });
  const secret = await auth.server.createServiceClientSecret("srv_nexus");
  basic = `Basic ${Buffer.from(`srv_nexus:${secret}`).toString("base64")}`;
});
afterAll(() => auth.close());

const codeFrom = async (bearer: string): Promise<string> => {
  const { body } = await auth.call("POST", "/sso/handoff-code", {
    bearer,
    body: { service_id: "srv_roadmapper", redirect_uri: callback },
  });
  return new URL(textOf(body, "url")).searchParams.get("code") ?? "";
};

interface Signed {
  readonly bearer: string;
  readonly cookie: string;
  readonly oauth: Awaited<ReturnType<typeof signInAt>>;
  readonly handoff: string;
}

const signIn = async (user: TestUser): Promise<Signed> => {
  const { token, cookie } = await auth.login(user);
  const oauth = await signInAt(auth, client, user);
  return { bearer: token, cookie, oauth, handoff: await codeFrom(token) };
};

const keyOf = async (bearer: string): Promise<unknown> => {
  const { body } = await auth.call("POST", "/api/api-keys", {
    bearer,
    body: { name: "kept", scopes: ["srv_nexus.usage"] },
  });
  return body["apiKey"];
};

/** What each credential is worth at its next use. */
const worth = async ({ bearer, cookie, oauth, handoff }: Signed) => ({
  access: (await auth.call("GET", "/validate", { bearer })).status,
  refresh: (await auth.call("POST", "/refresh", { cookie, headers: dashboard })).status,
  oauthAccess: (await auth.call("GET", "/validate", { bearer: oauth.accessToken })).status,
  oauthRefresh: (await refreshAt(auth, client, oauth.refreshToken)).status,
  handoff: (
    await postClientForm(auth, tokenPath, client, { grant_type: handoffGrant, code: handoff, redirect_uri: callback })
  ).status,
});

const ended = { access: 401, refresh: 401, oauthAccess: 401, oauthRefresh: 400, handoff: 400 };

const isValid = async (apiKey: unknown): Promise<unknown> => {
  const { body } = await auth.call("POST", "/api/api-keys/validate", {
    headers: { authorization: basic },
    body: { apiKey },
  });
  return body["valid"];
};

describe("password reset", () => {
  test("ends access, refresh and handoff codes of every session, and leaves API keys", async () => {
    const user = await auth.addUser({ role: "owner" });
    const signed = [await signIn(user), await signIn(user)];
    const apiKey = await keyOf(signed[0]?.bearer ?? "");
    // The mail about the new key comes first.
    await auth.mails.settled();
    const after = auth.mails.all.filter(({ to }) => to === user.email).length;
    await auth.call("POST", "/password/forgot", { body: { email: user.email } });
    const token = secretIn(await auth.mails.to(user.email, { after, about: "#token=" }));
    expect((await auth.call("POST", "/password/reset", { body: { token, password: fresh } })).status).toBe(200);
    for (const one of signed) expect(await worth(one)).toEqual(ended);
    expect(await isValid(apiKey)).toBe(true);
  });
});

describe("password change", () => {
  test("ends other sessions and their tokens; the current one continues with a new cookie value", async () => {
    const user = await auth.addUser({ role: "owner" });
    const other = await signIn(user);
    const own = await signIn(user);
    const apiKey = await keyOf(own.bearer);
    const changed = await auth.call("POST", "/api/me/password", {
      cookie: own.cookie,
      headers: dashboard,
      body: { currentPassword: user.password, newPassword: fresh },
    });
    expect(changed.status).toBe(200);
    expect(await worth(other)).toEqual(ended);
    expect(await isValid(apiKey)).toBe(true);
    expect((await auth.call("GET", "/validate", { bearer: own.bearer })).status).toBe(200);
    const redeemed = { grant_type: handoffGrant, code: own.handoff, redirect_uri: callback };
    expect((await postClientForm(auth, tokenPath, client, redeemed)).status).toBe(200);
    expect((await auth.call("POST", "/refresh", { cookie: changed.cookie ?? "", headers: dashboard })).status).toBe(
      200,
    );
    expect((await auth.call("POST", "/refresh", { cookie: own.cookie, headers: dashboard })).status).toBe(401);
  });
});
