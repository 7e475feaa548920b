import { describe, expect, it } from "vitest";
import type { NexusInputs } from "../../../client-sdk/src/index.ts";
import { payAtRazorpay } from "../../../sandbox/razorpay/razorpay-payments.ts";
import { mustBeDone, paymentFlowsOfSuite, submitPage } from "../../../test/payment-flows.ts";

const flows = paymentFlowsOfSuite();

const pay = (url: string | null | undefined): Promise<URL> => submitPage(url, {});

type Order = NexusInputs["payments"]["order"]["create"];
type Checkout = NexusInputs["payments"]["checkout"]["create"];

const madeOrder = async (order: Omit<Order, "reference"> & Partial<Pick<Order, "reference">>) =>
  mustBeDone(await flows.client.payments.order.create.mutate({ reference: "order-1", ...order }));

const checkoutAt = (provider: string, currency: "INR" | "EUR"): Checkout => ({
  provider,
  reference: "workspace-42",
  mode: "payment",
  lines: [{ name: "Chairs", amount: { amount: "1050", currency }, quantity: 2 }],
  successUrl: "https://app.example/done",
});

describe("Razorpay", () => {
  const inr = (amount: string) => ({ amount, currency: "INR" }) as const;

  it("takes an order in a form of the app's, captures what is set aside, and refunds it", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder({ provider: "razorpay", amount: inr("10000"), capture: "manual" });
    const { orderId, providerObjectId } = made;
    expect(made).toMatchObject({ status: "created", next: "payer", approval: null, amount: inr("10000") });
    payAtRazorpay(flows.doors.sandbox.razorpay.store, providerObjectId);
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "authorized",
      next: "capture",
    });
    expect(mustBeDone(await flows.client.payments.order.capture.mutate({ orderId }))).toMatchObject({
      status: "captured",
      captured: inr("10000"),
      fee: inr("236"),
    });
    const refund = mustBeDone(await flows.client.payments.refund.create.mutate({ orderId, amount: inr("2500") }));
    expect(refund).toMatchObject({ status: "succeeded", remaining: inr("7500") });
    expect(await flows.client.payments.refund.get.query({ refundId: refund.refundId })).toMatchObject({
      amount: inr("2500"),
    });
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ status: "partially_refunded" });
    await expect(flows.client.payments.order.cancel.mutate({ orderId })).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
    });
  });

  it("opens a link, which is paid or closed", async () => {
    flows.asService("srv_topoloone");
    const made = mustBeDone(await flows.client.payments.checkout.create.mutate(checkoutAt("razorpay", "INR")));
    expect(made).toMatchObject({ status: "open", next: "payer", total: inr("2100") });
    expect((await pay(made.url)).searchParams.get("razorpay_payment_id")).toMatch(/^pay_/);
    const { checkoutId } = made;
    expect(await flows.client.payments.checkout.get.query({ checkoutId })).toMatchObject({
      status: "complete",
      payment: "captured",
      url: null,
    });
    expect(mustBeDone(await flows.client.payments.refund.create.mutate({ checkoutId }))).toMatchObject({
      remaining: inr("0"),
    });
    const other = { ...checkoutAt("razorpay", "INR"), reference: "workspace-43" };
    const second = mustBeDone(await flows.client.payments.checkout.create.mutate(other));
    expect(
      mustBeDone(await flows.client.payments.checkout.expire.mutate({ checkoutId: second.checkoutId })),
    ).toMatchObject({
      status: "expired",
      url: null,
    });
  });
});

describe("Adyen", () => {
  const eur = (amount: string) => ({ amount, currency: "EUR" }) as const;

  it("opens a link, which is paid or closed", async () => {
    flows.asService("srv_topoloone");
    const made = mustBeDone(await flows.client.payments.checkout.create.mutate(checkoutAt("adyen", "EUR")));
    expect(made).toMatchObject({ status: "open", total: eur("2100"), expiresAt: expect.any(String) });
    expect((await pay(made.url)).href).toBe("https://app.example/done");
    expect(await flows.client.payments.checkout.get.query({ checkoutId: made.checkoutId })).toMatchObject({
      status: "complete",
      payment: "authorized",
      next: null,
    });
    const other = { ...checkoutAt("adyen", "EUR"), reference: "workspace-43" };
    const second = mustBeDone(await flows.client.payments.checkout.create.mutate(other));
    expect(
      mustBeDone(await flows.client.payments.checkout.expire.mutate({ checkoutId: second.checkoutId })),
    ).toMatchObject({
      status: "expired",
    });
  });

  it("takes an order on its page, and closes one that nobody has paid; of what is paid it declares no more", async () => {
    flows.asService("srv_topolopay");
    const order = { provider: "adyen", amount: eur("10000"), returnUrl: "https://app.example/paid" } as const;
    const open = await madeOrder(order);
    expect(open).toMatchObject({ status: "created", next: "payer", approval: { kind: "redirect" } });
    expect(mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId: open.orderId }))).toMatchObject({
      remoteEffect: "voided",
    });
    expect(await flows.client.payments.order.get.query({ orderId: open.orderId })).toMatchObject({ status: "expired" });
    const { orderId, approval } = await madeOrder({ ...order, reference: "order-2" });
    expect((await pay(approval?.kind === "redirect" ? approval.url : "")).href).toBe("https://app.example/paid");
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "authorized",
      next: null,
    });
    const issues = (field: string) => ({ code: "INVALID_INPUT", issues: [expect.objectContaining({ field })] });
    await expect(flows.client.payments.order.cancel.mutate({ orderId })).rejects.toMatchObject(issues("orderId"));
    const manual = { ...order, reference: "order-3", capture: "manual" } as const;
    await expect(madeOrder(manual)).rejects.toMatchObject(issues("capture"));
    for (const refused of [flows.client.payments.order.capture, flows.client.payments.refund.create])
      await expect(refused.mutate({ orderId })).rejects.toMatchObject({ code: "CAPABILITY_MISSING" });
    expect(flows.doors.sandbox.adyen.effects().map(({ kind }) => kind)).toEqual([
      "order",
      "expire",
      "order",
      "payment",
    ]);
  });
});
