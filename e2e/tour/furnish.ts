import { createNexusClient, withIdempotencyKey, type NexusClient } from "@topolo/nexus-client";
import { expect, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { readFirstRun, type FirstRunFacts } from "../first-run.ts";
import { linkInMail } from "../mailbox.ts";
import { operate } from "../operate.ts";
import { registerCompany } from "../register-company.ts";

/** Who looks at the pages. */
export type Visitor = "operator" | "owner" | "member" | "guest" | "newcomer" | "nobody";

/** Everybody in a browser of their own, signed in, and what they see filled with what an organization does in a month. */
export interface Tour {
  readonly facts: FirstRunFacts;
  readonly contexts: Readonly<Record<Visitor, BrowserContext>>;
  readonly close: () => Promise<void>;
}

const password = "a very plain test sentence";
const personOf = (name: string) => ({
  name,
  email: `${name.split(" ")[0]?.toLowerCase()}@northwind.example`,
  password,
});

const bearerOf = async ({ authUrl, gatewayUrl }: FirstRunFacts, email: string): Promise<string> => {
  const answer = await fetch(`${authUrl}/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Service-ID": "srv_nexus", Origin: gatewayUrl },
    body: JSON.stringify({ email, password }),
  });
  const { accessToken }: { accessToken: string } = await answer.json();
  return accessToken;
};

const signInAt = async (page: Page, email: string): Promise<void> => {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
};

/** The first administrator, at the organization that administers the platform. */
const beOperator = async (page: Page, facts: FirstRunFacts): Promise<void> => {
  await page.goto(facts.bootstrapUrl);
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill(personOf("Ada Lovelace").email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Open the dashboard" }).click();
  await page.getByRole("button", { name: /^Organization/ }).click();
  await page.getByRole("menuitemradio", { name: "Topolo Administration", exact: true }).click();
  await expect(page.getByRole("button", { name: /^Organization: Topolo Administration/ })).toBeVisible();
};

const foundCompany = async (page: Page, facts: FirstRunFacts, name: string, owner: string): Promise<string> => {
  const asked = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name, owner: personOf(owner) }, "/");
  return /org_\w+/.exec((await asked).url())?.[0] ?? "";
};

const join = async (
  page: Page,
  { authUrl, gatewayUrl }: FirstRunFacts,
  {
    bearer,
    organizationId,
    company,
  }: { readonly bearer: string; readonly organizationId: string; readonly company: string },
  name: string,
  role: string,
): Promise<void> => {
  const { email } = personOf(name);
  const invited = await fetch(`${authUrl}/api/organizations/${organizationId}/invitations`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ email, role }),
  });
  expect(invited.status, await invited.text()).toBe(201);
  await page.goto(await linkInMail(email, "/accept-invitation"));
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: `Join ${company}` }).click();
  await page.waitForURL(`${authUrl}/home`);
  await page.goto(gatewayUrl);
};

/** Somebody with an account and no organization. */
const beNobody = async (page: Page, { authUrl, gatewayUrl }: FirstRunFacts): Promise<void> => {
  const { email } = personOf("Nora Nobody");
  await fetch(`${authUrl}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  await page.goto(await linkInMail(email, "/verify-email"));
  await page.getByLabel("Password of the account").fill(password);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is verified" })).toBeVisible();
  await page.goto(gatewayUrl);
  await signInAt(page, email);
};

const models = ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5", "openai/gpt-4o"] as const;
const questions = [
  "Name three rivers.",
  "Summarize this quarter.",
  "Write a haiku about budgets.",
  "Translate: good morning.",
];

const callModels = async (nexus: NexusClient): Promise<void> => {
  for (const [index, prompt] of questions.entries())
    for (const model of models) await nexus.ai.generateText.mutate({ model, prompt, maxOutputTokens: 60 + 10 * index });
  await nexus.ai.embed.mutate({ model: "openai/text-embedding-3-small", values: ["a sunny day", "a rainy day"] });
  // One that fails, for those who look for failures.
  await nexus.ai.generateText.mutate({ model: "openai/no-such-model", prompt: "Hello." }).catch(() => undefined);
};

const sendMail = async (nexus: NexusClient): Promise<void> => {
  await nexus.email.suppressions.add.mutate({
    address: "gone@example.org",
    reason: "manual",
    note: "Asked us by telephone",
  });
  for (const [index, subject] of ["Your invoice", "A milestone was reached", "Welcome to Northwind"].entries())
    await nexus.email.send.mutate({
      from: { address: "hello@example.com", name: "Northwind" },
      to: ["ann@example.org", "gone@example.org"],
      subject,
      provider: "resend",
      text: `Mail number ${index + 1}.`,
    });
  await nexus.email.templates.set.mutate({
    name: "welcome",
    subject: "Welcome, {{ name }}",
    text: "Hello {{ name }}, good to have you.",
  });
};

const takePayments = async (nexus: NexusClient, gatewayUrl: string): Promise<void> => {
  for (const [index, cents] of ["1050", "24900", "399"].entries()) {
    const made = await nexus.payments.checkout.create.mutate({
      reference: `invoice-${index + 1}`,
      mode: "payment",
      lines: [{ name: "Chairs", amount: { amount: cents, currency: "USD" }, quantity: 1 }],
      successUrl: `${gatewayUrl}/payments`,
      provider: "stripe",
    });
    if (made.effect === "done" && made.url !== null && index < 2)
      await fetch(made.url, {
        method: "POST",
        body: new URLSearchParams({ payment_method: "pm_card_visa" }),
        redirect: "manual",
      });
  }
  await nexus.spending.set.mutate({ rules: { approvalAbove: [{ amount: "5000", currency: "USD" }] } });
};

const haveCustomers = async (nexus: NexusClient): Promise<void> => {
  const appId = "srv_nexus";
  await nexus.plans.set.mutate({ appId, name: "pro", markupPercent: 20, monthlyAllowanceNanos: "1000000000" });
  for (const [customerId, name] of [
    ["contoso", "Contoso"],
    ["adventure-works", "Adventure Works"],
  ] as const) {
    await nexus.customers.set.mutate({ appId, customerId, name, plan: "pro" });
    await nexus.wallets.adjust.mutate({ appId, customerId, amountNanos: "25000000000", reason: "A welcome" });
  }
};

const haveRules = async (nexus: NexusClient): Promise<void> => {
  await nexus.usage.budgets.set.mutate({ scope: "organization", period: "month", limitNanos: "25000000000" });
  await nexus.usage.budgets.set.mutate({
    scope: "app",
    scopeId: "srv_nexus",
    period: "day",
    limitNanos: "20000000",
    hard: false,
  });
  await nexus.keys.create.mutate({ vendor: "openai", label: "Main account", secret: { apiKey: "sk-of-the-tour" } });
  await nexus.serviceTokens.create.mutate({ label: "Night job", permissions: ["srv_nexus.ai:invoke"] });
};

/** Fills a product that has just been started, and signs everybody in. */
export const furnish = async (browser: Browser): Promise<Tour> => {
  const facts = readFirstRun();
  const contexts = {
    operator: await browser.newContext(),
    owner: await browser.newContext(),
    member: await browser.newContext(),
    guest: await browser.newContext(),
    newcomer: await browser.newContext(),
    nobody: await browser.newContext(),
  };
  const newPageOf = (visitor: Visitor): Promise<Page> => contexts[visitor].newPage();
  await beOperator(await newPageOf("operator"), facts);
  const company = "Northwind";
  const organizationId = await foundCompany(await newPageOf("owner"), facts, company, "Olivia Owner");
  await operate("organizations", "admit", organizationId, "--budget", "200");
  await operate("email-senders", "add", "example.com", "--org", organizationId);
  const bearer = await bearerOf(facts, personOf("Olivia Owner").email);
  const nexus = createNexusClient({ baseUrl: facts.gatewayUrl, credential: { bearer } });
  await callModels(nexus);
  await sendMail(nexus);
  await haveRules(nexus);
  await takePayments(nexus, facts.gatewayUrl);
  await haveCustomers(nexus);
  const order = { reference: "order-7", amount: { amount: "5001", currency: "USD" as const }, provider: "stripe" };
  await nexus.payments.order.create.mutate(order, withIdempotencyKey("order-7"));
  await join(await newPageOf("member"), facts, { bearer, organizationId, company }, "Mel Member", "member");
  await join(await newPageOf("guest"), facts, { bearer, organizationId, company }, "Gus Guest", "guest");
  await foundCompany(await newPageOf("newcomer"), facts, "Fabrikam", "Nel Newcomer");
  await beNobody(await newPageOf("nobody"), facts);
  return {
    facts,
    contexts,
    close: async () => {
      for (const context of Object.values(contexts)) await context.close();
    },
  };
};

/** The one page that a visitor has open. */
export const openPageOf = ({ contexts }: Tour, visitor: Visitor): Page => {
  const [page] = contexts[visitor].pages();
  if (page === undefined) throw new Error(`${visitor} has no page`);
  return page;
};
