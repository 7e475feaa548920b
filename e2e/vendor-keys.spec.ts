import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { linkInMail } from "./mailbox.ts";
import { operate } from "./operate.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";
import { setSignInBack } from "./set-sign-in-back.ts";
import { settle } from "./tour/settle.ts";
import { watch } from "./tour/watch.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = Date.now().toString(36);
const owner = { email: `keys-${run}@example.com`, password: "a very plain test sentence" };
const member = { email: `member-${run}@example.com`, password: "another plain test sentence" };
const ordersApp = { slug: `orders-${run}`, id: `srv_orders_${run}`, name: `Order Desk ${run}` };
const secrets = ["sk-first-of-this-journey", "sk-second-of-this-journey", "sk-third-of-this-journey"] as const;

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let organizationId = "";

const row = (label: string) =>
  page.getByRole("list", { name: "Vendor keys" }).getByRole("listitem").filter({ hasText: label });

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(() => context.close());

test("whoever waits for an admission is led to the page of vendor keys", async () => {
  const me = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name: `Keys ${run}`, owner }, "/");
  organizationId = /org_\w+/.exec((await me).url())?.[0] ?? "";
  // Gateways learn of it within a minute: it calls in the last test.
  await operate("app", "add", ordersApp.slug, "--name", ordersApp.name, "--org", organizationId);
  const notice = page.getByRole("region", { name: "Admission" });
  await expect(notice).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "admission");
  await notice.getByRole("link", { name: "a vendor key of its own" }).click();
  await expect(page.getByText("There is no key yet. Add one of your account at a vendor.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Vendor keys" })).toHaveAttribute("aria-current", "page");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "vendor-keys-empty");
});

test("a key is added by keyboard, after a sign-in that was too old is confirmed, and never shown", async () => {
  await setSignInBack(owner.email);
  await page.reload();
  await page.getByRole("button", { name: "Add a key" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Add a vendor key" });
  await dialog.getByLabel("Vendor", { exact: true }).selectOption({ label: "OpenAI" });
  await expect(dialog.getByText("Secret key, begins with sk-")).toBeVisible();
  await expect(dialog.getByLabel("API key", { exact: true })).toHaveAttribute("type", "password");
  await expect(dialog.getByLabel("Organization (optional)")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill("Main account");
  await dialog.getByLabel("API key", { exact: true }).fill(secrets[0]);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "vendor-keys-add");
  await dialog.getByLabel("API key", { exact: true }).press("Enter");
  const stepUp = page.getByRole("dialog", { name: "Confirm your identity" });
  await stepUp.getByLabel("Your password").fill(owner.password);
  await stepUp.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(row("Main account")).toContainText("in use");
  await expect(row("Main account")).toContainText("never used");
  await expect(row("Main account")).toContainText("fingerprint");
  expect(await page.content()).not.toContain(secrets[0]);
});

test("what is wrong with a key is told at its field", async () => {
  await page.getByRole("button", { name: "Add a key" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a vendor key" });
  await dialog.getByLabel("Vendor", { exact: true }).selectOption({ label: "vLLM" });
  await dialog.getByLabel("Name", { exact: true }).fill("Own server");
  await dialog.getByLabel("Address").fill("http://10.0.0.1/v1");
  await dialog.getByRole("button", { name: "Add the key" }).click();
  await expect(dialog.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText("Please enter a public https address")).toBeVisible();
  await picture(page, "vendor-keys-refused");
  await dialog.getByLabel("Vendor", { exact: true }).selectOption({ label: "Azure OpenAI" });
  await expect(dialog.getByText("It is the address of your resource, such as")).toBeVisible();
  await expect(dialog.getByLabel("Deployments (optional)")).toBeVisible();
  await dialog.getByLabel("API key", { exact: true }).fill(secrets[0]);
  await dialog.getByLabel("Address").fill("https://acme.example/openai/v1");
  await dialog.getByRole("button", { name: "Add the key" }).click();
  await expect(dialog.getByText("Please enter the address of your resource")).toBeVisible();
  await picture(page, "vendor-keys-azure");
  await dialog.getByLabel("Vendor", { exact: true }).selectOption({ label: "Amazon Bedrock" });
  await expect(dialog.getByLabel("Session token (optional)")).toBeVisible();
  await dialog.getByLabel("Address").selectOption({ label: "bedrock-runtime.eu-central-1.amazonaws.com" });
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "vendor-keys-bedrock");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("a second key takes over; it is replaced, disabled, enabled and deleted", async () => {
  await page.getByRole("button", { name: "Add a key" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a vendor key" });
  await dialog.getByLabel("Vendor", { exact: true }).selectOption({ label: "OpenAI" });
  await dialog.getByLabel("Name", { exact: true }).fill("Second account");
  await dialog.getByLabel("API key", { exact: true }).fill(secrets[1]);
  await dialog.getByRole("button", { name: "Add the key" }).click();
  await expect(row("Second account")).toContainText("in use");
  await expect(row("Main account")).not.toContainText("in use");
  const fingerprint = await row("Second account")
    .getByText(/^fingerprint/)
    .textContent();
  await page.getByRole("button", { name: "Replace Second account of OpenAI" }).click();
  const replacing = page.getByRole("dialog", { name: "Replace Second account" });
  await replacing.getByLabel("API key", { exact: true }).fill(secrets[2]);
  await picture(page, "vendor-keys-replace");
  await replacing.getByRole("button", { name: "Replace the key" }).click();
  await expect(row("Second account")).toContainText("replaced");
  await page.route("**/api/trpc/keys.test**", (route) => route.abort(), { times: 1 });
  await page.getByRole("button", { name: "Test this key: Second account of OpenAI" }).click();
  await expect(row("Second account").getByRole("alert")).toBeVisible();
  await expect(row("Second account")).not.toContainText(fingerprint ?? "");
  await page.getByRole("button", { name: "Disable Second account of OpenAI" }).click();
  await expect(row("Second account")).toContainText("disabled");
  await expect(row("Main account")).toContainText("in use");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "vendor-keys-list");
  await page.getByRole("button", { name: "Enable Second account of OpenAI" }).click();
  await page.getByRole("button", { name: "Use Second account of OpenAI" }).click();
  await expect(row("Second account")).toContainText("in use");
  await page.getByRole("button", { name: "Delete Second account of OpenAI" }).click();
  const question = page.getByRole("dialog", { name: "Delete Second account?" });
  await question.getByRole("button", { name: "Keep it" }).click();
  await expect(row("Second account")).toBeVisible();
  await page.getByRole("button", { name: "Delete Second account of OpenAI" }).click();
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(row("Second account")).toHaveCount(0);
  await expect(row("Main account")).toContainText("in use");
  for (const secret of secrets) expect(await page.content()).not.toContain(secret);
});

test("what was done is in the audit log, in words and by names, and leads to every change of a thing", async () => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit log" }).click();
  const changes = page.getByRole("table", { name: "Changes, newest first" });
  await expect(changes.getByRole("row", { name: /deleted a vendor key.*Second account/ })).toContainText("Nexus");
  await expect(changes.getByRole("row", { name: /made an account/ })).toContainText("People and sign-in");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "audit");
  await page.getByRole("button", { name: "What" }).click();
  await page.getByPlaceholder("Search by name or id").fill("replaced the secret of a vendor");
  await page
    .getByRole("option", { name: /^replaced the secret of a vendor key/ })
    .first()
    .click();
  await expect(changes.getByRole("row")).toHaveCount(2);
  await changes.getByRole("button", { name: /^Details of/ }).click();
  const drawer = page.getByRole("dialog", { name: "Change" });
  await expect(drawer).toContainText("key.rotate");
  await expect(drawer).toContainText("Second account");
  for (const secret of secrets) expect(await page.content()).not.toContain(secret);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "audit-change");
  await drawer.getByRole("button", { name: "Every change to it" }).click();
  await expect(changes.getByRole("row")).toHaveCount(7);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Nexus as CSV" }).click(),
  ]);
  const text = await (await file.createReadStream()).setEncoding("utf8").toArray();
  expect(text.join("")).toMatch(/,deleted a vendor key,[^]*# complete: 6 rows/);
});

test("routing is changed by keyboard, previewed before it is saved, and explained", async () => {
  await page.getByRole("link", { name: "Routing" }).click();
  await expect(page.getByText("No vendor is preferred")).toBeVisible();
  const order = page.getByRole("list", { name: "Vendors, best first" });
  for (const name of ["OpenAI", "Anthropic"]) {
    await page.getByLabel("Another vendor").selectOption({ label: name });
    await page.getByRole("button", { name: "Add the vendor" }).click();
  }
  await page.getByRole("button", { name: "Move Anthropic up" }).focus();
  await page.keyboard.press("Enter");
  await expect(order.getByRole("listitem").first()).toContainText("Anthropic");
  await expect(page.getByText("Anthropic is now 1 of 2.")).toBeAttached();
  // The button that was pressed keeps the focus, where it is by now.
  await expect(page.getByRole("button", { name: "Move Anthropic up" })).toBeFocused();
  await page.getByLabel("Only these").check();
  await page.getByLabel("A model, or a pattern as openai/*").fill("openai/*");
  await page.keyboard.press("Enter");
  const unsaved = page.getByRole("region", { name: "Unsaved changes" });
  await expect(unsaved).toContainText("Vendors are tried in this order: Anthropic, OpenAI.");
  await expect(unsaved).toContainText("Only these models may be called: openai/*.");
  const typed = page.getByLabel("A model, or a pattern as openai/*");
  await typed.fill("openai/gpt-4o-mimi");
  await page.keyboard.press("Enter");
  await unsaved.getByRole("button", { name: "Save the preferences" }).click();
  await expect(unsaved).toContainText("did you mean");
  await expect(unsaved).toContainText("openai/gpt-4o-mini");
  await page.getByRole("button", { name: "Remove openai/gpt-4o-mimi" }).click();
  await page.getByLabel("Model that a call asks for").fill("anthropic/claude-sonnet-4-5");
  await page.keyboard.press("Enter");
  const draft = page.getByRole("region", { name: /with what is not saved yet/ });
  await expect(draft).toContainText("The call is refused");
  await expect(page.getByRole("region", { name: /as it is$/ })).not.toContainText("is not allowed");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "routing");
  const elsewhere = await context.newPage();
  await elsewhere.goto(`${facts.gatewayUrl}/routing`);
  await elsewhere.getByLabel("Every call needs an app").check();
  await unsaved.getByRole("button", { name: "Save the preferences" }).click();
  await expect(unsaved).toBeHidden();
  // Who has begun with what was there before does not undo it.
  await elsewhere.getByRole("button", { name: "Save the preferences" }).click();
  await expect(elsewhere.getByText("Somebody has changed the preferences meanwhile")).toBeVisible();
  await elsewhere.getByRole("button", { name: "Begin anew with theirs" }).click();
  await expect(elsewhere.getByRole("list", { name: "Models that may be called" })).toContainText("openai/*");
  await expect(elsewhere.getByLabel("Every call needs an app")).not.toBeChecked();
  await elsewhere.close();
  await page.reload();
  await expect(order.getByRole("listitem").first()).toContainText("Anthropic");
  await expect(page.getByRole("list", { name: "Models that may be called" })).toContainText("openai/*");
  await page.getByRole("button", { name: "Remove openai/*" }).click();
  await page.getByLabel("Those of the platform's default list").check();
  await unsaved.getByRole("button", { name: "Save the preferences" }).click();
  await expect(unsaved).toBeHidden();
  await page.goto(`${facts.gatewayUrl}/keys/vendors`);
});

test("an app's details say whether it may bypass Nexus, and a service token of its own is made there", async () => {
  await page.getByRole("link", { name: "Apps", exact: true }).click();
  const apps = page.getByRole("list", { name: "Apps" });
  const name = "Topolo Roadmapper";
  const one = apps.getByRole("listitem").filter({ hasText: name });
  await expect(one).toContainText("no call yet");
  await one.getByRole("button").click();
  const details = page.getByRole("dialog", { name });
  await expect(details).toContainText("it bypasses Nexus and calls vendors directly");
  await expect(details).toContainText("npx @topolo/nexus-client audit");
  await expect(details.getByRole("link", { name: "What to do" })).toHaveAttribute(
    "href",
    "/docs/failures/bypassed-gateway",
  );
  await expect(details).toContainText("Calls in 30 days");
  await expect(details).toContainText("$0.00");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "app-details");
  await details.getByRole("button", { name: "Switch off" }).click();
  await expect(details.getByText("switched off", { exact: true })).toBeVisible();
  await details.getByRole("button", { name: "Switch on" }).click();
  await expect(details.getByRole("button", { name: "Switch off" })).toBeVisible();
  await details.getByRole("button", { name: "Make a service token" }).click();
  const making = page.getByRole("dialog", { name: "Make a service token" });
  await making.getByLabel("Name", { exact: true }).fill("roadmapper backend");
  await making.getByRole("checkbox", { name: /srv_nexus\.ai:invoke/ }).check();
  await making.getByRole("button", { name: "Make the token" }).click();
  const shown = page.getByRole("dialog", { name: "Your service token" });
  const token = (await shown.getByLabel("service token", { exact: true }).textContent()) ?? "";
  await shown.getByLabel("I have put it in a safe place").check();
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(details.getByRole("list", { name: "Service tokens of the app" })).toContainText("roadmapper backend");
  expect(await page.content()).not.toContain(token);
  await page.keyboard.press("Escape");
  await page.goto(`${facts.gatewayUrl}/apps`);
  await picture(page, "apps");
  await page.getByRole("button", { name: "Register an app" }).click();
  const registering = page.getByRole("dialog", { name: "Register an app" });
  await registering.getByLabel("Short name, as in its id").fill("orders");
  await expect(registering).toContainText("npm run nexus -- app add orders --dev http://localhost:5173");
  await page.keyboard.press("Escape");
  await page.goto(`${facts.gatewayUrl}/keys/vendors`);
});

test("a failure is told, and the page asks again", async () => {
  const failing = /\/api\/trpc\/[^?]*keys\.list/;
  await page.route(failing, (route) => route.abort());
  await page.goto(`${facts.gatewayUrl}/keys/vendors`);
  await expect(page.getByText("Vendor keys could not be loaded")).toBeVisible();
  await page.unroute(failing);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(row("Main account")).toBeVisible();
});

test("a member sees their own calls and the keys, and changes nothing; a guest is told who may; whoever is in no organization, what to do", async ({
  browser,
}) => {
  await page.goto(`${facts.gatewayUrl}/members`);
  await page.getByLabel("E-mail address").fill(member.email);
  await page.getByRole("button", { name: /^(Invite|Send)/ }).click();
  const theirs = await browser.newContext();
  const tab = await theirs.newPage();
  await tab.goto(await linkInMail(member.email, "/accept-invitation"));
  await tab.getByRole("link", { name: "Create an account" }).click();
  await tab.getByLabel("Your name").fill("Mem Ber");
  await tab.getByLabel("Password", { exact: true }).fill(member.password);
  await tab.getByRole("button", { name: "Create account" }).click();
  await tab.getByRole("button", { name: `Join Keys ${run}` }).click();
  await tab.waitForURL(`${facts.authUrl}/home`);
  const noticed = watch(theirs, [facts.gatewayUrl, facts.authUrl]);
  await tab.goto(`${facts.gatewayUrl}/`);
  await expect(tab.getByText("You see your own calls.")).toBeVisible();
  await expect(tab.getByRole("region", { name: "First steps" })).toContainText("0 of 1 done");
  await expect(tab.getByRole("region", { name: "Budgets" })).toBeVisible();
  expect(await problemsOf(tab)).toEqual([]);
  await picture(tab, "home-member");
  await tab.getByRole("link", { name: "Calls of AI: 0" }).click();
  await expect(tab.getByText("You see your own calls.")).toBeVisible();
  await expect(tab.getByText("No calls match.")).toBeVisible();
  await tab.goto(`${facts.gatewayUrl}/budgets`);
  await expect(tab.getByText("Nothing is limited yet.")).toBeVisible();
  await expect(tab.getByRole("button", { name: "Set a budget" })).toHaveCount(0);
  await page.goto(`${facts.gatewayUrl}/budgets`);
  await expect(page.getByRole("button", { name: "Set a budget" })).toBeVisible();
  await tab.goto(`${facts.gatewayUrl}/keys/vendors`);
  await expect(tab.getByRole("list", { name: "Vendor keys" })).toContainText("Main account");
  await expect(tab.getByRole("button", { name: /(Add|Test|Replace|Disable|Delete)/ })).toHaveCount(0);
  await tab.goto(`${facts.gatewayUrl}/routing`);
  await expect(tab.getByText("Administrators of the organization can change it")).toBeVisible();
  await expect(tab.getByLabel("Every call needs an app")).toBeDisabled();
  await expect(tab.getByRole("button", { name: /^(Add|Move|Remove|Save)/ })).toHaveCount(0);
  await tab.getByRole("link", { name: "Apps", exact: true }).click();
  await tab
    .getByRole("list", { name: "Apps" })
    .getByRole("button", { name: /^TopoloOne/ })
    .click();
  const details = tab.getByRole("dialog", { name: "TopoloOne" });
  await expect(details).toContainText("which administrators make");
  await expect(details.getByRole("button", { name: /^(Make|Add|Switch)/ })).toHaveCount(0);
  await tab.keyboard.press("Escape");
  // Neither a member nor the organization's administrator gets the platform's credentials, by any way.
  for (const somebody of [tab, page]) {
    await expect(somebody.getByRole("link", { name: "Credentials", exact: true })).toHaveCount(0);
    await somebody.goto(`${facts.gatewayUrl}/platform-credentials`);
    await expect(somebody.getByText("Operators of the platform see the platform's credentials")).toBeVisible();
    await expect(somebody.getByRole("button", { name: /^(Store|Test)/ })).toHaveCount(0);
  }
  await picture(page, "platform-credentials-denied");
  expect(await problemsOf(tab)).toEqual([]);
  await tab.goto(`${facts.gatewayUrl}/audit`);
  await expect(tab.getByRole("region", { name: "Not for your role" })).toContainText(
    "Administrators of the organization see who changed what",
  );
  expect(await problemsOf(tab)).toEqual([]);
  await picture(tab, "audit-not-for-members");
  await expect(tab.getByText("SCOPE_DENIED")).toHaveCount(0);

  await page.goto(`${facts.gatewayUrl}/members`);
  await page.getByLabel("Role of Mem Ber").selectOption("guest");
  await expect(page.getByLabel("Role of Mem Ber")).toBeEnabled();
  await tab.goto(`${facts.gatewayUrl}/`);
  await expect(tab.getByText("You see your own calls.")).toBeVisible();
  await expect(tab.getByRole("region", { name: /^(First steps|Budgets)$/ })).toHaveCount(0);
  await expect(tab.getByText("Budget left")).toHaveCount(0);
  await picture(tab, "home-guest");
  for (const [path, words] of [
    ["/budgets", "Members of the organization see its budgets"],
    ["/playground", "Members of the organization see its playground"],
    ["/keys", "Members of the organization see keys"],
    ["/members", "Administrators of the organization see its people"],
  ] as const) {
    await tab.goto(`${facts.gatewayUrl}${path}`);
    await expect(tab.getByRole("region", { name: "Not for your role" })).toContainText(words);
  }
  for (const path of ["/usage", "/calls", "/me"]) {
    await tab.goto(`${facts.gatewayUrl}${path}`);
    await settle(tab);
    await expect(tab.getByRole("main").getByRole("alert").or(tab.getByText("SCOPE_DENIED"))).toHaveCount(0);
  }
  expect(await problemsOf(tab)).toEqual([]);

  await page.getByRole("button", { name: "Remove Mem Ber" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("button", { name: "Remove Mem Ber" })).toHaveCount(0);
  await tab.goto(`${facts.gatewayUrl}/budgets`);
  await expect(tab.getByRole("heading", { name: "You are in no organization yet" })).toBeVisible();
  await expect(tab.getByRole("listitem").filter({ hasText: member.email })).toBeVisible();
  expect(await problemsOf(tab)).toEqual([]);
  await picture(tab, "no-organization");
  expect(noticed).toMatchObject({ policy: [], elsewhere: [] });
  await theirs.close();
});

test("an app that an operator registered at Auth calls through its backend, and Calls shows the call under its name", async () => {
  await operate("organizations", "admit", organizationId);
  const permission = ["--permission", "srv_nexus.ai:invoke"];
  const made = await operate("token", "create", "--org", organizationId, ...permission, "--label", "orders", "--json");
  const token = /nxs_[^\s"]+/.exec(made)?.[0] ?? "";
  const call = async (): Promise<number> => {
    const answer = await fetch(`${facts.gatewayUrl}/api/ai/generate-text`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-nexus-service-token": token,
        "x-nexus-organization-id": organizationId,
        "x-service-id": ordersApp.id,
      },
      body: JSON.stringify({ model: "anthropic/claude-sonnet-4-5", prompt: "Hello" }),
    });
    return answer.status;
  };
  await expect.poll(call, { timeout: 70_000 }).toBe(200);
  await page.goto(`${facts.gatewayUrl}/calls`);
  const calls = page.getByRole("table", { name: "Calls, newest first" });
  await expect(calls.getByRole("row").nth(1)).toContainText(ordersApp.name);
  await calls.getByRole("button", { name: /^Details of/ }).click();
  const details = page.getByRole("dialog", { name: "Call" });
  await expect(details.getByText(ordersApp.name)).toHaveAttribute("title", ordersApp.id);
  await expect(details.getByRole("button", { name: "Copy the id of the app" })).toBeVisible();
  await expect(details.getByText(ordersApp.id)).toHaveCount(0);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "call-of-registered-app");
});
