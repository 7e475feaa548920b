import { createNexusClient, withIdempotencyKey, type NexusClient } from "@topolo/nexus-client";
import { expect, type Browser, type Page } from "@playwright/test";
import { readFirstRun, type FirstRunFacts } from "../first-run.ts";
import { linkInMail } from "../mailbox.ts";
import { operate } from "../operate.ts";
import { registerCompany } from "../register-company.ts";
import { visitors, type VisitingPerson } from "./visitors.ts";

const bearerOf = async (
  { authUrl, gatewayUrl }: FirstRunFacts,
  { email, password }: VisitingPerson,
): Promise<string> => {
  const answer = await fetch(`${authUrl}/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Service-ID": "srv_nexus", Origin: gatewayUrl },
    body: JSON.stringify({ email, password }),
  });
  const { accessToken }: { accessToken: string } = await answer.json();
  return accessToken;
};

/** Whom the installation's own link makes its first administrator. */
const beOperator = async (page: Page, { bootstrapUrl }: FirstRunFacts): Promise<void> => {
  const { name, email, password } = visitors.operator;
  await page.goto(bootstrapUrl);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await expect(page.getByText("The administrator is ready")).toBeVisible();
};

const foundCompany = async (page: Page, facts: FirstRunFacts, name: string, owner: VisitingPerson): Promise<string> => {
  const asked = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name, owner }, "/");
  return /org_\w+/.exec((await asked).url())?.[0] ?? "";
};

interface Joined {
  readonly bearer: string;
  readonly organizationId: string;
  readonly company: string;
}

const join = async (
  page: Page,
  { authUrl }: FirstRunFacts,
  { bearer, organizationId, company }: Joined,
  { name, email, password }: VisitingPerson,
  role: string,
): Promise<void> => {
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
};

/** Somebody with an account and no organization. */
const beNobody = async (page: Page, { authUrl }: FirstRunFacts): Promise<void> => {
  const { email, password } = visitors.nobody;
  await fetch(`${authUrl}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  await page.goto(await linkInMail(email, "/verify-email"));
  await page.getByLabel("Password of the account").fill(password);
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is verified" })).toBeVisible();
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

/** Fills a product that has just been started with what an organization does in a month, and with everybody who visits. */
export const furnish = async (browser: Browser): Promise<void> => {
  const facts = readFirstRun();
  /** Each in a browser of their own. */
  const inOwnBrowser = async <T>(act: (page: Page) => Promise<T>): Promise<T> => {
    const context = await browser.newContext();
    try {
      return await act(await context.newPage());
    } finally {
      await context.close();
    }
  };
  await inOwnBrowser((page) => beOperator(page, facts));
  const company = "Northwind";
  const organizationId = await inOwnBrowser((page) => foundCompany(page, facts, company, visitors.owner));
  await operate("organizations", "admit", organizationId, "--budget", "200");
  await operate("email-senders", "add", "example.com", "--org", organizationId);
  const bearer = await bearerOf(facts, visitors.owner);
  const nexus = createNexusClient({ baseUrl: facts.gatewayUrl, credential: { bearer } });
  await callModels(nexus);
  await sendMail(nexus);
  await haveRules(nexus);
  await takePayments(nexus, facts.gatewayUrl);
  await haveCustomers(nexus);
  const order = { reference: "order-7", amount: { amount: "5001", currency: "USD" as const }, provider: "stripe" };
  await nexus.payments.order.create.mutate(order, withIdempotencyKey("order-7"));
  const joined = { bearer, organizationId, company };
  await inOwnBrowser((page) => join(page, facts, joined, visitors.member, "member"));
  await inOwnBrowser((page) => join(page, facts, joined, visitors.guest, "guest"));
  await inOwnBrowser((page) => foundCompany(page, facts, "Fabrikam", visitors.newcomer));
  await inOwnBrowser((page) => beNobody(page, facts));
};
