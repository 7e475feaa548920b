import { describe, expect, it } from "vitest";
import {
  makeMollieCustomer,
  makeMolliePayment,
  makeMollieSubscription,
  payMolliePayment,
} from "../../../sandbox/mollie/mollie-payments.ts";
import { withIdempotencyKey, type NexusInputs } from "../../../client-sdk/src/index.ts";
import { pageOfOrder, mustBeDone, paymentFlowsOfSuite, submitPage } from "../../../test/payment-flows.ts";

const flows = paymentFlowsOfSuite();

/** What the payer does on Mollie's page. */
const pay = (url: string | null | undefined, outcome = "paid") => submitPage(url, { decision: "pay", outcome });

const eur = (amount: string) => ({ amount, currency: "EUR" }) as const;

type Order = NexusInputs["payments"]["order"]["create"];
const madeOrder = async (more: Partial<Order> = {}) =>
  mustBeDone(
    await flows.client.payments.order.create.mutate({
      provider: "mollie",
      reference: "order-1",
      amount: eur("10000"),
      description: "Chairs",
      returnUrl: "https://app.example/paid",
      cancelUrl: "https://app.example/back",
      ...more,
    }),
  );
const kinds = () => flows.doors.sandbox.mollie.effects().map(({ kind }) => kind);

describe("TopoloPay at Mollie", () => {
  it("takes an order that its payer pays, reads it, and refunds a part and the rest", async () => {
    const { organizationId } = flows.asService("srv_topolopay");
    const made = await madeOrder();
    expect(made).toMatchObject({ provider: "mollie", status: "created", next: "payer", paymentId: null });
    expect(made.amount).toEqual(eur("10000"));
    const { orderId } = made;
    expect((await pay(pageOfOrder(made))).href).toBe("https://app.example/paid");
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "captured",
      providerStatus: "paid",
      next: null,
      approval: null,
      captured: eur("10000"),
      paymentId: made.providerObjectId,
    });
    const refund = mustBeDone(await flows.client.payments.refund.create.mutate({ orderId, amount: eur("2500") }));
    expect(refund).toMatchObject({ status: "succeeded", remaining: eur("7500") });
    expect(await flows.client.payments.refund.get.query({ refundId: refund.refundId })).toMatchObject({
      status: "succeeded",
      amount: eur("2500"),
    });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "partially_refunded",
      refunded: eur("2500"),
    });
    expect(mustBeDone(await flows.client.payments.refund.create.mutate({ orderId }))).toMatchObject({
      remaining: eur("0"),
    });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ status: "refunded" });
    const [first, ...others] = await flows.doors.rows(organizationId);
    expect(first).toMatchObject({ state: "settled", source: "estimated", vendor: "mollie" });
    for (const row of others) expect(row).toMatchObject({ state: "settled", vendor: "mollie", cost: 0n });
    expect(kinds()).toEqual(["order", "capture", "refund", "refund"]);
  });

  it("sets aside what is captured later, in parts, and releases what is left", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder({ capture: "manual" });
    const { orderId } = made;
    await pay(pageOfOrder(made));
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "authorized",
      next: "capture",
    });
    expect(
      mustBeDone(await flows.client.payments.order.capture.mutate({ orderId, amount: eur("4000") })),
    ).toMatchObject({
      status: "partially_captured",
      captured: eur("4000"),
      next: "capture",
    });
    await expect(flows.client.payments.refund.create.mutate({ orderId, amount: eur("4001") })).rejects.toMatchObject({
      details: { kind: "refund_exceeds_captured" },
    });
    expect(
      mustBeDone(await flows.client.payments.order.capture.mutate({ orderId, amount: eur("6000") })),
    ).toMatchObject({
      status: "captured",
      captured: eur("10000"),
    });
    const other = await madeOrder({ capture: "manual", reference: "order-2" });
    await pay(pageOfOrder(other));
    const key = withIdempotencyKey("cancel-2");
    const canceled = mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId: other.orderId }, key));
    expect(canceled).toMatchObject({ status: "canceled", remoteEffect: "voided" });
    expect(kinds()).toEqual(["order", "authorize", "capture", "capture", "order", "authorize", "cancel"]);
  });

  it("cancels a page that nobody has paid, and leaves one that somebody is paying", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder();
    expect(mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId: made.orderId }))).toMatchObject({
      status: "canceled",
      remoteEffect: "voided",
    });
    const again = await madeOrder();
    await pay(pageOfOrder(again), "pending");
    await expect(flows.client.payments.order.cancel.mutate({ orderId: again.orderId })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await flows.client.payments.order.get.query({ orderId: again.orderId })).toMatchObject({
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
    flows.asService("srv_topolopay");
    const shown = await flows.client.payments.order.create.mutate({
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
    flows.asService("srv_topoloone");
    const { customerId } = mustBeDone(
      await flows.client.payments.customer.create.mutate({
        provider: "mollie",
        email: "payer@app.example",
        name: "Ann",
      }),
    );
    expect(await flows.client.payments.customer.get.query({ provider: "mollie", customerId })).toMatchObject({
      email: "payer@app.example",
      name: "Ann",
    });
    const made = mustBeDone(await flows.client.payments.checkout.create.mutate({ ...checkout, customer: customerId }));
    expect(made).toMatchObject({ status: "open", next: "payer", total: eur("12000"), customerId });
    const page = await (await fetch(made.url ?? "")).text();
    expect(page).toContain("EUR 120.00");
    expect(page).toContain("Chairs");
    await pay(made.url);
    expect(await flows.client.payments.checkout.get.query({ checkoutId: made.checkoutId })).toMatchObject({
      status: "complete",
      payment: "captured",
      url: null,
    });
    const other = mustBeDone(
      await flows.client.payments.checkout.create.mutate({ ...checkout, reference: "workspace-43" }),
    );
    expect(
      mustBeDone(await flows.client.payments.checkout.expire.mutate({ checkoutId: other.checkoutId })),
    ).toMatchObject({
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
      flows.asService("srv_topoloone");
      await expect(flows.client.payments.checkout.create.mutate({ ...checkout, ...more })).rejects.toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ field }],
      });
      expect(kinds()).toEqual([]);
    },
  );

  it("reads, changes and cancels a subscription, by the ids of its customer and of itself", async () => {
    const { organizationId } = flows.asService("srv_topoloone");
    const { store } = flows.doors.sandbox.mollie;
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
    expect(await flows.client.payments.subscription.get.query(one)).toMatchObject({
      status: "active",
      customerId: customer,
      items: [
        {
          priceId: null,
          price: { amount: { amount: "2000", currency: "EUR" }, interval: "month", intervalCount: 1 },
          quantity: 1,
        },
      ],
    });
    const listed = await flows.client.payments.subscription.list.query({ provider, customer, limit: 2 });
    expect(listed.subscriptions).toHaveLength(2);
    const rest = await flows.client.payments.subscription.list.query({ provider, customer, after: listed.next ?? "" });
    expect(rest).toMatchObject({ subscriptions: [{ providerObjectId: one.subscriptionId }], next: null });
    await expect(
      flows.client.payments.subscription.update.mutate({ ...one, quantity: 2, proration: "none" }),
    ).rejects.toMatchObject({ issues: [{ field: "quantity" }] });
    await flows.client.payments.subscription.update.mutate({ ...one, amount: eur("2500"), proration: "none" });
    expect(store.subscriptions.get(made[0]?.id ?? "")?.amount).toEqual({ units: 2_500, currency: "EUR" });
    expect(mustBeDone(await flows.client.payments.subscription.cancel.mutate({ ...one, at: "now" }))).toMatchObject({
      status: "canceled",
      canceledAt: expect.any(String),
    });
    flows.doors.callAs({ appId: "srv_topolopay" });
    await expect(flows.client.payments.subscription.get.query(one)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
