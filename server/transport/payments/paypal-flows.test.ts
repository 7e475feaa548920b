import { describe, expect, it } from "vitest";
import { withIdempotencyKey, type NexusInputs } from "../../../client-sdk/src/index.ts";
import { pageOfOrder, mustBeDone, paymentFlowsOfSuite, submitPage } from "../../../test/payment-flows.ts";

const flows = paymentFlowsOfSuite();

/** What the payer does on PayPal's page. */
const approve = (url: string | null | undefined, funding = "balance") =>
  submitPage(url, { decision: "approve", funding });

type Order = NexusInputs["payments"]["order"]["create"];
const order = (more: Partial<Order> = {}): Order => ({
  provider: "paypal",
  reference: "order-1",
  amount: { amount: "10000", currency: "USD" },
  description: "Chairs",
  returnUrl: "https://app.example/paid",
  cancelUrl: "https://app.example/back",
  ...more,
});
const madeOrder = async (more: Partial<Order> = {}) =>
  mustBeDone(await flows.client.payments.order.create.mutate(order(more)));

const rowsOf = async (organizationId: string) =>
  (await flows.doors.rows(organizationId)).map(({ state, source, vendor, cost, held }) => ({
    state,
    source,
    vendor,
    cost,
    held,
  }));
const kinds = () => flows.doors.sandbox.paypal.effects().map(({ kind }) => kind);

describe("TopoloPay at PayPal", () => {
  it("takes an order, captures it once the payer has approved, reads it, and refunds a part and the rest", async () => {
    const { organizationId } = flows.asService("srv_topolopay");
    const made = await madeOrder();
    expect(made).toMatchObject({ provider: "paypal", status: "requires_action", next: "payer", paymentId: null });
    expect(made.amount).toEqual({ amount: "10000", currency: "USD" });
    const { orderId } = made;
    await expect(flows.client.payments.order.capture.mutate({ orderId })).rejects.toMatchObject({ code: "CONFLICT" });
    const back = await approve(pageOfOrder(made));
    expect(back.origin).toBe("https://app.example");
    expect(back.searchParams.get("token")).toBe(made.providerObjectId);
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "created",
      providerStatus: "APPROVED",
      next: "capture",
      approval: null,
      captured: { amount: "0" },
    });
    const captured = mustBeDone(await flows.client.payments.order.capture.mutate({ orderId }));
    expect(captured).toMatchObject({ status: "captured", captured: { amount: "10000" }, next: null });
    const refund = mustBeDone(
      await flows.client.payments.refund.create.mutate({ orderId, amount: { amount: "2500", currency: "USD" } }),
    );
    expect(refund).toMatchObject({ status: "succeeded", remaining: { amount: "7500", currency: "USD" } });
    expect(await flows.client.payments.refund.get.query({ refundId: refund.refundId })).toMatchObject({
      status: "succeeded",
      amount: { amount: "2500", currency: "USD" },
    });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "partially_refunded",
      refunded: { amount: "2500", currency: "USD" },
      fee: { amount: "398", currency: "USD" },
    });
    expect(mustBeDone(await flows.client.payments.refund.create.mutate({ orderId }))).toMatchObject({
      remaining: { amount: "0" },
    });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ status: "refunded" });
    // The capture before the approval has done nothing.
    const [first, ...others] = (await rowsOf(organizationId)).filter(({ state }) => state !== "released");
    // 3.49 % of 100.00, and 0.49, as the capture says; 9.9 % and 0.49 were held.
    expect(first).toEqual({
      state: "settled",
      source: "provider",
      vendor: "paypal",
      cost: 3_980_000_000n,
      held: 10_390_000_000n,
    });
    expect(others).toHaveLength(3);
    for (const row of others) expect(row).toMatchObject({ state: "settled", vendor: "paypal", cost: 0n });
    expect(await flows.doors.counters(organizationId)).toMatchObject({ reserved: 0n, spent: 3_980_000_000n });
    expect(kinds()).toEqual(["order", "capture", "refund", "refund"]);
  });

  it("authorizes by itself where the money is taken later, and gives back what is not taken", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder({ capture: "manual" });
    const { orderId } = made;
    await approve(pageOfOrder(made));
    await expect(flows.client.payments.order.capture.mutate({ orderId })).rejects.toMatchObject({
      message: expect.stringContaining("order.authorize"),
    });
    const authorized = mustBeDone(await flows.client.payments.order.authorize.mutate({ orderId }));
    expect(authorized).toMatchObject({ status: "authorized", next: "capture", captured: { amount: "0" } });
    const amount = { amount: "4000", currency: "USD" } as const;
    expect(mustBeDone(await flows.client.payments.order.capture.mutate({ orderId, amount }))).toMatchObject({
      status: "partially_captured",
      captured: amount,
      next: null,
    });
    await expect(
      flows.client.payments.refund.create.mutate({ orderId, amount: { amount: "4001", currency: "USD" } }),
    ).rejects.toMatchObject({ details: { kind: "refund_exceeds_captured" } });
    expect(kinds()).toEqual(["order", "authorize", "capture"]);
  });

  it("cancels an order that is not paid on our side alone, refuses to capture it, and frees its reference", async () => {
    const { organizationId } = flows.asService("srv_topolopay");
    const made = await madeOrder();
    const { orderId } = made;
    await approve(pageOfOrder(made));
    const key = withIdempotencyKey("cancel-1");
    const canceled = mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId, reason: "abandoned" }, key));
    expect(canceled).toMatchObject({ status: "canceled", remoteEffect: "none", approval: null, next: null });
    expect(await flows.client.payments.order.cancel.mutate({ orderId, reason: "abandoned" }, key)).toEqual({
      ...canceled,
      replayed: true,
    });
    // PayPal would still take it.
    expect(flows.doors.sandbox.paypal.store.order(made.providerObjectId)?.status).toBe("APPROVED");
    await expect(flows.client.payments.order.capture.mutate({ orderId })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ status: "canceled", next: null });
    expect((await rowsOf(organizationId))[0]).toMatchObject({ cost: 0n, source: "provider" });
    await madeOrder();
    expect(kinds()).toEqual(["order", "order"]);
  });

  it("voids what is authorized, and refuses to cancel what is captured", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder({ capture: "manual" });
    await approve(pageOfOrder(made));
    await flows.client.payments.order.authorize.mutate({ orderId: made.orderId });
    expect(mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId: made.orderId }))).toMatchObject({
      status: "canceled",
      remoteEffect: "voided",
    });
    const paid = await madeOrder({ reference: "order-2" });
    await approve(pageOfOrder(paid));
    await flows.client.payments.order.capture.mutate({ orderId: paid.orderId });
    await expect(flows.client.payments.order.cancel.mutate({ orderId: paid.orderId })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining("use refund.create"),
    });
  });

  it("captures an order or cancels it, never both, whoever comes first", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder();
    const { orderId } = made;
    await approve(pageOfOrder(made));
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, at) =>
        at % 2 === 0
          ? flows.client.payments.order.capture.mutate({ orderId })
          : flows.client.payments.order.cancel.mutate({ orderId }),
      ),
    );
    const captures = kinds().filter((kind) => kind === "capture").length;
    const { status } = await flows.client.payments.order.get.query({ orderId });
    expect(status).toBe(captures === 1 ? "captured" : "canceled");
    const canceled = all.filter(
      (one) => one.status === "fulfilled" && one.value.effect === "done" && "remoteEffect" in one.value,
    );
    expect(canceled.length > 0).toBe(captures === 0);
  });

  it.each([
    ["echeck", "pending", "wait"],
    ["refused", "failed", null],
  ] as const)(
    "tells what became of the money, where the order is COMPLETED all the same: %s",
    async (funding, status, next) => {
      flows.asService("srv_topolopay");
      const made = await madeOrder();
      const { orderId } = made;
      await approve(pageOfOrder(made), funding);
      expect(mustBeDone(await flows.client.payments.order.capture.mutate({ orderId }))).toMatchObject({
        status,
        next,
        providerStatus: expect.stringMatching(/^COMPLETED (PENDING|DECLINED)$/),
        captured: { amount: "0" },
      });
      await expect(flows.client.payments.refund.create.mutate({ orderId })).rejects.toMatchObject({ code: "CONFLICT" });
    },
  );

  it("lets the payer choose another way to pay where the first is declined, and a failed order be canceled", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder();
    const { orderId } = made;
    await approve(pageOfOrder(made), "declined");
    await expect(flows.client.payments.order.capture.mutate({ orderId })).rejects.toMatchObject({
      code: "PROVIDER_REJECTED",
      effect: "none",
      details: { vendorError: { code: "INSTRUMENT_DECLINED" } },
    });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ next: "payer" });
    await approve(pageOfOrder(made), "refused");
    expect(mustBeDone(await flows.client.payments.order.capture.mutate({ orderId }))).toMatchObject({
      status: "failed",
    });
    expect(mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId }))).toMatchObject({
      status: "canceled",
    });
    await madeOrder();
  });

  it("frees the reference of an order that PayPal has forgotten", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder();
    flows.doors.sandbox.paypal.store.orders.delete(made.providerObjectId);
    expect(await flows.client.payments.order.get.query({ orderId: made.orderId })).toMatchObject({ status: "expired" });
    await madeOrder();
  });
});

describe("TopoloOne at PayPal", () => {
  const checkout: NexusInputs["payments"]["checkout"]["create"] = {
    provider: "paypal",
    reference: "workspace-42",
    mode: "payment",
    lines: [
      { name: "Chairs", amount: { amount: "1050", currency: "USD" }, quantity: 2 },
      { name: "Table", amount: { amount: "9900", currency: "USD" } },
    ],
    successUrl: "https://app.example/done",
    cancelUrl: "https://app.example/back",
  };

  it("opens a checkout of one payment, and takes the money once the payer has approved", async () => {
    const { organizationId } = flows.asService("srv_topoloone");
    const made = mustBeDone(await flows.client.payments.checkout.create.mutate(checkout));
    const { checkoutId } = made;
    expect(made).toMatchObject({ status: "open", next: "payer", total: { amount: "12000", currency: "USD" } });
    const page = await (await fetch(made.url ?? "")).text();
    expect(page).toContain("USD 120.00");
    expect(page).toContain("Chairs");
    expect((await submitPage(made.url, { decision: "cancel" })).pathname).toBe("/back");
    await expect(flows.client.payments.checkout.capture.mutate({ checkoutId })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await approve(made.url);
    expect(await flows.client.payments.checkout.get.query({ checkoutId })).toMatchObject({
      status: "complete",
      payment: "created",
      next: "capture",
      url: null,
    });
    expect(mustBeDone(await flows.client.payments.checkout.capture.mutate({ checkoutId }))).toMatchObject({
      status: "complete",
      payment: "captured",
      next: null,
      checkoutId,
    });
    const refund = mustBeDone(await flows.client.payments.refund.create.mutate({ checkoutId }));
    expect(refund).toMatchObject({ amount: { amount: "12000" }, remaining: { amount: "0" } });
    expect((await rowsOf(organizationId))[0]).toMatchObject({ source: "provider", cost: 4_680_000_000n });
    expect(await flows.doors.counters(organizationId)).toMatchObject({ reserved: 0n });
  });

  it("closes a checkout on our side, and never takes its money afterwards", async () => {
    flows.asService("srv_topoloone");
    const made = mustBeDone(await flows.client.payments.checkout.create.mutate(checkout));
    const { checkoutId } = made;
    expect(mustBeDone(await flows.client.payments.checkout.expire.mutate({ checkoutId }))).toMatchObject({
      status: "expired",
      payment: "expired",
      url: null,
    });
    await approve(made.url);
    await expect(flows.client.payments.checkout.capture.mutate({ checkoutId })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await flows.client.payments.checkout.create.mutate(checkout);
    expect(kinds()).not.toContain("capture");
  });

  it("sells a subscription by its plan, which the webhook's side reads", async () => {
    const { organizationId } = flows.asService("srv_topoloone");
    const made = mustBeDone(
      await flows.client.payments.checkout.create.mutate({
        ...checkout,
        provider: undefined,
        mode: "subscription",
        lines: [{ price: "P-SANDBOXMONTHLY", quantity: 3 }],
      }),
    );
    // The plan is PayPal's, which nobody had to say.
    expect(made).toMatchObject({ provider: "paypal", status: "open", payment: "created" });
    const back = await approve(made.url);
    const after = await flows.client.payments.checkout.get.query({ checkoutId: made.checkoutId });
    expect(after).toMatchObject({ status: "complete", payment: "captured", total: { amount: "6000" }, url: null });
    expect(back.searchParams.get("subscription_id")).toBe(after.subscriptionId);
    const ask = { provider: "paypal", subscriptionId: after.subscriptionId ?? "" };
    const subscription = await flows.client.payments.subscription.get.query(ask);
    expect(subscription).toMatchObject({ status: "active", customerId: after.customerId });
    expect(subscription.items).toMatchObject([{ priceId: "P-SANDBOXMONTHLY", quantity: 3 }]);
    expect((await rowsOf(organizationId))[0]).toMatchObject({ vendor: "paypal", source: "estimated" });
    await expect(flows.client.payments.checkout.expire.mutate({ checkoutId: made.checkoutId })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await expect(flows.client.payments.subscription.cancel.mutate({ ...ask, at: "period_end" })).rejects.toMatchObject({
      issues: [{ field: "at" }],
    });
    expect(mustBeDone(await flows.client.payments.subscription.cancel.mutate({ ...ask, at: "now" }))).toMatchObject({
      status: "canceled",
      providerStatus: "CANCELLED",
      canceledAt: expect.any(String),
    });
    expect(await flows.client.payments.subscription.get.query(ask)).toMatchObject({ status: "canceled" });
    flows.doors.callAs({ appId: "srv_topoloone" });
    await expect(flows.client.payments.subscription.get.query(ask)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
