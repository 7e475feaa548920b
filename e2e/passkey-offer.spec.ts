import { expect, test, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun } from "./first-run.ts";
import { haveScreenLock } from "./have-screen-lock.ts";
import { linkInMail } from "./mailbox.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = Date.now().toString(36);
const password = "a very plain test sentence";
const email = `offered-${run}@example.com`;
const unverified = `unverified-${run}@example.com`;
const offer = "Sign in without a password";

let auth: string;

const register = async (page: Page, address: string): Promise<void> => {
  await page.goto(`${auth}/register`);
  await page.getByLabel("Your name").fill("Mary Shelley");
  await page.getByLabel("E-mail").fill(address);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Check your e-mail" })).toBeVisible();
};

const signIn = async (page: Page, address: string, to: string): Promise<void> => {
  await page.goto(`${auth}/sign-in?return_to=${encodeURIComponent(to)}`);
  await page.getByLabel("E-mail").fill(address);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
};

const signOut = async (page: Page): Promise<void> => {
  await page.goto(`${auth}/`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
};

const openPage = async (browser: Browser): Promise<readonly [BrowserContext, Page]> => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await haveScreenLock(page);
  return [context, page];
};

const passkeysOf = (page: Page): Promise<unknown> =>
  page.evaluate(async () => (await fetch("/api/me/passkeys")).json());

test.beforeAll(async ({ browser }) => {
  auth = readFirstRun().authUrl;
  const context = await browser.newContext();
  const page = await context.newPage();
  await register(page, unverified);
  await register(page, email);
  await page.goto(await linkInMail(email, "/verify-email"));
  await page.getByLabel("Password of the account").fill(password);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is verified" })).toBeVisible();
  await context.close();
});

test('a sign-in by password leads to the offer of a passkey once, and "Not now" is remembered [D1]', async ({
  browser,
}) => {
  const [context, page] = await openPage(browser);
  await signIn(page, email, "/choose-organization");
  await expect(page.getByRole("heading", { name: offer })).toBeVisible();
  expect(page.url()).toBe(`${auth}/add-passkey?return_to=%2Fchoose-organization`);
  expect(await problemsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Not now" }).click();
  await page.waitForURL(`${auth}/choose-organization`);
  await signOut(page);
  await signIn(page, email, "/choose-organization");
  await page.waitForURL(`${auth}/choose-organization`);
  await context.close();
});

test("nothing is offered before the address is verified, nor on the way to a device's approval [D1]", async ({
  browser,
}) => {
  const [context, page] = await openPage(browser);
  await signIn(page, unverified, "/choose-organization");
  await page.waitForURL(`${auth}/choose-organization`);
  await signOut(page);
  await signIn(page, email, "/device?user_code=BCDF-GHJK");
  await page.waitForURL(`${auth}/device?user_code=BCDF-GHJK`);
  await context.close();
});

test("a browser that may makes a passkey by itself after a sign-in by password, and nothing is offered any more [D1]", async ({
  browser,
}) => {
  const [context, page] = await openPage(browser);
  // The virtual authenticator answers no such request; a password manager that keeps the password does.
  await context.addInitScript(() => {
    if (!("credentials" in navigator)) return;
    const create = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = (options) =>
      create({ ...options, mediation: undefined } as CredentialCreationOptions);
  });
  await signIn(page, email, "/choose-organization");
  await page.waitForURL(`${auth}/choose-organization`);
  expect(await passkeysOf(page)).toMatchObject({ passkeys: [{ name: "Chrome on Linux" }] });
  await signOut(page);
  await page.goto(`${auth}/sign-in`);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL(`${auth}/home`);
  await context.close();

  // Elsewhere the account has a passkey now; the password still signs in there, and that is all.
  const [others, other] = await openPage(browser);
  await signIn(other, email, "/choose-organization");
  await other.waitForURL(`${auth}/choose-organization`);
  await others.close();
});
