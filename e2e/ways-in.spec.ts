import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun } from "./first-run.ts";
import { linkInMail } from "./mailbox.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

// The same product may be asked more than once.
const run = Date.now().toString(36);
const email = `owner-${run}@example.com`;
const moved = `moved-${run}@example.com`;
const attackers = "the attacker's plain sentence";
const owners = "the owner's entirely other sentence";

let auth: string;
let attacker: BrowserContext;
let owner: BrowserContext;
let page: Page;

const signIn = async (target: Page, address: string, password: string): Promise<void> => {
  await target.getByLabel("E-mail").fill(address);
  await target.getByLabel("Password", { exact: true }).fill(password);
  await target.getByRole("button", { name: "Sign in", exact: true }).click();
};

/** Looks at the page as it is, light and dark, where a folder for the pictures is named. */
const picture = async (name: string): Promise<void> => {
  const folder = process.env.E2E_PICTURES;
  if (folder === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
};

test.beforeAll(async ({ browser }) => {
  auth = readFirstRun().authUrl;
  attacker = await browser.newContext();
  owner = await browser.newContext();
  page = await owner.newPage();
});
test.afterAll(async () => {
  await attacker.close();
  await owner.close();
});

test("the owner of an address confirms nothing for somebody who registered it, and takes the account over [D1]", async () => {
  const other = await attacker.newPage();
  await other.goto(`${auth}/register`);
  await other.getByLabel("Your name").fill("Mallory");
  await other.getByLabel("E-mail").fill(email);
  await other.getByLabel("Password", { exact: true }).fill(attackers);
  await other.getByRole("button", { name: "Create account" }).click();
  await expect(other.getByRole("heading", { name: "Check your e-mail" })).toBeVisible();
  await other.goto(`${auth}/sign-in`);
  await signIn(other, email, attackers);
  await other.waitForURL(`${auth}/home`);

  const posted: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posted.push(new URL(request.url()).pathname);
  });
  await page.goto(await linkInMail(email, "/verify-email"));
  const confirm = page.getByRole("button", { name: "Confirm the address" });
  await expect(confirm).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();
  await page.waitForTimeout(500);
  // Opening the page only reads; whoever scans mail opens it as well.
  expect(posted).toEqual(["/email/links/preview"]);
  expect(await problemsOf(page)).toEqual([]);
  await picture("verify");
  await page.getByLabel("Password of the account").fill(owners);
  await confirm.click();
  await expect(page.getByRole("alert").filter({ hasText: "Wrong password" })).toBeFocused();
  await expect(page.getByText("Please enter the password of the account.")).toBeVisible();
  await picture("verify-refused");

  await page.getByRole("link", { name: "Choose a new password" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { name: "Check your e-mail" })).toBeVisible();
  await page.goto(await linkInMail(email, "/reset-password"));
  await page.getByRole("textbox", { name: "New password" }).fill(owners);
  await page.getByRole("button", { name: "Save password" }).click();
  await expect(page.getByRole("heading", { name: "Your password was changed" })).toBeVisible();
  await picture("reset-done");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signIn(page, email, owners);
  await page.waitForURL(`${auth}/ways-in`);
  await expect(page.getByText("Only your password and this browser open your account.")).toBeVisible();
  await picture("ways-in-none");

  await other.goto(`${auth}/home`);
  await other.waitForURL((url) => url.pathname === "/sign-in");
  await signIn(other, email, attackers);
  await expect(other.getByRole("alert").getByText("Wrong e-mail address or password")).toBeVisible();
});

test("every other way into the account is listed, and one button drops it [D1]", async () => {
  const other = await attacker.newPage();
  await other.goto(`${auth}/sign-in`);
  await signIn(other, email, owners);
  await other.waitForURL(`${auth}/home`);
  const devtools = await attacker.newCDPSession(other);
  await devtools.send("WebAuthn.enable", { enableUI: false });
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
  await other.goto(`${auth}/add-passkey`);
  await other.getByLabel("Name of the passkey").fill("Somebody's passkey");
  await other.getByRole("button", { name: "Add a passkey" }).click();
  await expect(other.getByRole("heading", { name: "Your passkey is ready" })).toBeVisible();

  await page.goto(`${auth}/`);
  await page.getByRole("link", { name: "Ways into your account" }).click();
  await expect(page.getByText("Somebody's passkey")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Other sessions" })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture("ways-in");
  await page.getByRole("button", { name: "Remove all of these" }).click();
  await expect(page.getByText("All other ways are gone.")).toBeVisible();
  await expect(page.getByText("Somebody's passkey")).toBeHidden();
  expect(await problemsOf(page)).toEqual([]);
  await picture("ways-in-dropped");
  await other.goto(`${auth}/home`);
  await other.waitForURL((url) => url.pathname === "/sign-in");
});

test("an address changes when both links were confirmed with the password, and the list follows [D1]", async () => {
  await page.goto(`${auth}/`);
  const asked = await page.evaluate(
    async (body) => {
      const headers = { "X-Topolo-Auth": "1", "Content-Type": "application/json" };
      return (await fetch("/api/me/email", { method: "POST", headers, body: JSON.stringify(body) })).status;
    },
    { email: moved, password: owners },
  );
  expect(asked).toBe(202);
  await page.goto(await linkInMail(moved, "/verify-email"));
  const confirm = page.getByRole("button", { name: "Confirm the change" });
  await expect(confirm).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture("change");
  await page.getByLabel("Password of the account").fill(owners);
  await confirm.click();
  await expect(page.getByRole("heading", { name: "This address has confirmed" })).toBeVisible();
  await picture("change-half");
  const first = await linkInMail(email, "/verify-email");
  await page.goto("about:blank");
  await page.goto(first);
  await page.getByLabel("Password of the account").fill(owners);
  await confirm.click();
  await expect(page.getByRole("heading", { name: "Your e-mail address was changed" })).toBeVisible();
  await picture("change-done");
  await page.getByRole("link", { name: "See every way into your account" }).click();
  await page.waitForURL(`${auth}/ways-in`);
});
