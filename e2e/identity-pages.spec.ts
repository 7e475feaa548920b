import { expect, test } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun } from "./first-run.ts";
import { accountPages, strangersPages } from "./tour/places.ts";

test.describe.configure({ timeout: 240_000 });

const forSignedIn = ["/", ...accountPages, "/consent?interaction=a"];

/** Where Next asks for its own cache key first, the answer behind that counts. */
const statusOf = async (url: string, headers: Record<string, string>): Promise<number> =>
  (await fetch(url, { headers })).status;

test("every page of Auth is accessible, light and dark, wide and narrow, and its console is quiet [D1]", async ({
  page,
}) => {
  test.setTimeout(480_000);
  const { authUrl } = readFirstRun();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A refusal of Auth is one: nobody is signed in.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
  });
  for (const [path, words] of Object.entries(strangersPages)) {
    await page.goto(`${authUrl}${path}`);
    await expect(
      page
        .getByText(words)
        .or(page.getByRole("button", { name: words }))
        .first(),
    ).toBeVisible();
    expect(await problemsOf(page), path).toEqual([]);
    expect(await page.title(), path).toMatch(/ · Topolo$/);
  }
  expect(errors).toEqual([]);
});

test("pages that need a session send the browser to sign-in and return it afterwards [D1, X24]", async ({ page }) => {
  const { authUrl } = readFirstRun();
  for (const path of forSignedIn) {
    await page.goto(`${authUrl}${path}`);
    await page.waitForURL((url) => url.pathname === "/sign-in");
    await expect(page.getByLabel("E-mail")).toBeVisible();
    const back = new URL(page.url()).searchParams.get("return_to") ?? "/";
    const expected = path.startsWith("/consent") ? "/interaction/a" : path === "/home" ? "/" : path;
    expect(back).toBe(expected);
  }
});

test("Auth's pages have a strict content security policy, send no referrer and cannot be framed [RFC 9700 §4.16]", async () => {
  const { authUrl } = readFirstRun();
  const nonces = new Set<string>();
  const paths = ["/sign-in", "/consent", "/device", "/register", "/reset-password"];
  for (const path of paths) {
    const { headers } = await fetch(`${authUrl}${path}`);
    const policy = headers.get("content-security-policy") ?? "";
    nonces.add(/script-src 'nonce-([A-Za-z0-9+/=]{20,})' 'strict-dynamic'/.exec(policy)?.[1] ?? "");
    for (const rule of ["connect-src 'self';", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(`${policy};`, path).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(policy).not.toContain("http:");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cache-control")).toContain("no-store");
  }
  expect(nonces.size).toBe(paths.length);
  expect(nonces.has("")).toBe(false);
});

test("each origin serves its own pages and none of the other's, whatever the request says [G8]", async () => {
  const { authUrl, gatewayUrl } = readFirstRun();
  const shapes: readonly Record<string, string>[] = [
    {},
    { rsc: "1" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
    { "x-topolo-surface": "auth" },
    { "x-topolo-surface": "dashboard" },
    { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
    { "x-middleware-rewrite": "/sign-in", "x-invoke-path": "/sign-in", "x-matched-path": "/sign-in" },
  ];
  const dashboards = ["/calls", "/%63alls", "/calls.rsc", "/api/auth/session", "/api/auth/csrf", "/v1/models"];
  const internals = [
    "/_next/data/x/home.json",
    "/_next/image?url=%2Ffavicon.svg&w=64&q=75",
    "/index.rsc",
    "/sign-in.rsc",
  ];
  const auths = ["/home", "/consent", "/device", "/error", "/sign-in/second-factor", "/%64evice", "/device.rsc"];
  for (const headers of shapes) {
    const shape = JSON.stringify(headers);
    for (const path of [...dashboards, ...internals])
      expect(await statusOf(`${authUrl}${path}`, headers), `Auth ${path} ${shape}`).toBe(404);
    for (const path of auths)
      expect(await statusOf(`${gatewayUrl}${path}`, headers), `dashboard ${path} ${shape}`).toBe(404);
    expect(await statusOf(`${authUrl}/sign-in`, headers), shape).toBe(200);
  }
});

test("no form of an Auth page tells anything of anybody", async ({ browser }) => {
  const { authUrl, apiKey } = readFirstRun();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${authUrl}/register`);
  const email = `leak-${Date.now()}@example.com`;
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("a very plain test sentence");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Check your e-mail" })).toBeVisible();
  await page.goto(`${authUrl}/sign-in`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("a very plain test sentence");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${authUrl}/home`);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const path of [...Object.keys(strangersPages), "/home", "/choose-organization", "/device"]) {
    const shapes: readonly Record<string, string>[] = [{}, { rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }];
    for (const shape of shapes) {
      const text = await (await fetch(`${authUrl}${path}`, { headers: { ...shape, cookie } })).text();
      for (const secret of [email, apiKey, "ses_", "usr_", "<script>alert"])
        expect(text, `${path} ${JSON.stringify(shape)}`).not.toContain(secret);
    }
  }
  await context.close();
});
