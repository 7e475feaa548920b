import { secretIn, textOf, type TestAuth } from "./auth-server.ts";
import { federatedBrowser } from "./federated-browser.ts";
import {
  addClient,
  addThirdParty,
  exchangeCode,
  getCode,
  postClientForm,
  refreshAt,
  tokenPath,
  type TestClient,
} from "./oauth-client.ts";
import type { OpenIdIssuer } from "./openid-issuer.ts";
import { nexusPage, passkeyCeremonies } from "./passkey-ceremonies.ts";
import { codeOf, nexusServiceHeader } from "./second-factor.ts";
import { createSoftwareAuthenticator } from "./software-authenticator.ts";

/** Somebody who is signed in to an account that is not theirs to keep. */
export interface Attacker {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly organizationId: string;
  readonly token: string;
  readonly cookie: string;
}

/** Whether what was prepared still opens the account, or still will. */
type StillOpen = () => Promise<boolean>;

export interface Preparation {
  /** The field of the list of ways in where the owner sees it; undefined where a reset alone ends it. */
  readonly shownAs?: string;
  readonly prepare: (attacker: Attacker) => Promise<StillOpen>;
}

const dashboard = { origin: "http://localhost:3000", "x-topolo-auth": "1", "x-service-id": "srv_nexus" };
const ownPage = { origin: "http://localhost:3001", "x-topolo-auth": "1" };
const handoffAddress = "https://roadmapper.topolo.app/auth/callback";
const handoffGrant = "urn:topolo:params:oauth:grant-type:handoff-code";
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

interface Clients {
  readonly own: TestClient;
  readonly partner: TestClient;
  readonly device: TestClient;
}

const addClients = async (auth: TestAuth): Promise<Clients> => {
  await addThirdParty(auth, "srv_partner");
  const clients = {
    own: await addClient(auth, { clientId: "own-web" }),
    partner: await addClient(auth, { clientId: "partner-web", serviceId: "srv_partner" }),
    device: await addClient(auth, { clientId: "own-cli", type: "native", redirectUris: ["http://127.0.0.1/callback"] }),
  };
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('handoff', 'srv_roadmapper', 'public', 'none', array[$1], array[$2])",
    [handoffAddress, handoffGrant],
  );
  // What the catalogue remembers is renewed after a second.
  auth.clock.advance(1_100);
  return clients;
};

const count = async (auth: TestAuth, sql: string, values: readonly string[]): Promise<number> =>
  (await auth.pool.query(sql, [...values])).rowCount ?? 0;

/** Everything an attacker may prepare in an account before its owner comes, each with the way to use it afterwards. */
export const attackersPreparations = async (
  auth: TestAuth,
  google: OpenIdIssuer,
): Promise<Readonly<Record<string, Preparation>>> => {
  const { own, partner, device } = await addClients(auth);
  const passkeys = passkeyCeremonies(auth);
  const browser = federatedBrowser(auth);
  const validates = async (bearer: string) => (await auth.call("GET", "/validate", { bearer })).status === 200;
  const expectOk = <T extends { readonly status: number; readonly body: unknown }>(answer: T): T => {
    if (answer.status >= 400) throw new Error(`not prepared: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const oauthTokens = async (client: TestClient, { cookie }: Attacker) => {
    const { body } = await exchangeCode(auth, client, await getCode(auth, client, cookie));
    const accessToken = textOf(body, "access_token");
    // An app of somebody else has one only where the person agreed to stay signed in.
    const refreshToken = body["refresh_token"];
    return async () =>
      (await validates(accessToken)) ||
      (typeof refreshToken === "string" && (await refreshAt(auth, client, refreshToken)).status === 200);
  };
  const key = async ({ token }: Attacker, owner: string): Promise<StillOpen> => {
    const body = { name: `prepared ${owner}`, owner, scopes: ["srv_nexus.usage"] };
    const made = expectOk(await auth.call("POST", "/api/api-keys", { bearer: token, body }));
    return () => validates(textOf(made.body, "apiKey"));
  };
  const secondAccount = async (organizationId: string): Promise<StillOpen> => {
    const { id } = await auth.addUser({ organizationId, role: "admin" });
    return async () =>
      (await count(
        auth,
        "select from auth.organization_memberships where organization_id = $1 and user_id = $2 and status = 'active'",
        [organizationId, id],
      )) > 0;
  };

  return {
    "a session": {
      prepare:
        async ({ token }) =>
        () =>
          validates(token),
    },
    "a browser's cookie": {
      prepare:
        async ({ cookie }) =>
        async () =>
          (await auth.call("POST", "/refresh", { cookie, headers: dashboard })).status === 200,
    },
    "the password": {
      prepare:
        async ({ email, password }) =>
        async () =>
          (await auth.call("POST", "/login", { body: { email, password }, headers: nexusServiceHeader })).status < 400,
    },
    "tokens of an app": { prepare: (attacker) => oauthTokens(own, attacker) },
    "an app of somebody else": {
      shownAs: "connectedApps",
      prepare: async (attacker) => {
        await auth.pool.query(
          "insert into auth.oauth_consents (user_id, client_id, organization_id, scopes) values ($1, 'partner-web', '', '{email,openid,profile}')",
          [attacker.userId],
        );
        const stillOpen = await oauthTokens(partner, attacker);
        return async () =>
          (await stillOpen()) ||
          (await count(auth, "select from auth.oauth_consents where user_id = $1", [attacker.userId])) > 0;
      },
    },
    "a device": {
      prepare: async ({ cookie }) => {
        const { body } = await postClientForm(auth, "/oauth/device", device, { scope: "openid profile" });
        const decision = { userCode: textOf(body, "user_code"), decision: "allow" };
        expectOk(await auth.call("POST", "/api/device/decide", { cookie, headers: ownPage, body: decision }));
        const form = { grant_type: deviceGrant, device_code: textOf(body, "device_code") };
        const tokens = expectOk(await postClientForm(auth, tokenPath, device, form)).body;
        return async () => validates(textOf(tokens, "access_token"));
      },
    },
    "a device that has not fetched its tokens": {
      prepare: async ({ cookie }) => {
        const { body } = await postClientForm(auth, "/oauth/device", device, { scope: "openid profile" });
        const decision = { userCode: textOf(body, "user_code"), decision: "allow" };
        expectOk(await auth.call("POST", "/api/device/decide", { cookie, headers: ownPage, body: decision }));
        const form = { grant_type: deviceGrant, device_code: textOf(body, "device_code") };
        return async () => (await postClientForm(auth, tokenPath, device, form)).status === 200;
      },
    },
    "a handoff code": {
      prepare: async ({ token }) => {
        const body = { service_id: "srv_roadmapper", redirect_uri: handoffAddress };
        const { body: made } = expectOk(await auth.call("POST", "/sso/handoff-code", { bearer: token, body }));
        const code = new URL(textOf(made, "url")).searchParams.get("code") ?? "";
        const form = new URLSearchParams({ grant_type: handoffGrant, client_id: "handoff", code });
        form.set("redirect_uri", handoffAddress);
        const headers = { "content-type": "application/x-www-form-urlencoded" };
        return async () => (await auth.call("POST", tokenPath, { body: form.toString(), headers })).status === 200;
      },
    },
    "a passkey": {
      shownAs: "passkeys",
      prepare: async ({ token }) => {
        const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
        await passkeys.register(token, authenticator);
        return async () => (await passkeys.signIn(authenticator)).status < 400;
      },
    },
    "a passkey that is being made": {
      prepare: async ({ token }) => {
        const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
        const { challengeId, options } = await passkeys.registerOptions(token);
        const body = { challengeId, response: authenticator.create(options), name: "Late" };
        return async () =>
          (await auth.call("POST", "/passkeys/register/verify", { bearer: token, body, headers: nexusPage })).status <
          400;
      },
    },
    "an authenticator with recovery codes": {
      shownAs: "authenticator",
      prepare: async ({ token, userId }) => {
        const started = expectOk(await auth.call("POST", "/api/me/mfa/totp", { bearer: token }));
        const path = `/api/me/mfa/totp/${textOf(started.body, "id")}/confirm`;
        const body = { code: codeOf(auth, textOf(started.body, "secret")) };
        expectOk(await auth.call("POST", path, { bearer: token, body }));
        return async () =>
          (await count(
            auth,
            `select from auth.users u where id = $1 and (second_factor_required or exists (select from auth.totp_credentials t where t.user_id = u.id)
               or exists (select from auth.recovery_codes r where r.user_id = u.id))`,
            [userId],
          )) > 0;
      },
    },
    "an account of another service": {
      shownAs: "identities",
      prepare: async ({ cookie, userId }) => {
        const account = { sub: `sub-${userId}`, email: `${userId}@attacker.example`, email_verified: true };
        const headers = { cookie, "sec-fetch-site": "same-origin" };
        const linking = await browser.start("google", "?link=1", headers);
        await browser.finish(await google.authorize(linking.url, account), `${cookie}; ${linking.cookie}`);
        return async () => {
          const entering = await browser.start("google");
          const entered = await browser.finish(await google.authorize(entering.url, account), entering.cookie);
          const me = await auth.call("GET", "/api/me", { cookie: entered.cookie ?? "none=1" });
          return Reflect.get(Object(me.body["user"]), "id") === userId;
        };
      },
    },
    "a key": { shownAs: "apiKeys", prepare: (attacker) => key(attacker, "user") },
    "a key of the organization": { shownAs: "apiKeys", prepare: (attacker) => key(attacker, "organization") },
    "a change to an address of the attacker's": {
      prepare: async ({ token, password, userId }) => {
        const to = `${userId}@attacker.example`.toLowerCase();
        expectOk(await auth.call("POST", "/api/me/email", { bearer: token, body: { email: to, password } }));
        const link = secretIn(await auth.mails.to(to, { about: "#change=" }), "change");
        return async () =>
          (await auth.call("POST", "/email/change/confirm", { body: { token: link, password } })).status < 400;
      },
    },
    "a second account in the account's workspace": { prepare: ({ organizationId }) => secondAccount(organizationId) },
    "an invitation to the account's workspace": {
      prepare: async ({ organizationId, token }) => {
        const path = `/api/organizations/${organizationId}/invitations`;
        const body = { email: `${organizationId}@attacker.example`.toLowerCase(), role: "admin" };
        const made = expectOk(await auth.call("POST", path, { bearer: token, body }));
        return async () =>
          (await count(auth, "select from auth.organization_invitations where id = $1 and status = 'pending'", [
            textOf(made.body, "id"),
          ])) > 0;
      },
    },
    "membership in an organization of the attacker's": {
      prepare: async ({ userId }) => {
        const organizationId = await auth.addOrganization();
        await auth.addUser({ organizationId, role: "owner" });
        const values = [organizationId, userId];
        await auth.pool.query(
          "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
          values,
        );
        return async () =>
          (await count(
            auth,
            "select from auth.organization_memberships where organization_id = $1 and user_id = $2",
            values,
          )) > 0;
      },
    },
  };
};
