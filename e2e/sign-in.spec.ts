import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { readFirstRun, type FirstRun } from "./first-run.ts";

test.describe.configure({ mode: "serial" });

const person = { name: "Ada Lovelace", email: "ada@example.com", password: "a very plain test sentence" };

let facts: FirstRun;
let context: BrowserContext;
let page: Page;
const violations: string[] = [];

/** Notes, from the first byte on, every frame in which the sign-in form was to be seen. */
const watchForForm = (): void => {
  const seen: string[] = [];
  const look = (): void => {
    const form = document.querySelector('form[aria-label="Sign in"]');
    if (form || location.pathname === "/sign-in") seen.push(location.pathname);
    requestAnimationFrame(look);
  };
  look();
  Object.assign(globalThis, { formSeen: seen });
};
const formSeen = (): Promise<unknown> => page.evaluate(() => Reflect.get(globalThis, "formSeen"));

const noticeViolations = (target: Page): void => {
  target.on("console", (message) => {
    if (/content security policy|trusted ?type/i.test(message.text())) violations.push(message.text());
  });
};

const callThroughOpenAiDoor = async (question: string): Promise<{ readonly operationId: string }> => {
  const response = await fetch(`${facts.gatewayUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { Authorization: `Bearer ${facts.apiKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-4o-mini", messages: [{ role: "user", content: question }] }),
  });
  expect(response.status, await response.clone().text()).toBe(200);
  return { operationId: response.headers.get("x-nexus-operation-id") ?? "" };
};

const signIn = async (target: Page): Promise<void> => {
  await target.getByLabel("E-mail").fill(person.email);
  await target.getByLabel("Password").fill(person.password);
  await target.getByRole("button", { name: "Sign in" }).click();
  await expect(target.getByRole("heading", { name: "Overview" })).toBeVisible();
};

const accessibilityProblems = async (): Promise<string[]> => {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
};

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
  noticeViolations(page);
});
test.afterAll(() => context.close());

test("a newcomer makes the first account and signs in, with the keyboard alone", async () => {
  await page.goto(facts.bootstrapUrl);
  await expect(page.getByLabel("Your name")).toBeFocused();
  await page.keyboard.type(person.name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("The administrator is ready")).toBeVisible();

  await page.goto(facts.gatewayUrl);
  await expect(page.getByLabel("E-mail")).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  expect(await accessibilityProblems()).toEqual([]);
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("E-mail")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("E-mail and password do not match.")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
});

test("the dashboard's own session mirrors Auth's and shows the browser no token", async () => {
  const session = async (): Promise<unknown> =>
    page.evaluate(() => fetch("/api/auth/session").then((response) => response.json()));
  await expect
    .poll(session)
    .toMatchObject({ sub: expect.stringMatching(/^usr_/), sid: expect.stringMatching(/^ses_/) });
  expect(JSON.stringify(await session())).not.toContain("eyJ");
  const stored = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
  );
  expect(stored).not.toContain("eyJ");
});

test("a call through the OpenAI door is in the table within seconds, with its cost", async () => {
  await page.getByRole("button", { name: /^Organization/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemradio", { name: "Topolo", exact: true }).press("Enter");
  await expect(page.getByRole("heading", { name: "Make the first call" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "curl" })).toBeVisible();
  await expect(page.getByText(`${facts.gatewayUrl}/v1/chat/completions`)).toBeVisible();

  const { operationId } = await callThroughOpenAiDoor("Hello");
  const row = page.getByRole("row").filter({ hasText: "gpt-4o-mini" });
  await expect(row).toBeVisible({ timeout: 8_000 });
  await expect(row).toContainText("paid");
  await expect(row).toContainText("$0.0000");
  await expect(page.getByRole("heading", { name: "Make the first call" })).toBeHidden();

  const opener = row.getByRole("button", { name: /^Details/ });
  await opener.focus();
  await page.keyboard.press("Enter");
  const details = page.getByRole("dialog", { name: "Call" });
  await expect(details).toContainText(operationId);
  await expect(details).toContainText("platform");
  expect(new URL(page.url()).searchParams.get("call")).toBe(operationId);
  expect(await accessibilityProblems()).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(details).toBeHidden();
  await expect(opener).toBeFocused();
});

test("calls can be filtered, and the filter is part of the address", async () => {
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" })).toBeVisible();
  await page.getByLabel("Vendor").fill("nobody");
  await expect(page.getByText("No calls match.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Vendor")).toHaveValue("nobody");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" })).toBeVisible();
});

test("every page is accessible, light and dark, wide and narrow", async () => {
  test.setTimeout(180_000);
  for (const path of ["/", "/calls"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${facts.gatewayUrl}${path}`);
        await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first()).toBeVisible();
        expect(await accessibilityProblems(), `${path} ${colorScheme} ${width}`).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          `${path} ${width} does not scroll sideways`,
        ).toBe(true);
      }
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
});

test("C6 a reload shows no frame of the sign-in form, however slow Auth is", async () => {
  await page.addInitScript(watchForForm);
  await page.route("**/refresh", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.continue();
  });
  await page.goto(facts.gatewayUrl);
  await expect(page.getByLabel("Loading", { exact: true })).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first()).toBeVisible();
  expect(await formSeen()).toEqual([]);
  await page.unroute("**/refresh");
});

test("C6 an outage of Auth says so and signs nobody out", async () => {
  await page.route("**/refresh", (route) =>
    route.fulfill({ status: 503, contentType: "application/json", body: "{}" }),
  );
  await page.goto(facts.gatewayUrl);
  await expect(page.getByText("Topolo Auth cannot be reached.")).toBeVisible();
  expect(await formSeen()).toEqual([]);
  await page.unroute("**/refresh");
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first()).toBeVisible();
  expect(await formSeen()).toEqual([]);
});

test("E7 without a session no page, and no form of a page, tells anything", async () => {
  const shapes: Record<string, string>[] = [
    {},
    { rsc: "1" },
    { rsc: "1", "next-router-prefetch": "1" },
    { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  ];
  for (const path of ["/", "/calls", "/%2e/calls", "/index.rsc"]) {
    for (const headers of shapes) {
      const response = await fetch(`${facts.gatewayUrl}${path}`, { headers });
      const text = await response.text();
      for (const secret of [person.email, "gpt-4o-mini", facts.apiKey])
        expect(text, `${path} ${JSON.stringify(headers)}`).not.toContain(secret);
    }
  }
});

test("E6 pages carry a strict policy with a nonce of their own", async () => {
  const policies = await Promise.all(
    ["/", "/sign-in"].map(
      async (path) => (await fetch(`${facts.gatewayUrl}${path}`)).headers.get("content-security-policy") ?? "",
    ),
  );
  for (const policy of policies) {
    expect(policy).toMatch(/script-src 'nonce-[A-Za-z0-9+/=]{20,}' 'strict-dynamic'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ${facts.authUrl};`);
    expect(policy).not.toContain("unsafe");
  }
  expect(new Set(policies).size).toBe(policies.length);
});

test("signing out ends both sessions, in every tab", async () => {
  const other = await context.newPage();
  noticeViolations(other);
  await other.goto(facts.gatewayUrl);
  await expect(other.getByRole("heading", { name: "Overview" })).toBeVisible();
  await expect
    .poll(() => other.evaluate(() => fetch("/api/auth/session").then((response) => response.json())))
    .toHaveProperty("sid");

  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(other.getByRole("button", { name: "Sign in" })).toBeVisible();
  expect(await page.evaluate(() => fetch("/api/auth/session").then((response) => response.json()))).toEqual({});
  await page.reload();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await other.close();
});

test("a link from elsewhere cannot choose where signing in leads", async () => {
  await page.goto(`${facts.gatewayUrl}/sign-in?callbackUrl=${encodeURIComponent("//example.com/")}`);
  await signIn(page);
  expect(new URL(page.url()).origin).toBe(facts.gatewayUrl);
});

test("no page broke the content security policy", () => {
  expect(violations).toEqual([]);
});
