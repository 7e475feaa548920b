import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { chromium, type Browser, type CDPSession, type Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chromiumOptions } from "../../scripts/find-chromium.mjs";
import { startTestAuth, type TestAuth, type TestUser } from "../../test/auth-server.ts";

// Chromium's own authenticator and the library of the pages, against Auth: neither side is ours.

const library = join(import.meta.dirname, "../../node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js");

const script = (authUrl: string): string => `
  const { startRegistration, startAuthentication } = SimpleWebAuthnBrowser;
  const call = async (path, body) => {
    const response = await fetch(${JSON.stringify(authUrl)} + path, {
      method: "POST",
      credentials: "include",
      headers: { "content-type": "application/json", "x-topolo-auth": "1", "x-service-id": "srv_nexus" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  const register = async () => {
    const { body } = await call("/passkeys/register/options", {});
    const response = await startRegistration({ optionsJSON: body.options });
    return call("/passkeys/register/verify", { challengeId: body.challengeId, response, name: "Chromium" });
  };
  const show = async (options = "/passkeys/authenticate/options") => {
    const { body } = await call(options, {});
    return { challengeId: body.challengeId, response: await startAuthentication({ optionsJSON: body.options }) };
  };
  const verify = (shown) => call("/passkeys/authenticate/verify", shown);
`;

interface PageAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

let auth: TestAuth;
let pages: Server;
let browser: Browser;
let page: Page;
let devtools: CDPSession;
let authenticatorId: string;
let user: TestUser;

/** The guarantee: the page's functions answer in this form. */
const inPage = async <T = PageAnswer>(expression: string): Promise<T> => (await page.evaluate(expression)) as T;
const refused = { status: 401, body: { error: { code: "passkey_invalid" } } };

beforeAll(async () => {
  pages = createServer();
  pages.listen(0, "localhost");
  await once(pages, "listening");
  const { port } = pages.address() as AddressInfo;
  const origin = `http://localhost:${port}`;
  auth = await startTestAuth({ allowedOrigins: [{ origin, serviceId: "srv_nexus" }] });
  const bundle = await readFile(library, "utf8");
  pages.on("request", (_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><title>Passkeys</title><script>${bundle}</script><script>${script(auth.url)}</script>`,
    );
  });
  browser = await chromium.launch(chromiumOptions());
  page = await browser.newPage();
  await page.goto(origin);
  devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  ({ authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  }));
  user = await auth.addUser({ role: "member" });
  const credentials = { email: user.email, password: user.password };
  expect(await inPage(`call("/login", ${JSON.stringify(credentials)})`)).toMatchObject({ status: 200 });
  expect(await inPage("register()")).toMatchObject({
    status: 201,
    body: { name: "Chromium", deviceType: "singleDevice", backedUp: false },
  });
});
afterAll(async () => {
  await browser?.close();
  pages?.closeAllConnections();
  pages?.close();
  await auth?.close();
});

const signIn = () => inPage("show().then(verify)");

test("Chromium keeps a discoverable passkey and will not make a second one [D1]", async () => {
  const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
  expect(credentials).toMatchObject([
    {
      rpId: "localhost",
      isResidentCredential: true,
      userHandle: Buffer.from(user.id).toString("base64"),
    },
  ]);
  const again = await inPage<string>("register().then(() => 'made', (error) => error.name)");
  expect(again).toBe("InvalidStateError");
});

test("a browser without a session signs in with it [D1]", async () => {
  await page.context().clearCookies();
  expect(await signIn()).toMatchObject({
    status: 200,
    body: { serviceId: "srv_nexus", role: "member", user: { id: user.id, email: user.email } },
  });
  expect(await inPage('call("/refresh", {})')).toMatchObject({ status: 200, body: { user: { id: user.id } } });
  const { rows } = await auth.pool.query("select amr from auth.sessions where user_id = $1 order by created_at desc", [
    user.id,
  ]);
  expect(rows[0]).toEqual({ amr: ["hwk", "user", "mfa"] });
});

test("a step-up with it renews the sign-in [D1]", async () => {
  auth.clock.advance(10 * 60_000 + 1_000);
  const stale = { status: 403, body: { error: { code: "reauthentication_required" } } };
  expect(await inPage('call("/passkeys/register/options", {})')).toMatchObject(stale);
  const shown = 'show("/api/me/reauthenticate/options")';
  expect(await inPage(`${shown}.then((shown) => call("/api/me/reauthenticate", shown))`)).toMatchObject({
    status: 200,
  });
  expect(await inPage('call("/passkeys/register/options", {})')).toMatchObject({ status: 200 });
});

test("replay: an assertion counts once", async () => {
  const shown = JSON.stringify(await inPage<unknown>("show()"));
  expect(await inPage(`verify(${shown})`)).toMatchObject({ status: 200 });
  expect(await inPage(`verify(${shown})`)).toMatchObject(refused);
  const { challengeId } = await inPage<{ challengeId: string }>(
    'call("/passkeys/authenticate/options", {}).then(({ body }) => body)',
  );
  const moved = JSON.stringify({ ...JSON.parse(shown), challengeId });
  expect(await inPage(`verify(${moved})`)).toMatchObject(refused);
});

test("an old challenge is refused", async () => {
  const shown = JSON.stringify(await inPage<unknown>("show()"));
  auth.clock.advance(5 * 60_000 + 1_000);
  expect(await inPage(`verify(${shown})`)).toMatchObject(refused);
  expect(await signIn()).toMatchObject({ status: 200 });
});

test("counter: a copy of the key that lags behind is refused and recorded", async () => {
  const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
  const [credential] = credentials;
  if (!credential) throw new Error("the authenticator holds no passkey");
  const { credentialId } = credential;
  await devtools.send("WebAuthn.removeCredential", { authenticatorId, credentialId });
  await devtools.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: 0 } });
  expect(await signIn()).toMatchObject(refused);
  const { rows } = await auth.pool.query(
    "select outcome, details->>'reason' as reason from auth.audit_events where target = $1 and action = 'passkey.use' order by id desc limit 1",
    [user.id],
  );
  expect(rows).toEqual([{ outcome: "denied", reason: "counter" }]);
  await devtools.send("WebAuthn.removeCredential", { authenticatorId, credentialId });
  await devtools.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credential, signCount: 1_000 } });
  expect(await signIn()).toMatchObject({ status: 200 });
});
