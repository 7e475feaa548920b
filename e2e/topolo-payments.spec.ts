import { createNexusClient, type NexusClient } from "@topolo/nexus-client";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { operate } from "./operate.ts";
import { picture } from "./picture.ts";

// Spends for the organization Topolo, whose first call sign-in.spec.ts makes: files run in the order of their names.
test.describe.configure({ mode: "serial", timeout: 120_000 });

const run = Date.now().toString(36);
const shop = "https://pay.topolo.app";
const permissions = ["create", "read", "manage"].map((one) => `srv_nexus.payments:${one}`);

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let token = "";

/** A service of Topolo's own, which acts for the organization with the slug `topolo` and for no person. */
const as = (appId: string): NexusClient =>
  createNexusClient({
    baseUrl: facts.gatewayUrl,
    credential: { serviceToken: token, organizationId: "org_topolo" },
    app: appId,
  });

/**
 * The shops' own pages are elsewhere, and nothing leaves this machine. Asked of the browser itself: Playwright's routes do
 * not see where a redirect leads.
 */
const answerForShops = async (of: BrowserContext, shown: Page): Promise<void> => {
  const browser = await of.newCDPSession(shown);
  browser.on("Fetch.requestPaused", ({ requestId }) => {
    void browser.send("Fetch.fulfillRequest", {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: "content-type", value: "text/html" }],
      body: Buffer.from("<h1>Back at the shop</h1>").toString("base64"),
    });
  });
  await browser.send("Fetch.enable", {
    patterns: ["https://topolo.app/*", "https://*.topolo.app/*"].map((urlPattern) => ({ urlPattern })),
  });
};

const done = <T extends { readonly effect: string }>(answer: T): Extract<T, { readonly effect: "done" }> => {
  if (answer.effect !== "done") throw new Error("nothing was done");
  return answer as Extract<T, { readonly effect: "done" }>;
};

/** What the ledger has of a call. */
const rowOf = (nexus: NexusClient, { operationId }: { readonly operationId: string }) =>
  nexus.operations.get.query({ operationId });

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
  await answerForShops(context, page);
  const grants = [...permissions, "srv_nexus.usage:read"].flatMap((permission) => ["--permission", permission]);
  const made = await operate("token", "create", "--org", "topolo", ...grants, "--label", `payments ${run}`);
  token = /nxs_\S+/.exec(made)?.[0] ?? "";
  const isKnown = () =>
    as("srv_topolopay")
      .operations.list.query({})
      .then(
        () => true,
        () => false,
      );
  await expect.poll(isKnown).toBe(true);
});
test.afterAll(() => context.close());

test("TopoloPay's order is approved on PayPal's page, captured and refunded", async () => {
  const nexus = as("srv_topolopay");
  const made = done(
    await nexus.payments.order.create.mutate({
      provider: "paypal",
      reference: `order-${run}`,
      amount: { amount: "12000", currency: "USD" },
      description: "Two chairs and a table",
      returnUrl: `${shop}/paid`,
      cancelUrl: `${shop}/cart`,
    }),
  );
  const { orderId, approval } = made;
  await page.goto(approval?.kind === "redirect" ? approval.url : "");
  await expect(page.getByRole("heading", { name: "Pay USD 120.00" })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "sandbox-paypal-approval");
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByRole("heading", { name: "Back at the shop" })).toBeVisible();
  expect(new URL(page.url()).searchParams.get("token")).toBe(made.providerObjectId);
  expect(await nexus.payments.order.get.query({ orderId })).toMatchObject({ next: "capture" });
  const captured = done(await nexus.payments.order.capture.mutate({ orderId }));
  expect(captured).toMatchObject({ status: "captured", captured: { amount: "12000", currency: "USD" } });
  const refund = done(
    await nexus.payments.refund.create.mutate({ orderId, amount: { amount: "2000", currency: "USD" } }),
  );
  expect(refund).toMatchObject({ status: "succeeded", remaining: { amount: "10000" } });
  // Reading the order books what PayPal took: 3.49 % and 0.49.
  expect(await nexus.payments.order.get.query({ orderId })).toMatchObject({ status: "partially_refunded" });
  const row = { vendor: "paypal", state: "settled", appId: "srv_topolopay" };
  expect(await rowOf(nexus, made.nexus)).toMatchObject({ ...row, costNanos: "4680000000" });
  for (const { nexus: free } of [captured, refund])
    expect(await rowOf(nexus, free)).toMatchObject({ ...row, costNanos: "0" });
});

test("TopoloOne's checkout is paid on Stripe's page, and the webhook's side reads the subscription", async () => {
  const nexus = as("srv_topoloone");
  const made = done(
    await nexus.payments.checkout.create.mutate({
      provider: "stripe",
      reference: `workspace-${run}`,
      mode: "subscription",
      lines: [{ price: "price_sandbox_monthly", quantity: 3 }],
      successUrl: "https://topolo.app/welcome",
      cancelUrl: "https://topolo.app/plans",
    }),
  );
  await page.goto(made.url ?? "");
  await expect(page.getByRole("heading", { name: "Pay USD 60.00" })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "sandbox-stripe-checkout");
  await page.getByRole("button", { name: "Pay" }).click();
  await expect(page.getByRole("heading", { name: "Back at the shop" })).toBeVisible();
  expect(page.url()).toBe("https://topolo.app/welcome");
  const { subscriptionId } = await nexus.payments.checkout.get.query({ checkoutId: made.checkoutId });
  const ask = { provider: "stripe", subscriptionId: subscriptionId ?? "" };
  expect(await nexus.payments.subscription.get.query(ask)).toMatchObject({
    status: "active",
    items: [{ priceId: "price_sandbox_monthly", quantity: 3 }],
  });
  expect(await rowOf(nexus, made.nexus)).toMatchObject({ vendor: "stripe", state: "settled", appId: "srv_topoloone" });
});

test("a payment link is paid by whoever opens it, and its page thanks", async () => {
  const nexus = as("srv_topolopay");
  const made = done(
    await nexus.payments.link.create.mutate({
      mode: "payment",
      lines: [{ name: "Ticket", amount: { amount: "2500", currency: "USD" } }],
      payments: 1,
    }),
  );
  await page.goto(made.url ?? "");
  await expect(page.getByRole("heading", { name: "Pay USD 25.00" })).toBeVisible();
  await page.getByRole("button", { name: "Pay" }).click();
  await expect(page.getByRole("heading", { name: "Thank you" })).toBeVisible();
  await picture(page, "sandbox-stripe-thanks");
  await page.goto(made.url ?? "");
  await expect(page.getByText("takes no more payments")).toBeVisible();
  expect(await nexus.payments.link.get.query({ linkId: made.linkId })).toMatchObject({ completed: 1, active: false });
});
