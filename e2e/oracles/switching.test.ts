import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumOptions } from "../../scripts/find-chromium.mjs";
import { startTestAuth, type TestAuth, type TestUser } from "../../test/auth-server.ts";

// Chromium's own rules for frames, channels, cookies and CORS, between apps of several origins and Auth.

const grantType = "urn:topolo:params:oauth:grant-type:handoff-code";

let auth: TestAuth;
let browser: Browser;
const apps: Server[] = [];
const origins: string[] = [];
let user: TestUser;

/** An app without a framework: it collects what Auth's frames tell it. */
const appPage = `<!doctype html><title>App</title><script>
  const told = [];
  addEventListener("message", ({ origin, data }) => told.push({ origin, data }));
  const frame = (src) => new Promise((resolve) => {
    const element = document.createElement("iframe");
    element.hidden = true;
    element.addEventListener("load", () => resolve(), { once: true });
    element.src = src;
    document.body.append(element);
  });
</script><body></body>`;

beforeAll(async () => {
  for (let count = 0; count < 3; count += 1) {
    const app = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(appPage));
    await once(app.listen(0, "localhost"), "listening");
    apps.push(app);
    origins.push(`http://localhost:${(app.address() as AddressInfo).port}`);
  }
  auth = await startTestAuth({
    allowedOrigins: [
      { origin: origins[0] ?? "", serviceId: "srv_nexus" },
      { origin: origins[1] ?? "", serviceId: "srv_roadmapper" },
    ],
  });
  await auth.pool.query(
    "insert into auth.service_clients (client_id, service_id, type, auth_method, redirect_uris, grant_types) values ('test-roadmapper', 'srv_roadmapper', 'public', 'none', array[$1], array[$2])",
    [`${origins[1]}/arrived`, grantType],
  );
  user = await auth.addUser({ role: "member" });
  browser = await chromium.launch(chromiumOptions());
});
afterAll(async () => {
  await browser.close();
  await auth.close();
  for (const app of apps) {
    app.closeAllConnections();
    app.close();
  }
});

const open = async (context: BrowserContext, index: number, path = "/"): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(`${origins[index]}${path}`);
  return page;
};

interface Told {
  readonly origin: string;
  readonly data: { readonly event: string; readonly id?: string };
}

/** What the page has collected. */
const told = (page: Page) => page.evaluate<readonly Told[]>("told");

const load = (page: Page, path: string, origin: string) =>
  page.evaluate(`frame(${JSON.stringify(`${auth.url}${path}?origin=${encodeURIComponent(origin)}`)})`);

interface Sent {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const send = async (page: Page, path: string, init: { readonly headers?: object; readonly body?: string } = {}) =>
  (await page.evaluate(
    async ({ url, headers, body }) => {
      const response = await fetch(url, {
        method: "POST",
        credentials: "include",
        headers: { "x-topolo-auth": "1", ...headers },
        ...(body === undefined ? {} : { body }),
      });
      return { status: response.status, body: (await response.json()) as unknown };
    },
    { url: auth.url + path, headers: { ...init.headers }, body: init.body },
  )) as Sent;

const signIn = (page: Page, { email, password }: TestUser) =>
  send(page, "/login", { headers: { "content-type": "application/json" }, body: JSON.stringify({ email, password }) });

describe("the session frames in a browser [D8, C4, C5]", () => {
  test("a broadcast from one app reaches every other app's channel, from Auth's origin", async () => {
    const context = await browser.newContext();
    const one = await open(context, 0);
    const other = await open(context, 1);
    await load(one, "/session/channel", origins[0] ?? "");
    await load(other, "/session/channel", origins[1] ?? "");
    await expect.poll(() => told(other)).toMatchObject([{ origin: auth.url, data: { event: "ready" } }]);
    await load(one, "/session/broadcast-logout", origins[0] ?? "");
    await expect.poll(async () => (await told(other)).map(({ data }) => data.event)).toEqual(["ready", "logout"]);
    await expect
      .poll(async () => (await told(one)).map(({ data }) => data.event).sort())
      .toEqual(["broadcast", "logout", "ready"]);
    const ids = new Set([...(await told(one)), ...(await told(other))].flatMap(({ data }) => data.id ?? []));
    expect(ids.size).toBe(1);
    for (const { origin } of [...(await told(one)), ...(await told(other))]) expect(origin).toBe(auth.url);
    await context.close();
  });

  test("a page of another origin can neither frame nor hear them, whatever origin it claims", async () => {
    const context = await browser.newContext();
    const friend = await open(context, 0);
    await load(friend, "/session/channel", origins[0] ?? "");
    const evil = await open(context, 2);
    const refusals: string[] = [];
    evil.on("console", (message) => refusals.push(message.text()));
    for (const origin of [origins[0] ?? "", origins[2] ?? ""]) {
      await load(evil, "/session/channel", origin);
      await load(evil, "/session/broadcast-logout", origin);
    }
    await expect.poll(() => refusals.filter((text) => /frame-ancestors/.test(text)).length).toBeGreaterThanOrEqual(2);
    await friend.waitForTimeout(300);
    expect(await told(evil)).toEqual([]);
    expect((await told(friend)).map(({ data }) => data.event)).toEqual(["ready"]);
    await context.close();
  });

  test("the broadcast page does nothing outside a frame", async () => {
    const context = await browser.newContext();
    const friend = await open(context, 0);
    await load(friend, "/session/channel", origins[0] ?? "");
    await expect.poll(() => told(friend)).toHaveLength(1);
    const direct = await context.newPage();
    await direct.goto(`${auth.url}/session/broadcast-logout?origin=${encodeURIComponent(origins[0] ?? "")}`);
    await friend.waitForTimeout(300);
    expect(await told(friend)).toHaveLength(1);
    await context.close();
  });
});

describe("the handoff in a browser [D3, D4, D5, X17]", () => {
  const handOn = async (page: Page): Promise<string> => {
    const { body } = await send(page, "/refresh");
    const answer = await send(page, "/sso/handoff-code", {
      headers: { "content-type": "application/json", authorization: `Bearer ${String(body.accessToken)}` },
      body: JSON.stringify({ service_id: "srv_roadmapper", redirect_uri: `${origins[1]}/arrived` }),
    });
    expect(answer.status).toBe(200);
    expect(String(answer.body.url)).not.toContain(String(body.accessToken));
    return String(answer.body.url);
  };

  const redeem = async (page: Page, more: Readonly<Record<string, string>> = {}) =>
    send(page, "/sso/exchange", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        grant_type: grantType,
        client_id: "test-roadmapper",
        code: new URL(page.url()).searchParams.get("code") ?? "",
        redirect_uri: `${origins[1]}/arrived`,
        ...more,
      }).toString(),
    });

  test("the opened app gets the session, once", async () => {
    const context = await browser.newContext();
    const page = await open(context, 0);
    expect((await signIn(page, user)).status).toBe(200);
    await page.goto(await handOn(page));
    const first = await redeem(page);
    expect(first).toMatchObject({ status: 200, body: { user: { id: user.id }, serviceId: "srv_roadmapper" } });
    expect(await redeem(page)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(await send(page, "/refresh")).toMatchObject({ status: 200, body: { user: { id: user.id } } });
    await context.close();
  });

  test("a handoff link opened in another browser asks first, signed in or not", async () => {
    const sender = await browser.newContext();
    const page = await open(sender, 0);
    await signIn(page, user);
    const somebody = await auth.addUser({ role: "member" });
    for (const isSignedIn of [true, false]) {
      const victim = await browser.newContext();
      const there = await open(victim, 1);
      if (isSignedIn) expect((await signIn(there, somebody)).status).toBe(200);
      await there.goto(await handOn(page));
      expect(await redeem(there)).toMatchObject({
        status: 409,
        body: {
          error: "account_mismatch",
          account: { email: user.email },
          current: isSignedIn ? { email: somebody.email } : null,
        },
      });
      expect((await send(there, "/refresh")).status).toBe(isSignedIn ? 200 : 401);
      expect(await redeem(there, { confirm: "true" })).toMatchObject({ status: 200, body: { user: { id: user.id } } });
      expect((await send(there, "/refresh")).status).toBe(401);
      await victim.close();
    }
    await sender.close();
  });
});
