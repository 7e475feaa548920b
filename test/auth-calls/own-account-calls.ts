import { randomUUID } from "node:crypto";
import { textOf } from "../auth-server.ts";
import { createBrowser, pathOf, signInWithConsent } from "../oauth-browser.ts";
import { addClient, addThirdParty, authorizePath, pkce, postClientForm } from "../oauth-client.ts";
import { passkeyCeremonies } from "../passkey-ceremonies.ts";
import { codeOf } from "../second-factor.ts";
import { createSoftwareAuthenticator } from "../software-authenticator.ts";
import type { AuthCall, AuthCalls } from "./auth-call.ts";
import { fromNexus, type AuthWorld } from "./auth-world.ts";

/** A request of an app that waits for a person's consent, with the cookies of that person's browser. */
const askedInteraction = async ({ auth, person }: AuthWorld): Promise<Pick<AuthCall, "path" | "headers">> => {
  const client = await addClient(auth, { clientId: `asks-${randomUUID()}`, serviceId: "srv_partner" });
  const { cookie } = await person();
  const browser = createBrowser(auth);
  browser.signIn(cookie);
  const here = pathOf(await browser.go("GET", authorizePath(client, pkce().challenge)));
  const { headers } = await browser.go("GET", here);
  const ofConsent = headers.getSetCookie().map((line) => line.split(";")[0]);
  return {
    path: { uid: here.split("/").at(-1) ?? "" },
    headers: { ...fromNexus, cookie: [cookie, ...ofConsent].join("; ") },
  };
};

/** Calls about one's own account; who loses something by a call makes no other. */
export const ownAccountCalls = async (world: AuthWorld): Promise<AuthCalls> => {
  const { auth, person, prepare } = world;
  const ann = await person({ role: "owner" });
  const me = ann.headers;
  await addThirdParty(auth, "srv_partner");
  const partner = await addClient(auth, { clientId: `partner-${randomUUID()}`, serviceId: "srv_partner" });
  // Auth looks at the registry again after a second.
  auth.clock.advance(1_100);
  const connected = await person();
  await signInWithConsent(auth, partner, connected.user);
  const authenticator = createSoftwareAuthenticator({ origin: "http://localhost:3000" });
  const passkey = await passkeyCeremonies(auth).register(ann.token, authenticator);
  const keeper = await person();
  const removed = await passkeyCeremonies(auth).register(
    keeper.token,
    createSoftwareAuthenticator({ origin: "http://localhost:3000" }),
  );
  await auth.pool.query(
    "insert into auth.federated_identities (provider, subject, user_id, email_verified) values ('google', $1, $2, true), ('github', $1, $3, true)",
    [randomUUID(), ann.user.id, keeper.user.id],
  );
  const confirming = await person();
  const seed = await prepare("POST", "/api/me/mfa/totp", { bearer: confirming.token });
  await prepare("POST", "/api/api-keys", { bearer: ann.token, body: { name: "mine", scopes: ["srv_nexus.ai"] } });
  const another = await auth.login(ann.user);
  const invited = await person();
  const invite = async (): Promise<string> => {
    const organizationId = await auth.addOrganization();
    const owner = await person({ organizationId, role: "owner" });
    const at = `/api/organizations/${organizationId}/members`;
    return textOf(
      await prepare("POST", at, { bearer: owner.token, body: { userId: invited.user.id, role: "member" } }),
      "id",
    );
  };
  const [accepted, declined, _open] = [await invite(), await invite(), await invite()];
  const device = await addClient(auth, { clientId: `device-${randomUUID()}`, type: "native" });
  const { body: waiting } = await postClientForm(auth, "/oauth/device", device, { scope: "openid" });
  const userCode = textOf(waiting, "user_code");
  const [shown, decided] = [await askedInteraction(world), await askedInteraction(world)];
  const [quitter, dropper, mailer, changer] = [await person(), await person(), await person(), await person()];

  return {
    "POST /api/me/mfa/totp/:id/confirm": {
      headers: confirming.headers,
      path: { id: textOf(seed, "id") },
      body: { code: codeOf(auth, textOf(seed, "secret")) },
    },
    "POST /api/me/mfa/recovery-codes": { headers: confirming.headers },
    "PUT /api/me/mfa/required": { headers: confirming.headers, body: { required: false } },
    "DELETE /api/me/mfa/totp": { headers: confirming.headers },
    "GET /api/me": { headers: me },
    "PATCH /api/me": { headers: me, body: { name: "Ann Example" } },
    "POST /api/me/active-organization": { headers: me, body: { organizationId: "org_topolo" } },
    "GET /api/me/consents": { headers: connected.headers },
    "DELETE /api/me/consents/:clientId": { headers: connected.headers, path: { clientId: partner.clientId } },
    "POST /api/me/email": {
      headers: mailer.headers,
      body: { email: `${randomUUID()}@example.com`, password: mailer.user.password },
    },
    "GET /api/me/identities": { headers: me },
    "DELETE /api/me/identities/:provider": { headers: keeper.headers, path: { provider: "github" } },
    "GET /api/me/invitations": { headers: invited.headers },
    "POST /api/me/invitations/:invitationId/accept": { headers: invited.headers, path: { invitationId: accepted } },
    "POST /api/me/invitations/:invitationId/decline": { headers: invited.headers, path: { invitationId: declined } },
    "GET /api/me/mfa": { headers: me },
    "POST /api/me/mfa/totp": { headers: me },
    "GET /api/me/passkeys": { headers: me },
    "PATCH /api/me/passkeys/:id": { headers: me, path: { id: passkey }, body: { name: "Laptop" } },
    "DELETE /api/me/passkeys/:id": { headers: keeper.headers, path: { id: removed } },
    "POST /api/me/password": {
      headers: changer.headers,
      body: { currentPassword: changer.user.password, newPassword: "another very plain test sentence" },
    },
    "POST /api/me/reauthenticate/options": { headers: me, body: {} },
    "POST /api/me/reauthenticate": { headers: quitter.headers, body: { password: quitter.user.password } },
    "GET /api/me/sessions": { headers: me },
    "DELETE /api/me/sessions/:sessionId": { headers: me, path: { sessionId: another.sessionId } },
    "DELETE /api/me/sessions": { headers: quitter.headers },
    "GET /api/me/ways-in": { headers: me },
    "POST /api/me/ways-in/drop": { headers: dropper.headers, body: {} },
    "POST /api/device/lookup": { headers: me, body: { userCode } },
    "POST /api/device/decide": { headers: me, body: { userCode, decision: "allow" } },
    "GET /api/interactions/:uid": shown,
    "POST /api/interactions/:uid": { ...decided, body: { decision: "allow" } },
  };
};
