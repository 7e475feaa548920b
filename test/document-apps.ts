import { expect } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";
import { startDocumentServer, type DocumentServer } from "./document-server.ts";
import { askForAccess } from "./oauth-browser.ts";
import { authorizePath, pkce, type TestClient } from "./oauth-client.ts";

const ai = "srv_nexus.ai:invoke";
const policyPath = "/api/organizations/org_topolo/unregistered-apps";

/** Scopes that the apps ask for: an account's, and one of a service. */
export const wantedScopes = { ai, all: `openid email offline_access ${ai}` } as const;

/** An organization, its owner, and a site with documents that describe apps. */
export interface DocumentApps {
  readonly auth: TestAuth;
  readonly site: DocumentServer;
  readonly user: TestUser;
  /** The owner's session. */
  readonly cookie: () => string;
  /** Signs the owner in, and lets the site in. */
  readonly enter: () => Promise<void>;
  /** The owner's word on which apps are let in. */
  readonly putPolicy: (cookie: string, body: object) => Promise<Called>;
  readonly setPolicy: (policy: string, hosts?: readonly string[]) => Promise<void>;
  readonly clientOf: (clientId: string, redirectUri?: string) => TestClient;
  /** Begins a sign-in at the app. */
  readonly begin: (clientId: string, redirectUri?: string) => Promise<Called>;
  /** The page that a browser is shown then. */
  readonly pageOf: (clientId: string) => Promise<{ readonly status: number; readonly text: string }>;
  /** A whole sign-in with everything allowed. */
  readonly connect: (
    clientId: string,
  ) => Promise<{ readonly shown: Called["body"]; readonly body: Called["body"]; readonly token: string }>;
  readonly validate: (bearer: string) => Promise<Called>;
  readonly close: () => Promise<void>;
}

export const openDocumentApps = async (): Promise<DocumentApps> => {
  const site = await startDocumentServer();
  const auth = await startTestAuth({ localAddresses: true, clientAllow: [site.host] });
  const user = await auth.addUser({ role: "owner" });
  let cookie = "";
  const putPolicy: DocumentApps["putPolicy"] = (session, body) =>
    auth.call("PUT", policyPath, { cookie: session, headers: { "x-topolo-auth": "1" }, body });
  const setPolicy = async (policy: string, hosts: readonly string[] = []): Promise<void> => {
    expect((await putPolicy(cookie, { policy, hosts })).status).toBe(200);
  };
  const clientOf = (clientId: string, redirectUri = `${site.origin}/callback`): TestClient => ({
    clientId,
    secret: undefined,
    redirectUri,
  });
  return {
    auth,
    site,
    user,
    cookie: () => cookie,
    enter: async () => {
      ({ cookie } = await auth.login(user));
      await setPolicy("listed", [site.host]);
    },
    putPolicy,
    setPolicy,
    clientOf,
    begin: (clientId, redirectUri) =>
      auth.call("GET", authorizePath(clientOf(clientId, redirectUri), pkce().challenge, { scope: wantedScopes.all }), {
        cookie,
      }),
    pageOf: async (clientId) => {
      const query = authorizePath(clientOf(clientId), pkce().challenge);
      const response = await fetch(auth.url + query, { redirect: "manual", headers: { cookie } });
      return { status: response.status, text: await response.text() };
    },
    connect: async (clientId) => {
      const asked = await askForAccess(auth, clientOf(clientId), cookie, {
        scope: wantedScopes.all,
        prompt: "consent",
      });
      const { body } = await asked.allow();
      return { shown: asked.shown, body, token: textOf(body, "access_token") };
    },
    validate: (bearer) => auth.call("GET", "/validate", { bearer, headers: { "x-service-id": "srv_nexus" } }),
    close: async () => {
      site.close();
      await auth.close();
    },
  };
};
