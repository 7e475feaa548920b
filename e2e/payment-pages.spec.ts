import { createNexusClient, withIdempotencyKey, type NexusClient } from "@topolo/nexus-client";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { operate } from "./operate.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = Date.now().toString(36);
const owner = { email: `pay-${run}@example.com`, password: "a very plain test sentence" };

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let organizationId = "";
/** A backend of the organization's, which is no person. */
let backend: NexusClient;

const row = (text: string) => page.getByRole("row").filter({ hasText: text });
const details = () => page.getByRole("dialog", { name: "Payment" });
const goTo = (name: string) => page.getByRole("navigation", { name: "Payments" }).getByRole("link", { name }).click();

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(() => context.close());

test("an organization without payments reads how to ask for money, and limits what its apps may", async () => {
  const me = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name: `Pay ${run}`, owner }, "/payments");
  organizationId = /org_\w+/.exec((await me).url())?.[0] ?? "";
  await expect(page.getByText("Nothing was paid yet.")).toBeVisible();
  await goTo("Policies");
  await expect(page.getByText("There is no policy")).toBeVisible();
  await page.getByRole("button", { name: "New policy" }).click();
  const dialog = page.getByRole("dialog", { name: "New policy" });
  const above = dialog.getByLabel("A person approves what is above");
  await dialog.getByLabel("Payments a day, and refunds a day").fill("1,000.00 USD");
  await above.fill("fifty dollars");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(above).toHaveAttribute("aria-invalid", "true");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "policy-new");
  await above.fill("50 USD");
  await above.press("Enter");
  await expect(page.getByText("$50.00", { exact: true })).toBeVisible();
  await expect(page.getByRole("list", { name: "Today" })).toContainText("$0.00 of $1,000.00");
});

test("a checkout is paid in the browser, seen in Payments and given back in part", async () => {
  await operate("organizations", "admit", organizationId, "--budget", "100");
  const permissions = ["create", "read", "manage"].flatMap((action) => [
    "--permission",
    `srv_nexus.payments:${action}`,
  ]);
  const token = await operate("token", "create", "--org", organizationId, ...permissions, "--label", "backend");
  backend = createNexusClient({
    baseUrl: facts.gatewayUrl,
    credential: { serviceToken: /nxs_\S+/.exec(token)?.[0] ?? "", organizationId },
    app: "srv_nexus",
  });
  const made = await backend.payments.checkout.create.mutate({
    reference: `invoice-${run}`,
    mode: "payment",
    lines: [{ name: "Chairs", amount: { amount: "1050", currency: "USD" }, quantity: 2 }],
    successUrl: `${facts.gatewayUrl}/payments`,
    provider: "stripe",
  });
  if (made.effect !== "done" || made.url === null) throw new Error("there is no page to pay on");
  await goTo("Operations");
  await expect(row(`invoice-${run}`)).toContainText("the payer");

  await page.goto(made.url);
  await page.getByRole("button", { name: "Pay" }).click();
  await row(`invoice-${run}`).getByRole("button").focus();
  await page.keyboard.press("Enter");
  await expect(details().getByText("complete paid")).toBeVisible();
  await expect(details().getByText("paid", { exact: true })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "payment-details");

  await details().getByRole("button", { name: "Refund", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Refund" });
  await expect(dialog.getByLabel("Amount in USD")).toHaveValue("21.00");
  await dialog.getByLabel("Amount in USD").fill("21.01");
  await dialog.getByLabel("Amount in USD").press("Enter");
  await expect(dialog.getByText("at most $21.00")).toBeVisible();
  await dialog.getByLabel("Amount in USD").fill("4");
  await dialog.getByLabel("Amount in USD").press("Enter");
  await expect(details().getByRole("list", { name: "Since then" })).toContainText("$4.00");
  await expect(details().getByText("$17.00")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(row(`invoice-${run}`).filter({ hasText: "Checkout" })).toContainText("partly refunded");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "payments");
});

test("a payment above the policy waits for a person, and is made once it is approved", async () => {
  const input = { reference: `order-${run}`, amount: { amount: "5001", currency: "USD" as const }, provider: "stripe" };
  const once = withIdempotencyKey(`order-${run}`);
  expect(await backend.payments.order.create.mutate(input, once)).toMatchObject({ status: "needs_approval" });
  await goTo("Approvals");
  const waiting = page.getByRole("list", { name: "Approvals" }).getByRole("listitem");
  await expect(waiting).toContainText("$50.01");
  await expect(waiting).toContainText("a service token");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "approvals");
  await waiting.getByRole("button", { name: `Approve Order order-${run}` }).click();
  await page.getByRole("dialog").getByLabel("Reason (optional)").fill("The contract says so");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing waits.")).toBeVisible();
  await page.getByRole("button", { name: "Show what was decided" }).click();
  await expect(waiting).toContainText("The contract says so");
  expect(await backend.payments.order.create.mutate(input, once)).toMatchObject({ effect: "done" });
});

test("a subscription is found by its customer at the vendor, who gets a link, and ends with its period", async () => {
  const made = await backend.payments.checkout.create.mutate({
    reference: `plan-${run}`,
    mode: "subscription",
    lines: [{ price: "price_sandbox_monthly", quantity: 1 }],
    customerEmail: "payer@example.com",
    successUrl: `${facts.gatewayUrl}/payments`,
    provider: "stripe",
  });
  if (made.effect !== "done" || made.url === null) throw new Error("there is no page to pay on");
  await fetch(made.url, {
    method: "POST",
    body: new URLSearchParams({ payment_method: "pm_card_visa" }),
    redirect: "manual",
  });
  const { customerId } = await backend.payments.checkout.get.query({ checkoutId: made.checkoutId });
  await goTo("Subscriptions");
  await page.getByLabel("Id of a customer or a subscription").fill(customerId ?? "");
  await page.keyboard.press("Enter");
  const subscription = page.getByRole("list", { name: "Subscriptions" }).getByRole("listitem").first();
  await expect(subscription).toContainText("active");
  await expect(subscription).toContainText("1 × $20.00 a month");
  await page.getByRole("button", { name: "Make a link to the customer's page" }).click();
  await expect(page.getByText("The customer's page, for one visit")).toBeVisible();
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End it with its period" }).click();
  await expect(subscription).toContainText("ends with its period");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "subscriptions");
  await goTo("Invoices");
  await page.waitForURL("**/payments/invoices");
  await page.getByLabel("Vendor", { exact: true }).selectOption("stripe");
  await expect(page.getByRole("list", { name: "Invoices" }).getByRole("listitem").first()).toContainText(/paid|open/);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "invoices");
});

test("the records of a domain can be copied, and the settings of mail changed", async () => {
  await operate("email-senders", "add", "example.com", "--org", organizationId);
  await page.goto(`${facts.gatewayUrl}/email/domains`);
  const records = page.getByRole("list", { name: "Records of example.com" });
  await expect(records).toContainText("_dmarc.example.com");
  await expect(records.getByRole("button", { name: "Copy TXT record's value (dmarc of example.com)" })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "mail-domains");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("At most, cap 1").fill("3");
  await page.getByRole("button", { name: "Save the caps" }).click();
  await expect(page.getByRole("button", { name: "Use the product's own" })).toBeVisible();
  await page.getByLabel("Days").fill("91");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Days")).toHaveAttribute("aria-invalid", "true");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "mail-settings");
});
