import { describe, expect, it } from "vitest";
import type { NexusInputs } from "../../../client-sdk/src/index.ts";
import { makeSquareCustomer, makeSquareSubscription } from "../../../sandbox/square/square-payments.ts";
import { pageOfOrder, mustBeDone, paymentFlowsOfSuite, submitPage } from "../../../test/payment-flows.ts";

const flows = paymentFlowsOfSuite();

/** What the payer does on Square's page. */
const pay = (url: string | null | undefined): Promise<URL> => submitPage(url, { card: "ok" });

const usd = (amount: string) => ({ amount, currency: "USD" }) as const;
const provider = "square";
const kinds = () => flows.doors.sandbox.square.effects().map(({ kind }) => kind);

type Order = NexusInputs["payments"]["order"]["create"];
const madeOrder = async (more: Partial<Order>) =>
  mustBeDone(
    await flows.client.payments.order.create.mutate({ provider, reference: "order-1", amount: usd("10000"), ...more }),
  );

describe("TopoloPay at Square", () => {
  it("takes an order on Square's page, reads it with its fee, and refunds it", async () => {
    const { organizationId } = flows.asService("srv_topolopay");
    const made = await madeOrder({ returnUrl: "https://app.example/paid" });
    const { orderId } = made;
    expect(made).toMatchObject({
      status: "created",
      next: "payer",
      approval: { kind: "redirect" },
      amount: usd("10000"),
    });
    expect((await pay(pageOfOrder(made))).href).toBe("https://app.example/paid");
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({
      status: "captured",
      providerStatus: "OPEN COMPLETED",
      captured: usd("10000"),
      fee: usd("320"),
      next: null,
    });
    const refund = mustBeDone(await flows.client.payments.refund.create.mutate({ orderId, amount: usd("2500") }));
    expect(refund).toMatchObject({ status: "succeeded", remaining: usd("7500") });
    expect(await flows.client.payments.refund.get.query({ refundId: refund.refundId })).toMatchObject({
      amount: usd("2500"),
    });
    await expect(flows.client.payments.refund.create.mutate({ orderId, amount: usd("7501") })).rejects.toMatchObject({
      details: { kind: "refund_exceeds_captured" },
    });
    mustBeDone(await flows.client.payments.refund.create.mutate({ orderId }));
    expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ status: "refunded" });
    // As the payment says.
    expect((await flows.doors.rows(organizationId))[0]).toMatchObject({ source: "provider", cost: 3_200_000_000n });
  });

  it("sets aside what the app's own form gave, and captures or cancels it", async () => {
    flows.asService("srv_topolopay");
    const made = await madeOrder({ capture: "manual" });
    const { orderId } = made;
    expect(made).toMatchObject({ status: "created", next: "authorize", approval: null });
    await expect(flows.client.payments.order.authorize.mutate({ orderId })).rejects.toMatchObject({
      issues: [{ field: "paymentToken" }],
    });
    await expect(
      flows.client.payments.order.authorize.mutate({ orderId, paymentToken: "cnon:card-nonce-declined" }),
    ).rejects.toMatchObject({ code: "PROVIDER_REJECTED", effect: "none" });
    const paymentToken = "cnon:card-nonce-ok";
    expect(mustBeDone(await flows.client.payments.order.authorize.mutate({ orderId, paymentToken }))).toMatchObject({
      status: "authorized",
      next: "capture",
    });
    await expect(flows.client.payments.order.capture.mutate({ orderId, amount: usd("5000") })).rejects.toMatchObject({
      issues: [{ field: "amount" }],
    });
    expect(mustBeDone(await flows.client.payments.order.capture.mutate({ orderId }))).toMatchObject({
      status: "captured",
      captured: usd("10000"),
    });
    const other = await madeOrder({ capture: "manual", reference: "order-2" });
    await flows.client.payments.order.authorize.mutate({ orderId: other.orderId, paymentToken });
    expect(mustBeDone(await flows.client.payments.order.cancel.mutate({ orderId: other.orderId }))).toMatchObject({
      status: "canceled",
      remoteEffect: "voided",
    });
    expect(kinds()).toEqual(["order", "authorize", "capture", "order", "authorize", "cancel"]);
  });

  it.each([
    ["capture", { capture: "manual", returnUrl: "https://app.example/paid" }],
    ["capture", { capture: "auto" }],
    ["metadata", { capture: "manual", metadata: { note: "x".repeat(300) } }],
  ] satisfies [string, Partial<Order>][])(
    "is not asked for what Square has no way to do: %s %j",
    async (field, more) => {
      flows.asService("srv_topolopay");
      await expect(madeOrder(more)).rejects.toMatchObject({ code: "INVALID_INPUT", issues: [{ field }] });
      expect(kinds()).toEqual([]);
    },
  );

  it("refuses a card number as a token", async () => {
    flows.asService("srv_topolopay");
    const { orderId } = await madeOrder({ capture: "manual" });
    await expect(
      flows.client.payments.order.authorize.mutate({ orderId, paymentToken: "4111111111111111" }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "paymentToken" }] });
  });
});

describe("TopoloOne at Square", () => {
  it("opens a checkout for a customer, closes another, and frees its reference", async () => {
    flows.asService("srv_topoloone");
    const { customerId } = mustBeDone(
      await flows.client.payments.customer.create.mutate({ provider, email: "payer@app.example", name: "Ann" }),
    );
    expect(await flows.client.payments.customer.get.query({ provider, customerId })).toMatchObject({ name: "Ann" });
    const checkout: NexusInputs["payments"]["checkout"]["create"] = {
      provider,
      reference: "workspace-42",
      mode: "payment",
      lines: [{ name: "Chairs", amount: usd("1050"), quantity: 2 }],
      successUrl: "https://app.example/done",
      customer: customerId,
    };
    const made = mustBeDone(await flows.client.payments.checkout.create.mutate(checkout));
    expect(made).toMatchObject({ status: "open", total: usd("2100"), customerId });
    expect(await (await fetch(made.url ?? "")).text()).toContain("USD 21.00");
    await pay(made.url);
    const { checkoutId } = made;
    expect(await flows.client.payments.checkout.get.query({ checkoutId })).toMatchObject({
      status: "complete",
      payment: "captured",
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
    mustBeDone(await flows.client.payments.checkout.create.mutate({ ...checkout, reference: "workspace-43" }));
  });

  it("shows nobody a subscription of an account that several share, on which nothing says whose it is", async () => {
    const { organizationId } = flows.asService("srv_topoloone");
    const { store } = flows.doors.sandbox.square;
    const reference_id = `01a20028-f85c-706b-b97e-0071d41bb937|${organizationId}|srv_topoloone`;
    const { id: customer } = makeSquareCustomer(store, { reference_id });
    const { id: subscriptionId } = makeSquareSubscription(store, customer);
    await expect(flows.client.payments.subscription.get.query({ provider, subscriptionId })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

it("a payment of a key is taken back by it, and so is one that never was", async () => {
  const { store, access } = flows.doors.sandbox.square;
  const cancel = (key: string) =>
    fetch(`${access.baseUrl}/v2/payments/cancel`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${access.secret["apiKey"]}`,
        "square-version": "2026-09-16",
        "content-type": "application/json",
      },
      body: JSON.stringify({ idempotency_key: key }),
    });
  flows.asService("srv_topolopay");
  const { orderId } = await madeOrder({ capture: "manual" });
  await flows.client.payments.order.authorize.mutate({ orderId, paymentToken: "cnon:card-nonce-ok" });
  const [payment] = [...store.payments.values()];
  expect(payment?.key).toHaveLength(43);
  expect((await cancel("never-was")).status).toBe(200);
  expect(payment?.status).toBe("APPROVED");
  expect((await cancel(payment?.key ?? "")).status).toBe(200);
  expect(await flows.client.payments.order.get.query({ orderId })).toMatchObject({ status: "canceled", next: null });
});
