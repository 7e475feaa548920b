import { expect, test, type BrowserContext, type Locator, type Page, type Response } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { TOTP } from "otpauth";
import { violationsAgain, violationsOf } from "./accessibility.ts";
import { picture as pictures } from "./picture.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { picture as everyLook } from "./picture.ts";
import { setSignInBack } from "./set-sign-in-back.ts";
import { startSecondApp, type SecondApp } from "./second-app.ts";
import { dashboardPages, missingPage } from "./tour/places.ts";
import { settle } from "./tour/settle.ts";
import { watch, type Noticed } from "./tour/watch.ts";

test.describe.configure({ mode: "serial" });

const person = { name: "Ada Lovelace", email: "ada@example.com", password: "a very plain test sentence" };

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let app: SecondApp;
const violations: string[] = [];

/** Notes, from the first byte on, every frame in which the sign-in form was to be seen. */
const watchForForm = (): void => {
  const seen: string[] = [];
  const look = (): void => {
    const form = document.querySelector('form[aria-label="Sign in"]');
    if (form || location.pathname === "/sign-in") seen.push(location.pathname);
  };
  look();
  // A frame without a change shows what the last one showed.
  new MutationObserver(() => requestAnimationFrame(look)).observe(document, {
    childList: true,
    subtree: true,
    attributeFilter: ["aria-label"],
  });
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

/** On Auth's own page, whoever sent the browser there. */
const fillSignIn = async (target: Page): Promise<void> => {
  await expect(target.getByLabel("E-mail")).toBeVisible();
  expect(new URL(target.url()).origin).toBe(facts.authUrl);
  await target.getByLabel("E-mail").fill(person.email);
  await target.getByLabel("Password", { exact: true }).fill(person.password);
  await target.getByRole("button", { name: "Sign in", exact: true }).click();
};

const signIn = async (target: Page): Promise<void> => {
  await fillSignIn(target);
  await expect(target.getByRole("heading", { name: "Home" })).toBeVisible();
};

const dashboardSession = (target: Page): Promise<unknown> =>
  target.evaluate(() => fetch("/api/auth/session").then((response) => response.json()));

/** Presses Tab until the element has the focus, as people without a mouse do. */
const tabTo = async (target: Locator): Promise<void> => {
  for (let presses = 0; presses < 20; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
};

const accessibilityProblems = (): Promise<string[]> => violationsOf(page);

/** Keeps a picture of the page as it is, where a folder for pictures is named. */
const picture = async (name: string): Promise<void> => {
  const folder = process.env.E2E_PICTURES;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};

/** What of the header can be scrolled sideways. */
const sidewaysScrollers = (): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("header, header *")]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth &&
          !["hidden", "clip", "visible"].includes(getComputedStyle(element).overflowX),
      )
      .map(({ outerHTML }) => outerHTML.slice(0, 120)),
  );

test.beforeAll(async ({ browser }) => {
  // The second app's packages may still be packed.
  test.setTimeout(180_000);
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
  noticeViolations(page);
  app = await startSecondApp(facts);
});
test.afterAll(async () => {
  await context.close();
  await app.stop();
});

test("the first administrator is created and signs in at Auth by keyboard alone [D1, D2, N6]", async () => {
  await page.goto(facts.bootstrapUrl);
  await expect(page.getByLabel("Your name")).toBeFocused();
  await page.keyboard.type(person.name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("The administrator is ready")).toBeVisible();
  // Signed in already, in the organization of the first key; the rest of this journey begins as a stranger.
  await expect(page.getByRole("button", { name: "Copy the call" })).toBeVisible();
  await page.getByRole("link", { name: "Open the dashboard" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  await expect(page.getByText("Make the first call")).toBeVisible();
  await context.clearCookies();

  // What else a new page asks is answered between the token for the sign-in and the sign-in, and voids nothing.
  const token = page.waitForResponse("**/api/auth/csrf");
  const { promise: late, resolve: wasLate } = Promise.withResolvers<void>();
  await page.route("**/api/auth/session", async (route) => {
    const { headers } = await fetch(route.request().url());
    await token;
    // Playwright takes one line for each cookie.
    await route.fulfill({ json: {}, headers: { "Set-Cookie": headers.getSetCookie().join("\n") } });
    wasLate();
  });
  await page.route("**/api/auth/signin/topolo", async (route) => {
    await late;
    await route.continue();
  });
  await page.goto(`${facts.gatewayUrl}/calls?vendor=openai`);
  await expect(page.getByLabel("E-mail")).toBeVisible();
  await page.unrouteAll();
  expect(new URL(page.url()).origin).toBe(facts.authUrl);
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  expect(page.url()).not.toContain("code_verifier");
  await tabTo(page.getByLabel("E-mail"));
  await page.keyboard.type(person.email);
  await tabTo(page.getByLabel("Password", { exact: true }));
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Wrong e-mail address or password.")).toBeVisible();
  await tabTo(page.getByLabel("Password", { exact: true }));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Calls", exact: true })).toBeVisible();
  expect(page.url()).toBe(`${facts.gatewayUrl}/calls?vendor=openai`);
  await page.getByRole("link", { name: "Home" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
});

test("the dashboard's own session mirrors Auth's and shows the browser no token [X29]", async () => {
  const session = (): Promise<unknown> => dashboardSession(page);
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

  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Calls", exact: true, level: 1 })).toBeVisible();
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

test("the palette and shortcuts lead to every page by keyboard, and never out of a field", async () => {
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search everything" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await expect(palette.getByRole("option", { name: /^Templates/ })).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await picture("palette");
  await page.keyboard.type("gpt-4o-mini");
  await expect(palette.getByRole("option").first()).toContainText("openai/gpt-4o-mini");
  await page.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(page).toHaveURL(/\/calls\?model=gpt-4o-mini/);
  await page.getByRole("button", { name: "Vendor", exact: true }).click();
  const field = page.getByRole("combobox", { name: /^Vendor/ });
  await expect(field).toBeFocused();
  await page.keyboard.type("gh?");
  await expect(field).toHaveValue("gh?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page).toHaveURL(`${facts.gatewayUrl}/calls`);
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page.getByRole("heading", { name: "Members", exact: true, level: 1 })).toBeVisible();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list).toContainText("Go to Calls");
  expect(await accessibilityProblems()).toEqual([]);
  await picture("shortcuts");
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.goto(`${facts.gatewayUrl}/no-such-page`);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
});

test("calls are filtered by what was used, in columns that people choose, and can be paused", async () => {
  await page.getByRole("link", { name: "Calls", exact: true }).click();
  const call = page.getByRole("row").filter({ hasText: "gpt-4o-mini" });
  await expect(call).toBeVisible();
  await page.goto(`${facts.gatewayUrl}/calls?vendor=nobody&state=nonsense&period=never`);
  await expect(page.getByText("No calls match.")).toBeVisible();
  await page.getByRole("button", { name: "Any vendor" }).click();
  await expect(call).toBeVisible();
  await page.getByRole("button", { name: "Vendor", exact: true }).click();
  await page.getByRole("combobox", { name: /^Vendor/ }).fill("open");
  await page.getByRole("option", { name: /^openai/ }).click();
  await expect(page).toHaveURL(/vendor=openai/);
  await page.reload();
  await expect(page.getByRole("button", { name: "Vendor openai" })).toBeVisible();
  await expect(call).toBeVisible();

  await page.getByText("Columns", { exact: true }).click();
  await page.getByRole("checkbox", { name: "Usage source" }).uncheck();
  await page.getByRole("checkbox", { name: "Caller" }).check();
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Caller" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Usage source" })).toBeHidden();
  await page.getByText("Columns", { exact: true }).click();
  await page.getByRole("button", { name: "As at first" }).click();
  await expect(page.getByRole("columnheader", { name: "Usage source" })).toBeVisible();

  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByText("Follows what comes in")).toBeVisible();
  await page.getByRole("button", { name: "Pause" }).click();
  await callThroughOpenAiDoor("While the list is paused");
  expect(await call.count()).toBe(1);
  await expect(page.getByText("Paused, 1 new or changed")).toBeVisible();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(call).toHaveCount(2);
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll("main .overflow-x-auto")].map((list) => list.scrollWidth <= list.clientWidth),
    ),
  ).toEqual([true]);

  // What comes in is told, not asked for; and where it cannot be told, it is asked for.
  await expect(page.getByText("Follows what comes in")).toBeVisible();
  await page.route("**/operations.list?*", (route) => route.abort());
  await callThroughOpenAiDoor("While the list is followed");
  await expect(call).toHaveCount(3, { timeout: 4_000 });
  await page.unroute("**/operations.list?*");
  await page.route("**/operations.follow?*", (route) => route.abort());
  await page.reload();
  await expect(page.getByText("Reconnecting; looks every 5 seconds meanwhile")).toBeVisible();
  await expect(call).toHaveCount(3);
  await page.unroute("**/operations.follow?*");
  await expect(page.getByText("Follows what comes in")).toBeVisible();
});

test("usage is looked into by name, down to the price of a call, in the time zone that is chosen, and saved as a file", async () => {
  await page.getByRole("link", { name: "Usage", exact: true }).click();
  const table = page.getByRole("table", { name: "Usage by group" });
  await expect(table.getByRole("row", { name: /^Only gpt-4o-mini/ })).toContainText("$0.0000");
  await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await expect(page.getByText("In Asia/Tokyo")).toBeVisible();
  await page.getByLabel("Group by").selectOption("Key");
  await expect(table.getByRole("row").nth(1)).not.toContainText("tpk_");
  await page.getByLabel("Group by").selectOption("Model");
  await table.getByRole("button", { name: "Only gpt-4o-mini" }).click();
  await expect(page).toHaveURL(/model=gpt-4o-mini/);
  await page.reload();
  await expect(page.getByRole("button", { name: "Model gpt-4o-mini" })).toBeVisible();
  await expect(page.getByText("In Asia/Tokyo")).toBeVisible();
  await page.getByLabel("Time zone").selectOption({ index: 0 });

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("region", { name: "Export" }).getByRole("button", { name: "CSV" }).click(),
  ]);
  const lines = (await readFile(await file.path(), "utf8")).trim().split("\n");
  expect(lines.filter((line) => line.includes("gpt-4o-mini"))).toHaveLength(3);

  await page.getByRole("link", { name: "Calls behind this" }).click();
  await page
    .getByRole("button", { name: /^Details/ })
    .first()
    .click();
  const details = page.getByRole("dialog", { name: "Call" });
  const prices = details.getByRole("table", { name: "Quantities and prices" });
  await expect(prices.getByRole("row", { name: /^input/ })).toContainText("$0.15");
  await expect(details.getByRole("heading", { name: "Where the time went" })).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await page.goBack();
  await expect(details).toBeHidden();
});

const shownOn: Readonly<Record<string, () => Locator>> = {
  "/": () => page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first(),
  "/calls": () => page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first(),
  "/usage": () => page.getByRole("row", { name: /^Only gpt-4o-mini/ }),
  "/keys": () => page.getByRole("list", { name: "API keys" }).getByRole("listitem").first(),
  "/members": () => page.getByText("you", { exact: true }),
  "/security/user": () => page.getByText("this one"),
};

const forms = [1280, 390].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ colorScheme, width })),
);

const isWellIn = async (
  { colorScheme, width }: (typeof forms)[number],
  path: string,
  violationsNow = accessibilityProblems,
): Promise<void> => {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme });
  expect(await violationsNow(), `${path} ${colorScheme} ${width}`).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    `${path} at ${width} does not scroll sideways`,
  ).toBe(true);
  await picture(`${path.replaceAll("/", "-")}-${colorScheme}-${width}`);
};

const inUsualForm = async (): Promise<void> => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
};

let seen: Noticed | undefined;
/** What the pages of the dashboard do by themselves, from the first one that is looked at here. */
const noticed = (): Noticed => (seen ??= watch(context, [facts.gatewayUrl, facts.authUrl]));

for (const [path, content] of Object.entries(shownOn))
  test(`${path} is accessible, light and dark, wide and narrow`, async () => {
    test.setTimeout(180_000);
    noticed();
    await page.goto(`${facts.gatewayUrl}${path}`);
    await expect(content()).toBeVisible();
    await settle(page);
    const violationsNow = violationsAgain(page);
    for (const form of forms) await isWellIn(form, path, violationsNow);
    await inUsualForm();
  });

test("every other page is accessible in one of these forms; none is red in the console or asks another origin", async () => {
  test.setTimeout(300_000);
  const { policy, elsewhere, errors } = noticed();
  const others = dashboardPages.filter((path) => !(path in shownOn));
  expect(dashboardPages).toEqual(expect.arrayContaining(Object.keys(shownOn)));
  for (const [index, path] of [...others, missingPage].entries()) {
    await page.goto(`${facts.gatewayUrl}${path}`);
    await settle(page);
    const form = forms[index % forms.length];
    if (form !== undefined) await isWellIn(form, path);
  }
  // The address that nobody has is the one that may be missing.
  expect({ policy, elsewhere, errors: errors.filter((line) => !line.includes(missingPage)) }).toEqual({
    policy: [],
    elsewhere: [],
    errors: [],
  });
  await inUsualForm();
});

test("an administrator invites within the roles they may grant, and revokes the invitation [X4]", async () => {
  await page.goto(facts.gatewayUrl);
  await page.getByRole("link", { name: "Members" }).click();
  await expect(page.getByText("you", { exact: true })).toBeVisible();
  const offered = await page.getByLabel("Role", { exact: true }).locator("option").allTextContents();
  expect(offered).toContain("member");
  await page.getByLabel("E-mail address").fill("grace@example.com");
  await page.getByRole("button", { name: "Send the invitation" }).click();
  const open = page.getByRole("list", { name: "Open invitations" });
  await expect(open).toContainText("grace@example.com");
  await page.getByRole("button", { name: "Withdraw the invitation of grace@example.com" }).click();
  await expect(open).toBeHidden();
});

test("where the sign-in is an hour old, inviting asks for the password first, and not again for the next one [X6]", async () => {
  await setSignInBack(person.email);
  const open = page.getByRole("list", { name: "Open invitations" });
  const stepUp = page.getByRole("dialog", { name: "Confirm your identity" });
  const invite = async (address: string): Promise<void> => {
    await page.getByLabel("E-mail address").fill(address);
    await page.getByRole("button", { name: "Send the invitation" }).click();
  };
  await invite("grace@example.com");
  await expect(stepUp).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await stepUp.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Confirm your identity to make this change.")).toBeVisible();
  await expect(open).toBeHidden();

  await page.getByRole("button", { name: "Send the invitation" }).click();
  await stepUp.getByLabel("Your password").fill("not the password of this account");
  await page.keyboard.press("Enter");
  await expect(stepUp.getByRole("alert")).toHaveText("Wrong password.");
  await stepUp.getByLabel("Your password").fill(person.password);
  await page.keyboard.press("Enter");
  await expect(open).toContainText("grace@example.com");
  await invite("alan@example.com");
  await expect(open).toContainText("alan@example.com");
  await expect(stepUp).toBeHidden();
  for (const address of ["grace@example.com", "alan@example.com"])
    await page.getByRole("button", { name: `Withdraw the invitation of ${address}` }).click();
  await expect(open).toBeHidden();
});

test("a key is made for what was chosen, shown once, works, and is refused once it is revoked [F1]", async () => {
  await page.goto(facts.gatewayUrl);
  await page.getByRole("link", { name: "Keys" }).click();
  await page.getByRole("button", { name: "Make a key" }).click();
  const making = page.getByRole("dialog", { name: "Make an API key" });
  await making.getByLabel("Name").fill("Night job");
  await expect(making.getByLabel("Call AI models")).toBeVisible();
  await picture("make-a-key");
  expect(await accessibilityProblems()).toEqual([]);
  await making.getByRole("button", { name: "Make the key" }).click();
  await expect(making.getByText("Expected: at least one permission")).toBeVisible();
  await making.getByLabel("Call AI models").check();
  await making.getByLabel("Ends").selectOption("in 30 days");

  // As though the sign-in were long ago: the first attempt asks who is there.
  let refused = false;
  await page.route("**/api/api-keys", (route) => {
    if (refused || route.request().method() !== "POST") return route.continue();
    refused = true;
    return route.fulfill({ status: 403, ...refusal("reauthentication_required") });
  });
  await making.getByRole("button", { name: "Make the key" }).click();
  const stepUp = page.getByRole("dialog", { name: "Confirm your identity" });
  await stepUp.getByLabel("Your password").fill(person.password);
  await stepUp.getByRole("button", { name: "Confirm", exact: true }).click();
  const made = page.getByRole("dialog", { name: "Your new API key" });
  await expect(made.getByRole("button", { name: "Copy the API key" })).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await picture("made-key");
  const key = (await made.getByLabel("API key", { exact: true }).innerText()).trim();
  expect(key).toMatch(/^tpk_live_/);
  await made.getByRole("checkbox").check();
  await made.getByRole("button", { name: "Done" }).click();
  await page.unroute("**/api/api-keys");

  const row = page.getByRole("list", { name: "API keys" }).getByRole("listitem").filter({ hasText: "Night job" });
  await expect(row).toContainText("Call AI models");
  await expect(row).toContainText("never used");
  await expect(page.getByText(key)).toHaveCount(0);
  const call = (): Promise<number> =>
    fetch(`${facts.gatewayUrl}/v1/models`, { headers: { Authorization: `Bearer ${key}` } }).then(
      ({ status }) => status,
    );
  expect(await call()).toBe(200);
  await page.getByRole("button", { name: "Revoke Night job" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(row).toContainText("revoked");
  await expect.poll(call).toBe(401);
});

test("an operator admits an organization that waits, by keyboard, and takes it back [N1]", async () => {
  const workspace = `Workshop ${Date.now().toString(36)}`;
  const registered = await fetch(`${facts.authUrl}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      email: `${Date.now().toString(36)}@example.org`,
      password: "a stranger's plain sentence",
      developerWorkspace: true,
      createOrganization: true,
      organizationName: workspace,
    }),
  });
  expect(registered.status).toBe(202);
  await page.goto(`${facts.gatewayUrl}/organizations`);
  await expect(page.getByText("Operators of the platform see every organization")).toBeVisible();
  const shown = await page.getByRole("button", { name: /^Organization:/ }).textContent();
  const choose = async (name: string): Promise<void> => {
    await page.getByRole("button", { name: /^Organization:/ }).click();
    await page.getByRole("menuitemradio", { name, exact: true }).click();
  };
  await choose("Topolo Administration");
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(page.getByRole("button", { name: "Pages: Organizations" })).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  expect(await sidewaysScrollers()).toEqual([]);
  await picture("organizations-390");
  await page.setViewportSize({ width: 1280, height: 800 });
  const admit = page.getByRole("button", { name: `Admit ${workspace}` });
  await expect(admit).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await admit.focus();
  await page.keyboard.press("Enter");
  const budget = page.getByLabel("Budget a month, in US dollars");
  await budget.fill("five");
  await page.keyboard.press("Enter");
  await expect(budget).toHaveAttribute("aria-invalid", "true");
  expect(await accessibilityProblems()).toEqual([]);
  await budget.fill("5");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: `Admit ${workspace}?` })).toBeHidden();
  await expect(admit).toBeHidden();
  await page.getByLabel("Show").selectOption("admitted");
  const row = page.getByRole("listitem").filter({ hasText: workspace });
  await expect(row).toContainText("$5.00 a month");
  await page.getByRole("button", { name: `People of ${workspace}` }).click();
  await page.getByRole("button", { name: /^Recover / }).click();
  await page.getByLabel("How did the person show who they are?").fill("showed an identity card");
  expect(await accessibilityProblems()).toEqual([]);
  await page.getByRole("button", { name: "Recover the account" }).click();
  await expect(page.getByText("Nothing opens this account any more.")).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: `Take back the admission of ${workspace}` }).click();
  const withdraw = page.getByRole("dialog", { name: `Take back the admission of ${workspace}?` });
  await withdraw.getByRole("button", { name: "Take back" }).click();
  await expect(withdraw).toBeHidden();
  await expect(row).toBeHidden();
  await page.getByRole("button", { name: "Change the budget of Topolo", exact: true }).click();
  await page.getByLabel("No limit").uncheck();
  await budget.fill("50");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("listitem").filter({ hasText: "$50.00 a month" })).toBeVisible();
  await page.goto(`${facts.gatewayUrl}/system`);
  await expect(page.getByRole("region", { name: "Health" }).getByRole("listitem")).toHaveCount(8);
  await expect(page.getByRole("region", { name: "Installation" })).toContainText("fsync on");
  await expect(page.getByRole("region", { name: "Versions" })).toContainText("applied");
  await expect(page.getByRole("region", { name: "Processes" })).toContainText("answered this");
  expect(await accessibilityProblems()).toEqual([]);
  await pictures(page, "system");
  await page.goto(`${facts.gatewayUrl}/audit?whose=platform`);
  const changes = page.getByRole("table", { name: "Changes, newest first" });
  await expect(changes.getByRole("row", { name: /admitted the organization.*Topolo/ }).first()).toBeVisible();
  await page.goto(`${facts.gatewayUrl}/organizations`);
  await choose(shown ?? "");
  await expect(page.getByText("Operators of the platform see every organization")).toBeVisible();
});

test("a platform credential is stored, tested, replaced and disabled, and its secret comes back in nothing [N5]", async () => {
  const secrets = ["sk-platform-canary-one-7f3a", "sk-platform-canary-two-91bd"] as const;
  const spellings = secrets.flatMap((secret) => [
    secret,
    Buffer.from(secret).toString("base64"),
    encodeURIComponent(secret),
  ]);
  const bodies: Promise<string>[] = [];
  const collect = (response: Response): void => void bodies.push(response.text().catch(() => ""));
  page.on("response", collect);
  await page.getByRole("button", { name: /^Organization:/ }).click();
  const shown = await page.getByRole("menuitemradio", { checked: true }).textContent();
  await page.getByRole("menuitemradio", { name: "Topolo Administration", exact: true }).click();
  await page.getByRole("link", { name: "Credentials", exact: true }).click();
  const defaults = page.getByRole("list", { name: "Defaults of the platform" });
  // Those in use are closed.
  await expect(defaults.getByRole("button", { name: /^OpenAI in use/ })).toHaveAttribute("aria-expanded", "false");
  await page.getByRole("button", { name: "Store a credential" }).click();
  const storing = page.getByRole("dialog", { name: "Store a credential" });
  await storing.getByLabel("Vendor", { exact: true }).selectOption({ label: "vLLM" });
  await storing.getByLabel("API key (optional)").fill(secrets[0]);
  await storing.getByLabel("Address").fill(`${new URL(facts.mailboxUrl).origin}/compatible/v1`);
  await picture("platform-credentials-store");
  await storing.getByRole("button", { name: "Store", exact: true }).click();
  const row = defaults.getByRole("listitem").filter({ hasText: "vLLM" });
  await row.getByRole("button", { name: /^vLLM/ }).click();
  await expect(row).toContainText("pcred_platform_vllm");
  await expect(row).toContainText(`by ${person.name}`);
  await row.getByRole("button", { name: "Test this key for vLLM" }).click();
  await expect(row).toContainText("vLLM takes this credential. Tested");
  // Again at once: it is said when, rather than waited for.
  await row.getByRole("button", { name: "Test this key for vLLM" }).click();
  await expect(row.getByRole("alert")).toContainText(/tested moments ago.* Try again in \d+ seconds/, {
    timeout: 4_000,
  });
  // What is half faded out has no contrast.
  await expect(page.getByRole("button", { name: "Dismiss" })).toHaveCount(0);
  expect(await accessibilityProblems()).toEqual([]);
  await everyLook(page, "platform-credentials");
  await row.getByRole("button", { name: "Replace the key for vLLM" }).click();
  const replacing = page.getByRole("dialog", { name: "Replace the key for vLLM" });
  await expect(replacing.getByLabel("API key (optional)")).toHaveValue("");
  await replacing.getByLabel("API key (optional)").fill(secrets[1]);
  await replacing.getByRole("button", { name: "Replace the key" }).click();
  await expect(row).toContainText("version 2");
  await expect(row).toContainText("none of this secret");
  await row.getByRole("button", { name: "Disable the key for vLLM" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await expect(row).toContainText("disabled");
  await page.getByLabel("Organization, by name").fill("Topolo");
  await page.getByRole("button", { name: /^Topolo topolo/ }).click();
  await expect(page.getByText("Topolo has no override")).toBeVisible();
  await expect(page.getByRole("button", { name: "Dismiss" })).toHaveCount(0);
  expect(await accessibilityProblems()).toEqual([]);
  await page.reload();
  // One that is not in use is open.
  await expect(row.getByRole("button", { name: /^vLLM/ })).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByText("Topolo has no override")).toBeVisible();
  await everyLook(page, "platform-credentials-overrides");
  const seen = [await page.content(), ...(await Promise.all(bodies))];
  expect(seen.length).toBeGreaterThan(20);
  for (const spelling of spellings) expect(seen.filter((body) => body.includes(spelling))).toEqual([]);
  page.off("response", collect);
  await page.getByRole("button", { name: /^Organization:/ }).click();
  await page.getByRole("menuitemradio", { name: shown ?? "", exact: true }).click();
  await expect(page.getByText("Operators of the platform see the platform's credentials")).toBeVisible();
});

test("a budget that operators imposed is marked as theirs, wide and narrow [N1]", async () => {
  // The gateway makes it with the first call after the admission.
  await callThroughOpenAiDoor("Hello again");
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(facts.gatewayUrl);
    const mark = page.getByText("by the platform");
    await expect(mark).toBeVisible();
    await mark.scrollIntoViewIfNeeded();
    expect(await accessibilityProblems()).toEqual([]);
    await picture(`imposed-budget-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test("a reload never shows the sign-in form, however slow Auth is [C6, N6]", async () => {
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

test("an outage of Auth shows a message and signs nobody out [C6]", async () => {
  let asked = 0;
  await page.route("**/refresh", (route) => {
    asked += 1;
    return route.fulfill({ status: 503, contentType: "application/json", body: "{}" });
  });
  await page.goto(facts.gatewayUrl);
  await expect(page.getByText("Topolo Auth cannot be reached.")).toBeVisible();
  expect(await formSeen()).toEqual([]);
  const before = asked;
  await page.getByRole("button", { name: "Try now" }).click();
  await expect.poll(() => asked).toBeGreaterThan(before);
  // The page keeps trying by itself, ever more slowly.
  await page.unroute("**/refresh");
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first()).toBeVisible({ timeout: 40_000 });
  expect(await formSeen()).toEqual([]);
});

test("two tabs that refresh at once, again and again, stay signed in [C1, C2, N6]", async () => {
  const other = await context.newPage();
  const answers: number[] = [];
  for (const tab of [page, other])
    tab.on("response", (response) => {
      if (new URL(response.url()).pathname === "/refresh" && response.request().method() === "POST")
        answers.push(response.status());
    });
  await other.goto(facts.gatewayUrl);
  // A tab that is back first gives its token to the other: a round has one refresh or two.
  for (let round = 0; round < 5 || (answers.length < 6 && round < 15); round += 1) {
    await Promise.all([page.reload(), other.reload()]);
    for (const tab of [page, other]) await expect(tab.getByRole("heading", { name: "Home" })).toBeVisible();
  }
  expect(answers.length).toBeGreaterThanOrEqual(6);
  expect(new Set(answers)).toEqual(new Set([200]));
  for (const tab of [page, other]) expect(new URL(tab.url()).origin).toBe(facts.gatewayUrl);
  await other.close();
});

test("another app restores the same session, with one refresh for forty callers in two tabs [C1, C3]", async () => {
  const tabs = [await context.newPage(), await context.newPage()];
  const answers: number[] = [];
  for (const tab of tabs) {
    await tab.goto(app.origin);
    await expect(tab.getByText("authenticated", { exact: true })).toBeVisible();
  }
  for (const tab of tabs)
    tab.on("response", (response) => {
      if (new URL(response.url()).pathname === "/refresh" && response.request().method() === "POST")
        answers.push(response.status());
    });
  const tokens = await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(async () => {
        const client: { refresh: () => Promise<{ accessToken: string }> } = Reflect.get(globalThis, "auth");
        const sessions = await Promise.all(Array.from({ length: 20 }, () => client.refresh()));
        return [...new Set(sessions.map(({ accessToken }) => accessToken))];
      }),
    ),
  );
  expect(tokens.map(({ length }) => length)).toEqual([1, 1]);
  expect(answers.length).toBeLessThanOrEqual(2);
  expect(new Set(answers)).toEqual(new Set([200]));
  for (const tab of tabs) await tab.close();
});

test("the page of a registered app calls Nexus with its person's token; any other is told which origin to register", async () => {
  const ask = (tab: Page): Promise<unknown> =>
    tab.evaluate(async () => {
      const nexus: { ai: Record<string, { mutate: (input: object) => Promise<Record<string, unknown>> }> } =
        Reflect.get(globalThis, "nexus");
      const input = { model: "openai/gpt-4o-mini", prompt: "Hello", maxOutputTokens: 20 };
      return nexus.ai["generateText"]?.mutate(input).then(
        ({ text }) => ({ text }),
        ({ code, effect, details, message }) => ({ code, effect, details, message }),
      );
    });
  const [own, strange] = [await context.newPage(), await context.newPage()];
  await own.goto(app.origin);
  await expect(own.getByText("authenticated", { exact: true })).toBeVisible();
  expect(await ask(own)).toEqual({ text: expect.stringMatching(/\w/) });
  await strange.goto(app.strangersOrigin);
  await expect.poll(() => strange.evaluate(() => "nexus" in globalThis)).toBe(true);
  expect(await ask(strange)).toEqual({
    code: "CONNECTION_FAILED",
    effect: "none",
    details: { reason: "cors" },
    message: expect.stringContaining(`register ${app.strangersOrigin} as an origin of your app`),
  });
  await own.close();
  await strange.close();
});

test("without a session no page and no form discloses anything", async () => {
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
      expect(response.status, `${path} ${JSON.stringify(headers)}`).toBeLessThan(500);
      for (const secret of [person.email, "gpt-4o-mini", facts.apiKey])
        expect(text, `${path} ${JSON.stringify(headers)}`).not.toContain(secret);
    }
  }
});

test("pages have a strict content security policy with a nonce of their own", async () => {
  const policies = await Promise.all(
    ["/", "/welcome"].map(
      async (path) => (await fetch(`${facts.gatewayUrl}${path}`)).headers.get("content-security-policy") ?? "",
    ),
  );
  for (const policy of policies) {
    expect(policy).toMatch(/script-src 'nonce-[A-Za-z0-9+/=]{20,}' 'strict-dynamic'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ${facts.authUrl};`);
    expect(policy).toContain(`frame-src 'self' ${facts.authUrl};`);
    expect(policy).not.toContain("unsafe");
  }
  expect(new Set(policies).size).toBe(policies.length);
});

test("signing out ends both sessions, in every tab and in the app of another origin [D8]", async () => {
  const [other, elsewhere] = [await context.newPage(), await context.newPage()];
  noticeViolations(other);
  await other.goto(`${facts.gatewayUrl}/calls`);
  await expect(other.getByRole("heading", { name: "Calls", exact: true })).toBeVisible();
  await elsewhere.goto(app.origin);
  await expect(elsewhere.getByText("authenticated", { exact: true })).toBeVisible();
  await expect.poll(() => dashboardSession(other)).toHaveProperty("sid");

  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out here and in the other Topolo apps")).toBeVisible();
  await expect(other.getByText("You were signed out in another app or window.")).toBeVisible();
  await expect(elsewhere.getByText("unauthenticated", { exact: true })).toBeVisible();
  expect(await dashboardSession(page)).toEqual({});
  expect(await accessibilityProblems()).toEqual([]);

  // Back to where the other tab was, by one sign-in at Auth.
  await other.getByRole("button", { name: "Sign in" }).click();
  await fillSignIn(other);
  await expect(other.getByRole("heading", { name: "Calls", exact: true })).toBeVisible();
  await page.goto(facts.gatewayUrl);
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  await other.close();
  await elsewhere.close();
});

test("signing out in the other app reaches the dashboard and its own session [D8]", async () => {
  const elsewhere = await context.newPage();
  await elsewhere.goto(app.origin);
  await expect(elsewhere.getByText("authenticated", { exact: true })).toBeVisible();
  await expect.poll(() => dashboardSession(page)).toHaveProperty("sid");
  await elsewhere.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You were signed out in another app or window.")).toBeVisible();
  await expect.poll(() => dashboardSession(page)).toEqual({});
  await page.reload();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await elsewhere.close();
});

test("an external link cannot choose where signing in leads [D2]", async () => {
  await page.goto(`${facts.gatewayUrl}/welcome?callbackUrl=${encodeURIComponent("//example.com/")}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page);
  expect(new URL(page.url()).origin).toBe(facts.gatewayUrl);
  const kept = await page.evaluate(async () => {
    const { csrfToken }: { csrfToken: string } = await (await fetch("/api/auth/csrf")).json();
    const body = new URLSearchParams({ csrfToken, callbackUrl: "https://example.com/", json: "true" });
    await fetch("/api/auth/signin/topolo", { method: "POST", body });
  });
  expect(kept).toBeUndefined();
  const cookies = await context.cookies(facts.gatewayUrl);
  const callback = cookies.find(({ name }) => name === "next-auth.callback-url")?.value ?? "";
  expect(decodeURIComponent(callback)).toBe(facts.gatewayUrl);
});

test("an authorization response that this browser did not ask for signs nobody in [D2]", async ({ browser }) => {
  // Somebody else's sign-in, complete up to the last step.
  const authorize = await page.evaluate(async () => {
    const { csrfToken }: { csrfToken: string } = await (await fetch("/api/auth/csrf")).json();
    const body = new URLSearchParams({ csrfToken, callbackUrl: "/", json: "true" });
    const answer = await fetch("/api/auth/signin/topolo", { method: "POST", body });
    const { url }: { url: string } = await answer.json();
    return url;
  });
  const stolen = (await page.request.get(authorize, { maxRedirects: 0 })).headers()["location"] ?? "";
  expect(stolen).toContain(`${facts.gatewayUrl}/api/auth/callback/topolo?code=`);

  const victim = await browser.newContext();
  const target = await victim.newPage();
  for (const url of [stolen, stolen.replace(/state=[^&]*/, "state=x"), stolen.replace(/&?iss=[^&]*/, "")]) {
    await target.goto(url);
    await expect(target.getByText("The sign-in was interrupted.")).toBeVisible();
    expect(await dashboardSession(target)).toEqual({});
  }
  await victim.close();

  // The same answer with another issuer, or without one, in the browser that did begin.
  for (const altered of [
    stolen.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example"),
    stolen.replace(/&?iss=[^&]*/, ""),
  ]) {
    const answer = await page.request.get(altered, { maxRedirects: 0 });
    expect(answer.headers().location ?? "").toContain("error=OAuthCallback");
  }
  await page.goto(facts.gatewayUrl);
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
});

/** An answer as though of Auth. */
const authAnswer = (body: unknown) => ({
  contentType: "application/json",
  headers: { "access-control-allow-origin": facts.gatewayUrl, "access-control-allow-credentials": "true" },
  body: JSON.stringify(body),
});
const refusal = (code: string) => authAnswer({ error: { code, message: "" } });

test("passkey, authenticator app and recovery codes are set up on the account's page [D1]", async () => {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(facts.gatewayUrl);
  await page.getByRole("button", { name: "Account" }).click();
  await expect(page.getByRole("menuitem", { name: "Your apps" })).toHaveAttribute("href", facts.authUrl);
  await page.getByRole("menuitem", { name: "Account and security" }).click();
  await expect(page.getByText("this one")).toBeVisible();

  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill("Pocket key");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("list", { name: "Passkeys" })).toContainText("Pocket key");

  // As though the sign-in were long ago: the first attempt asks who is there.
  await page.route("**/api/me/mfa/totp", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 403, ...refusal("reauthentication_required") })
      : route.continue(),
  );
  await page.getByRole("button", { name: "Set up", exact: true }).click();
  const stepUp = page.getByRole("dialog", { name: "Confirm your identity" });
  await expect(stepUp).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  await page.unroute("**/api/me/mfa/totp");
  await stepUp.getByRole("button", { name: "Use a passkey" }).click();

  const setUp = page.getByRole("dialog", { name: "Set up an authenticator app" });
  await expect(setUp.getByRole("img", { name: "QR code" })).toBeVisible();
  expect(await accessibilityProblems()).toEqual([]);
  const secret = (await setUp.locator("code").innerText()).trim();
  await setUp.getByLabel("Six digits from your app").fill(new TOTP({ secret }).generate());
  await setUp.getByRole("button", { name: "Turn on" }).click();
  const codes = page.getByRole("dialog", { name: "Keep your recovery codes" });
  await expect(codes.getByRole("listitem")).toHaveCount(10);
  await codes.getByRole("checkbox").check();
  await codes.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("10 left")).toBeVisible();

  // Without the second factor at sign-in, and without the app: the other journeys use the password alone. As though the
  // sign-in were long ago, it takes both once more; a code of the next half minute, since the present one was used.
  let refused = false;
  await page.route("**/api/me/mfa/required", (route) => {
    if (refused || route.request().method() !== "PUT") return route.continue();
    refused = true;
    return route.fulfill({ status: 403, ...refusal("reauthentication_required") });
  });
  await page.getByRole("button", { name: "Turn off" }).click();
  await expect(stepUp).toBeVisible();
  await stepUp.getByLabel("Your password").fill(person.password);
  await expect(stepUp.getByLabel("And")).toHaveValue("totp");
  expect(await accessibilityProblems()).toEqual([]);
  await stepUp
    .getByLabel("Six digits from your app")
    .fill(new TOTP({ secret }).generate({ timestamp: Date.now() + 30_000 }));
  await stepUp.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByRole("button", { name: "Turn on" })).toBeVisible();
  await page.unroute("**/api/me/mfa/required");
  await page.getByRole("button", { name: "Remove the authenticator app" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("button", { name: "Set up", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Remove Pocket key" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByText("You have no passkey yet.")).toBeVisible();
});

test("a connected app is listed with its permissions and disconnected after a confirmation [D1]", async () => {
  await expect(page.getByText("No connected apps.")).toBeVisible();
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  const scopes = [{ name: "email", description: "See your e-mail address" }];
  const app = { clientId: "partner", name: "Partner", serviceId: "srv_partner", scopes, services: [], grantedAt: at };
  let consents: unknown[] = [app];
  await page.route("**/api/me/consents{,/*}", (route) => {
    if (route.request().method() === "DELETE") consents = [];
    return route.fulfill(authAnswer({ consents }));
  });
  await page.reload();
  await expect(page.getByRole("list", { name: "What Partner may do" })).toContainText("See your e-mail address");
  await expect(page.getByText("Connected 3h ago, never used")).toBeVisible();
  await page.getByRole("button", { name: "Disconnect Partner" }).click();
  const question = page.getByRole("dialog", { name: "Disconnect Partner?" });
  expect(await accessibilityProblems()).toEqual([]);
  await question.getByRole("button", { name: "Keep it" }).click();
  await expect(page.getByRole("button", { name: "Disconnect Partner" })).toBeFocused();
  await page.getByRole("button", { name: "Disconnect Partner" }).click();
  await question.getByRole("button", { name: "Disconnect", exact: true }).click();
  await expect(page.getByText("Partner is disconnected.")).toBeVisible();
  await expect(page.getByText("No connected apps.")).toBeVisible();
  await page.unroute("**/api/me/consents{,/*}");
});

test("a session that cannot be kept ends at the welcome page, not in a loop [X14, C6]", async ({ browser }) => {
  test.setTimeout(90_000);
  const stubborn = await browser.newContext();
  const target = await stubborn.newPage();
  let left = 0;
  target.on("request", (request) => {
    if (new URL(request.url()).pathname === "/sso/authorize") left += 1;
  });
  // The browser withholds Auth's cookie from the dashboard, and from it alone.
  await target.route("**/refresh", (route) =>
    route.fulfill({
      status: 401,
      contentType: "application/json",
      headers: {
        "access-control-allow-origin": facts.gatewayUrl,
        "access-control-allow-credentials": "true",
      },
      body: JSON.stringify({ error: { code: "session_missing" } }),
    }),
  );
  await target.goto(facts.gatewayUrl);
  await fillSignIn(target);
  // Three times to Auth and back come first, which takes a busy machine longer than a page does.
  await expect(target.getByText("You could not be kept signed in.")).toBeVisible({ timeout: 45_000 });
  expect(left).toBeLessThanOrEqual(4);
  await stubborn.close();
});

test("no page violated the content security policy", () => {
  expect(violations).toEqual([]);
});
