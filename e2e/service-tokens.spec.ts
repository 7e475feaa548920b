import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";
import { setSignInBack } from "./set-sign-in-back.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = promisify(execFile);
const name = Date.now().toString(36);
const owner = { email: `tokens-${name}@example.com`, password: "a very plain test sentence" };

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let organizationId = "";
let first = "";

const row = () => page.getByRole("list", { name: "Service tokens" }).getByRole("listitem");

/** Reads the organization's usage with a token. */
const use = (token: string): Promise<number> =>
  fetch(`${facts.gatewayUrl}/api/usage/budgets`, {
    headers: { "X-Nexus-Service-Token": token, "X-Nexus-Organization-Id": organizationId },
  }).then(({ status }) => status);

/** The token that the dialog shows this once. */
const shown = async (): Promise<string> => {
  const dialog = page.getByRole("dialog", { name: "Your service token" });
  // The first call is copied and made as it stands.
  const { stdout } = await run("sh", [
    "-c",
    (await dialog.getByRole("tabpanel").innerText()).replace("curl ", "curl -s "),
  ]);
  expect(stdout).toContain('"budgets"');
  const token = (await dialog.getByLabel("service token", { exact: true }).innerText()).trim();
  await dialog.getByLabel("I have put it in a safe place").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  expect(await page.content()).not.toContain(token);
  return token;
};

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(() => context.close());

test("a token is made by keyboard, after a sign-in that was too old is confirmed, and works", async () => {
  const me = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name: `Tokens ${name}`, owner }, "/");
  organizationId = /org_\w+/.exec((await me).url())?.[0] ?? "";
  await page.goto(`${facts.gatewayUrl}/keys`);
  await page.getByRole("link", { name: "Service tokens" }).click();
  await expect(page.getByText("There is no token yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await setSignInBack(owner.email);
  await page.reload();
  await page.getByRole("button", { name: "Make a token" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Make a service token" });
  await expect(dialog.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.type("Nightly backend");
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await expect(dialog.getByText("Expected: at least one permission")).toBeVisible();
  await dialog.getByLabel("See budgets").check();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "service-tokens-make");
  await dialog.getByRole("button", { name: "Make the token" }).press("Enter");
  const stepUp = page.getByRole("dialog", { name: "Confirm your identity" });
  await stepUp.getByLabel("Your password").fill(owner.password);
  await stepUp.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Your service token" })).toBeVisible();
  await picture(page, "service-tokens-shown");
  first = await shown();
  await expect(row()).toContainText("See budgets");
  await expect(row().getByRole("link")).toHaveAttribute("href", /^\/usage\?period=month&key=nst_/);
  await expect(row()).toContainText("never used");
  await expect.poll(() => use(first)).toBe(200);
});

test("it is replaced, and revoked after a question", async () => {
  await page.getByRole("button", { name: "Replace Nightly backend" }).click();
  await page.getByRole("dialog").getByLabel("The old token").selectOption("works for another hour");
  await page.getByRole("dialog").getByRole("button", { name: "Replace", exact: true }).click();
  const second = await shown();
  await expect(row()).toContainText("replaced");
  await expect(row()).toContainText("The one before it still works, until");
  await expect.poll(() => use(second)).toBe(200);
  expect(await use(first)).toBe(200);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "service-tokens-list");
  await page.getByRole("button", { name: "Revoke Nightly backend" }).click();
  const question = page.getByRole("dialog", { name: "Revoke Nightly backend?" });
  await question.getByRole("button", { name: "Keep it" }).click();
  expect(await use(second)).toBe(200);
  await page.getByRole("button", { name: "Revoke Nightly backend" }).click();
  await question.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(row()).toContainText("revoked");
  await expect(page.getByRole("button", { name: "Revoke Nightly backend" })).toHaveCount(0);
  await expect.poll(() => use(second)).toBe(401);
  expect(await use(first)).toBe(401);
});
