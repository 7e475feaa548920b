import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  makeMollieCustomer,
  makeMolliePayment,
  makeMollieSubscription,
  payMolliePayment,
} from "../../../sandbox/mollie/mollie-payments.ts";
import { withIdempotencyKey, type NexusInputs } from "../../../client-sdk/src/index.ts";
import { openPaymentFlows, type PaymentFlows } from "../../../test/payment-flows.ts";

let doors: PaymentFlows["doors"];
let client: PaymentFlows["client"];
let asService: PaymentFlows["asService"];

beforeAll(async () => {
  ({ doors, client, asService } = await openPaymentFlows(["srv_topoloone", "srv_topolopay"]));
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const done = <T extends { readonly effect: string }>(answer: T): Extract<T, { readonly effect: "done" }> => {
  if (answer.effect !== "done") throw new Error("nothing was done");
  return answer as Extract<T, { readonly effect: "done" }>;
};

/** What the payer does on Mollie's page. */
const decide = async (url: string | null | undefined, form: Record<string, string>): Promise<URL> => {
  const response = await fetch(url ?? "", { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  expect(response.status).toBe(303);
  return new URL(response.headers.get("location") ?? "");
};
const pay = (url: string | null | undefined, outcome = "paid") => decide(url, { decision: "pay", outcome });

const pageOf = ({ approval }: { readonly approval: { readonly kind: string; readonly url?: string } | null }) =>
  approval?.kind === "redirect" ? approval.url : undefined;

const eur = (amount: string) => ({ amount, currency: "EUR" }) as const;

type Order = NexusInputs["payments"]["order"]["create"];
const madeOrder = async (more: Partial<Order> = {}) =>
  done(
    await client.payments.order.create.mutate({
      provider: "mollie",
      reference: "order-1",
      amount: eur("10000"),
      description: "Chairs",
      returnUrl: "https://app.example/paid",
      cancelUrl: "https://app.example/back",
      ...more,
    }),
  );
const kinds = () => doors.sandbox.mollie.effects().map(({ kind }) => kind);

describe("TopoloPay at Mollie", () => {
  it("takes an order that its payer pays, reads it, and refunds a part and the rest", async () => {
    const { organizationId } = asService("srv_topolopay");
    const made = await madeOrder();
    expect(made).toMatchObject({ provider: "mollie", status: "created", next: "payer", paymentId: null });
    expect(made.amount).toEqual(eur("10000"));
    const { orderId } = made;
    expect((await pay(pageOf(made))).href).toBe("https://app.example/paid");
    expect(await client.payments.order.get.query({ orderId })).toMatchObject({
      status: "captured",
      providerStatus: "paid",
      next: null,
      approval: null,
      captured: eur("10000"),
      paymentId: made.providerObjectId,
    });
    const refund = done(await client.payments.refund.create.mutate({ orderId, amount: eur("2500") }));
    expect(refund).toMatchObject({ status: "succeeded", remaining: eur("7500") });
    expect(await client.payments.refund.get.query({ refundId: refund.refundId })).toMatchObject({
      status: "succeeded",
      amount: eur("2500"),
    });
    expect(await client.payments.order.get.query({ orderId })).toMatchObject({
      status: "partially_refunded",
      refunded: eur("2500"),
    });
    expect(done(await client.payments.refund.create.mutate({ orderId }))).toMatchObject({ remaining: eur("0") });
    expect(await client.payments.order.get.query({ orderId })).toMatchObject({ status: "refunded" });
    const [first, ...others] = await doors.rows(organizationId);
    expect(first).toMatchObject({ state: "settled", source: "estimated", vendor: "mollie" });
    for (const row of others) expect(row).toMatchObject({ state: "settled", vendor: "mollie", cost: 0n });
    expect(kinds()).toEqual(["order", "capture", "refund", "refund"]);
  });

  it("sets aside what is captured later, in parts, and releases what is left", async () => {
    asService("srv_topolopay");
    const made = await madeOrder({ capture: "manual" });
    const { orderId } = made;
    await pay(pageOf(made));
    expect(await client.payments.order.get.query({ orderId })).toMatchObject({ status: "authorized", next: "capture" });
    expect(done(await client.payments.order.capture.mutate({ orderId, amount: eur("4000") }))).toMatchObject({
      status: "partially_captured",
      captured: eur("4000"),
      next: "capture",
    });
    await expect(client.payments.refund.create.mutate({ orderId, amount: eur("4001") })).rejects.toMatchObject({
      details: { kind: "refund_exceeds_captured" },
    });
    expect(done(await client.payments.order.capture.mutate({ orderId, amount: eur("6000") }))).toMatchObject({
      status: "captured",
      captured: eur("10000"),
    });
    const other = await madeOrder({ capture: "manual", reference: "order-2" });
    await pay(pageOf(other));
    const key = withIdempotencyKey("cancel-2");
    const canceled = done(await client.payments.order.cancel.mutate({ orderId: other.orderId }, key));
    expect(canceled).toMatchObject({ status: "canceled", remoteEffect: "voided" });
    expect(kinds()).toEqual(["order", "authorize", "capture", "capture", "order", "authorize", "cancel"]);
  });

  it("cancels a page that nobody has paid, and leaves one that somebody is paying", async () => {
    asService("srv_topolopay");
    const made = await madeOrder();
    expect(done(await client.payments.order.cancel.mutate({ orderId: made.orderId }))).toMatchObject({
      status: "canceled",
      remoteEffect: "voided",
    });
    const again = await madeOrder();
    await pay(pageOf(again), "pending");
    await expect(client.payments.order.cancel.mutate({ orderId: again.orderId })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await client.payments.order.get.query({ orderId: again.orderId })).toMatchObject({
      status: "pending",
      next: "wait",
    });
  });

  it.each([
    ["EUR", "1", "0.01"],
    ["JPY", "1050", "1050"],
    ["HUF", "1050", "10.50"],
    ["USD", "999999999999", "9999999999.99"],
  ] as const)("is told %s %s as %s", async (currency, amount, value) => {
    asService("srv_topolopay");
    const shown = await client.payments.order.create.mutate({
      provider: "mollie",
      reference: "order-1",
      amount: { amount, currency },
      returnUrl: "https://app.example/paid",
      dryRun: true,
    });
    const body: unknown = "request" in shown ? JSON.parse(shown.request.body) : undefined;
    expect(body).toMatchObject({ amount: { currency, value } });
  });
});

describe("TopoloOne at Mollie", () => {
  const checkout: NexusInputs["payments"]["checkout"]["create"] = {
    provider: "mollie",
    reference: "workspace-42",
    mode: "payment",
    lines: [
      { name: "Chairs", amount: eur("1050"), quantity: 2 },
      { name: "Table", amount: eur("9900") },
    ],
    successUrl: "https://app.example/done",
    cancelUrl: "https://app.example/back",
  };

  it("opens a checkout for a customer, and closes one that is not wanted any more", async () => {
    asService("srv_topoloone");
    const { customerId } = done(
      await client.payments.customer.create.mutate({ provider: "mollie", email: "payer@app.example", name: "Ann" }),
    );
    expect(await client.payments.customer.get.query({ provider: "mollie", customerId })).toMatchObject({
      email: "payer@app.example",
      name: "Ann",
    });
    const made = done(await client.payments.checkout.create.mutate({ ...checkout, customer: customerId }));
    expect(made).toMatchObject({ status: "open", next: "payer", total: eur("12000"), customerId });
    const page = await (await fetch(made.url ?? "")).text();
    expect(page).toContain("EUR 120.00");
    expect(page).toContain("Chairs");
    await pay(made.url);
    expect(await client.payments.checkout.get.query({ checkoutId: made.checkoutId })).toMatchObject({
      status: "complete",
      payment: "captured",
      url: null,
    });
    const other = done(await client.payments.checkout.create.mutate({ ...checkout, reference: "workspace-43" }));
    expect(done(await client.payments.checkout.expire.mutate({ checkoutId: other.checkoutId }))).toMatchObject({
      status: "expired",
      url: null,
    });
  });

  const metadata = Object.fromEntries(["a", "b", "c"].map((name) => [name, "x".repeat(400)]));
  it.each([
    ["lines.0.price", { mode: "subscription", lines: [{ price: "price_1", quantity: 1 }] }],
    ["expiresAt", { expiresAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ["metadata", { metadata }],
  ] satisfies [string, Partial<typeof checkout>][])(
    "is not asked for what Mollie has no place for: %s",
    async (field, more) => {
      asService("srv_topoloone");
      await expect(client.payments.checkout.create.mutate({ ...checkout, ...more })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ field }],
      });
      expect(kinds()).toEqual([]);
    },
  );

  it("reads, changes and cancels a subscription, by the ids of its customer and of itself", async () => {
    const { organizationId } = asService("srv_topoloone");
    const { store } = doors.sandbox.mollie;
    const metadata = { nexus_organization_id: organizationId, nexus_app_id: "srv_topoloone" };
    const { id: customer } = makeMollieCustomer(store, { email: "payer@app.example", metadata });
    const amount = { currency: "EUR", value: "20.00" };
    const first = { amount, description: "First", redirectUrl: "https://app.example", customerId: customer } as const;
    payMolliePayment(store, makeMolliePayment(store, { ...first, sequenceType: "first" }), "paid");
    const asked = { amount, interval: "1 month", description: "Monthly", metadata };
    const made = [1, 2, 3].map(() => makeMollieSubscription(store, customer, asked));
    const provider = "mollie";
    const [one] = made.map(({ id }) => ({ provider, subscriptionId: `${customer}-${id}` }));
    if (one === undefined) throw new Error("no subscription");
    expect(await client.payments.subscription.get.query(one)).toMatchObject({
      status: "active",
      customerId: customer,
      items: [{ priceId: null, quantity: 1 }],
    });
    const listed = await client.payments.subscription.list.query({ provider, customer, limit: 2 });
    expect(listed.subscriptions).toHaveLength(2);
    const rest = await client.payments.subscription.list.query({ provider, customer, after: listed.next ?? "" });
    expect(rest).toMatchObject({ subscriptions: [{ providerObjectId: one.subscriptionId }], next: null });
    await expect(
      client.payments.subscription.update.mutate({ ...one, quantity: 2, proration: "none" }),
    ).rejects.toMatchObject({ issues: [{ field: "quantity" }] });
    await client.payments.subscription.update.mutate({ ...one, amount: eur("2500"), proration: "none" });
    expect(store.subscriptions.get(made[0]?.id ?? "")?.amount).toEqual({ units: 2_500, currency: "EUR" });
    expect(done(await client.payments.subscription.cancel.mutate({ ...one, at: "now" }))).toMatchObject({
      status: "canceled",
      canceledAt: expect.any(String),
    });
    doors.callAs({ appId: "srv_topolopay" });
    await expect(client.payments.subscription.get.query(one)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
