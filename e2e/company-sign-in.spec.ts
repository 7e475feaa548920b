import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { startDnsServer, type DnsServer } from "../test/dns-server.ts";
import { startOpenIdIssuer, type OpenIdIssuer } from "../test/openid-issuer.ts";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { picture } from "./picture.ts";
import { productUnderTest } from "./product-under-test.ts";
import { registerCompany } from "./register-company.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

// The same product may be asked more than once.
const run = Date.now().toString(36);
const company = `Company ${run}`;
const domain = `${run}.example`;
const owner = { email: `owner-${run}@example.com`, password: "a very plain test sentence" };
const member = { sub: `sub-${run}`, email: `ann@${domain}`, email_verified: true, name: "Ann Example" };

let facts: FirstRunFacts;
let dns: DnsServer;
let provider: OpenIdIssuer | undefined;
let context: BrowserContext;
let page: Page;

const card = (name: string) => page.getByRole("region", { name, exact: true });

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  dns = await startDnsServer(productUnderTest().dnsPort);
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(async () => {
  await context.close();
  await dns.close();
  await provider?.close();
});

test("the owner of a company finds what to set up from the page of its members", async () => {
  await registerCompany(page, facts, { name: company, owner }, "/members");
  await page.getByRole("link", { name: "Company sign-in" }).click();
  await expect(page.getByRole("heading", { name: "Sign-in and provisioning" })).toBeVisible();
  await expect(page.getByText("No domain yet.")).toBeVisible();
  await expect(page.getByText("Verify a domain first.")).toBeVisible();
  await expect(page.getByText("No token yet.")).toBeVisible();
  await expect(page.getByText("No group yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "company-empty");
});

test("a domain is verified by the record that the page names", async () => {
  await page.getByLabel("Add a domain", { exact: true }).fill("not a domain");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Add a domain", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Add a domain", { exact: true }).fill(domain);
  await page.keyboard.press("Enter");
  const row = page.getByRole("list", { name: "Domains" }).getByRole("listitem");
  await expect(row).toContainText("not verified yet");
  const verify = page.getByRole("button", { name: `Verify ${domain}` });
  await verify.click();
  await expect(row.getByRole("alert")).toContainText("TXT record was not found");
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: facts.gatewayUrl });
  const copied = async (label: string): Promise<string> => {
    await page.getByRole("button", { name: label }).click();
    await expect(row.getByText("Copied")).toHaveCount(1);
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const name = await copied(`Copy TXT record's name for ${domain}`);
  await expect(row.getByText("Copied")).toHaveCount(0);
  const value = await copied(`Copy TXT record's value for ${domain}`);
  expect(name).toBe(`_topolo.${domain}`);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "company-domain");
  dns.records.set(name, [value]);
  await verify.click();
  await expect(row.getByText("verified", { exact: true })).toBeVisible();
});

test("the company's OpenID provider is set up, tried out and enforced", async () => {
  const signIn = card("Sign-in");
  await expect(signIn.getByLabel("Issuer")).toBeVisible();
  const redirect = await signIn.getByText(/\/organization-sign-in\/org_\w+\/callback$/).textContent();
  provider = await startOpenIdIssuer([redirect ?? ""], productUnderTest().providerPort);
  await signIn.getByLabel("Protocol").selectOption("saml");
  await expect(signIn.getByLabel("Certificates")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "company-saml");
  await signIn.getByLabel("Protocol").selectOption("oidc");
  await signIn.getByLabel("Issuer").fill("http://10.0.0.1");
  await signIn.getByLabel("Client ID").fill(provider.clientId);
  await signIn.getByLabel("Client secret").fill(provider.clientSecret);
  await signIn.getByRole("button", { name: "Save" }).click();
  await expect(signIn.getByLabel("Issuer")).toHaveAttribute("aria-invalid", "true");
  await signIn.getByLabel("Issuer").fill(provider.url);
  await signIn.getByRole("button", { name: "Save" }).click();
  await expect(signIn.getByText("not enforced")).toBeVisible();
  expect(await page.content()).not.toContain(provider.clientSecret);

  const tried = async (account: typeof member): Promise<Page> => {
    provider?.signIn(account);
    const opened = context.waitForEvent("page");
    await signIn.getByRole("link", { name: "Test the connection" }).click();
    const tab = await opened;
    await tab.waitForLoadState();
    return tab;
  };
  const refused = await tried({ ...member, sub: "other", email: "eve@elsewhere.example" });
  await expect(refused.getByRole("heading", { name: "The sign-in did not work" })).toBeVisible();
  await expect(refused.getByText("eve@elsewhere.example")).toBeVisible();
  await refused.close();
  const works = await tried(member);
  await expect(works.getByRole("heading", { name: "The sign-in works" })).toBeVisible();
  await expect(works.getByText(member.email)).toBeVisible();
  expect(await problemsOf(works)).toEqual([]);
  await picture(works, "company-test");
  await works.getByRole("link", { name: "Back to the settings" }).click();
  await expect(works.getByRole("heading", { name: "Sign-in and provisioning" })).toBeVisible();
  await works.close();

  await signIn.getByRole("button", { name: "Enforce" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enforce" }).click();
  await expect(signIn.getByText("enforced", { exact: true })).toBeVisible();
});

test("a token is shown once; what the directory does with it is seen", async () => {
  await page.getByLabel("Name of a new token").fill("Entra ID");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  const token = (await dialog.getByText(/^scim_/).textContent()) ?? "";
  await picture(page, "company-token");
  await dialog.getByLabel("I have given it to the directory").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  expect(await page.content()).not.toContain(token);
  const tokens = page.getByRole("list", { name: "Tokens" });
  await expect(tokens).toContainText(`…${token.slice(-4)}`);
  await expect(tokens).toContainText("Not used yet");
  const scim = (path: string, body: object) =>
    fetch(`${facts.authUrl}/scim/v2${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" },
      body: JSON.stringify(body),
    });
  expect((await scim("/Groups", { displayName: "Admins" })).status).toBe(201);
  await page.reload();
  await expect(tokens).toContainText("Last sync");
  await page.getByLabel("Admins (0 members)").selectOption("admin");
  await page.getByRole("button", { name: "Save the roles" }).click();
  await expect(page.getByText("Saved. The roles hold from now on.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "company-set-up");
});

test("a member signs in at the company and sees none of its settings", async ({ browser }) => {
  const theirs = await browser.newContext();
  const tab = await theirs.newPage();
  provider?.signIn(member);
  await tab.goto(`${facts.authUrl}/sign-in`);
  await tab.getByRole("link", { name: "Sign in with your organization" }).click();
  await tab.getByLabel("E-mail at work").fill(member.email);
  await tab.getByRole("button", { name: "Continue" }).click();
  await tab.waitForURL(`${facts.authUrl}/home`);
  await tab.goto(`${facts.gatewayUrl}/members/sign-in`);
  await expect(tab.getByText("Owners of the organization see how its people sign in")).toBeVisible();
  expect(await problemsOf(tab)).toEqual([]);
  await theirs.close();
});

test("a revoked token and a removed provider are gone from the page", async () => {
  await page.getByRole("button", { name: "Revoke Entra ID" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No token yet.")).toBeVisible();
  await card("Sign-in").getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(card("Sign-in").getByLabel("Issuer")).toBeVisible();
});
