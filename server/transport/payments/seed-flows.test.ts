import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { withIdempotencyKey } from "../../../client-sdk/src/index.ts";
import { openPaymentFlows, type PaymentFlows } from "../../../test/payment-flows.ts";
import type { CallContext } from "../../contracts/call-context.ts";

let doors: PaymentFlows["doors"];
let client: PaymentFlows["client"];
let asService: PaymentFlows["asService"];

beforeAll(async () => {
  ({ doors, client, asService } = await openPaymentFlows([
    "srv_topoloone",
    "srv_topolopay",
    "srv_socialize",
    "srv_nexus",
  ]));
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const asPerson = (appId: string): CallContext => doors.callAs({ appId });

/** What the payer does in a browser. */
const pay = async (url: string | null, method = "pm_card_visa"): Promise<Response> => {
  if (url === null) throw new Error("there is no page to pay on");
  return fetch(url, { method: "POST", body: new URLSearchParams({ payment_method: method }), redirect: "manual" });
};

const rowOf = async (organizationId: string) => {
  const rows = await doors.rows(organizationId);
  return rows.map(({ state, source, vendor, model, cost, held }) => ({ state, source, vendor, model, cost, held }));
};

const done = <T extends { readonly effect: string }>(answer: T): Extract<T, { readonly effect: "done" }> => {
  if (answer.effect !== "done") throw new Error("nothing was done");
  return answer as Extract<T, { readonly effect: "done" }>;
};

const urls = { successUrl: "https://app.example/done?s={CHECKOUT_SESSION_ID}", cancelUrl: "https://app.example/back" };

test("TopoloOne opens a checkout for a subscription, the payer pays on the page, and the webhook's side reads the subscription", async () => {
  const { organizationId } = asService("srv_topoloone");
  const made = done(
    await client.payments.checkout.create.mutate({
      reference: "workspace-42",
      mode: "subscription",
      lines: [{ price: "price_sandbox_monthly", quantity: 3 }],
      customerEmail: "payer@example.com",
      ...urls,
    }),
  );
  expect(made).toMatchObject({ status: "open", payment: "created", provider: "stripe", replayed: false });
  expect(made.total).toEqual({ amount: "6000", currency: "USD" });
  expect(made.nexus).toMatchObject({ vendor: "stripe", credentialTier: "platform_default", usageSource: "estimated" });
  const page = await fetch(made.url ?? "");
  expect(await page.text()).toContain("USD 60.00");
  const paid = await pay(made.url);
  expect(paid.status).toBe(303);
  expect(paid.headers.get("location")).toBe(`https://app.example/done?s=${made.providerObjectId}`);
  const after = await client.payments.checkout.get.query({ checkoutId: made.checkoutId });
  expect(after).toMatchObject({ status: "complete", payment: "captured", url: null, providerStatus: "complete paid" });
  const subscription = await client.payments.subscription.get.query({
    provider: "stripe",
    subscriptionId: after.subscriptionId ?? "",
  });
  expect(subscription).toMatchObject({ status: "active", cancelAtPeriodEnd: false, customerId: after.customerId });
  expect(subscription.items).toHaveLength(1);
  expect(subscription.items[0]).toMatchObject({
    priceId: "price_sandbox_monthly",
    price: { amount: { amount: "2000", currency: "USD" }, interval: "month", intervalCount: 1 },
    quantity: 3,
  });
  // 6.5 % of 60.00, and 0.30
  expect(await rowOf(organizationId)).toEqual([
    { state: "settled", source: "estimated", vendor: "stripe", model: "", cost: 4_200_000_000n, held: 4_200_000_000n },
  ]);
  expect(await doors.counters(organizationId)).toMatchObject({ reserved: 0n, spent: 4_200_000_000n });
});

test("TopoloPay takes an order, reads it, captures it, refunds a part of it, and books the vendor's own fee", async () => {
  const { organizationId } = asService("srv_topolopay");
  const made = done(
    await client.payments.order.create.mutate({
      reference: "order-1",
      amount: { amount: "10000", currency: "USD" },
      capture: "manual",
      description: "Chairs",
      returnUrl: "https://app.example/paid",
    }),
  );
  expect(made).toMatchObject({ status: "created", next: "payer", approval: { kind: "redirect" } });
  const approval = made.approval?.kind === "redirect" ? made.approval.url : null;
  expect((await pay(approval)).status).toBe(303);
  const { orderId } = made;
  expect(await client.payments.order.get.query({ orderId })).toMatchObject({
    status: "authorized",
    next: "capture",
    captured: { amount: "0", currency: "USD" },
  });
  const captured = done(await client.payments.order.capture.mutate({ orderId }));
  expect(captured).toMatchObject({ status: "captured", captured: { amount: "10000", currency: "USD" }, next: null });
  const refund = done(
    await client.payments.refund.create.mutate({ orderId, amount: { amount: "2500", currency: "USD" } }),
  );
  expect(refund).toMatchObject({ status: "succeeded", remaining: { amount: "7500", currency: "USD" } });
  expect(await client.payments.refund.get.query({ refundId: refund.refundId })).toMatchObject({
    status: "succeeded",
    amount: { amount: "2500", currency: "USD" },
  });
  expect(await client.payments.order.get.query({ orderId })).toMatchObject({
    status: "partially_refunded",
    refunded: { amount: "2500", currency: "USD" },
    fee: { amount: "320", currency: "USD" },
  });
  const [order, capture, refunded] = await rowOf(organizationId);
  // 2.9 % of 100.00, and 0.30, as the balance transaction says; 9.9 % and 0.49 was held, for PayPal could have had it.
  expect(order).toMatchObject({ state: "settled", source: "provider", cost: 3_200_000_000n, held: 10_390_000_000n });
  expect([capture, refunded]).toMatchObject([
    { state: "settled", cost: 0n, held: 1n },
    { state: "settled", cost: 0n, held: 1n },
  ]);
  expect(await doors.counters(organizationId)).toMatchObject({ reserved: 0n, spent: 3_200_000_000n });
  expect(doors.sandbox.stripe.effects().map(({ kind }) => kind)).toEqual(["checkout", "payment", "capture", "refund"]);
});

test("TopoloPay cancels an order that is not captured, whose fee is then none; a captured one is refused", async () => {
  const { organizationId } = asService("srv_topolopay");
  const open = done(
    await client.payments.order.create.mutate({
      reference: "order-2",
      amount: { amount: "5000", currency: "EUR" },
      returnUrl: "https://app.example/paid",
    }),
  );
  const { orderId } = open;
  const canceled = done(await client.payments.order.cancel.mutate({ orderId, reason: "abandoned" }));
  expect(canceled).toMatchObject({ orderId, status: "expired", remoteEffect: "voided", approval: null });
  expect((await rowOf(organizationId))[0]).toMatchObject({ state: "settled", source: "provider", cost: 0n });
  // The reference is free again.
  const again = done(
    await client.payments.order.create.mutate({
      reference: "order-2",
      amount: { amount: "5000", currency: "EUR" },
      returnUrl: "https://app.example/paid",
    }),
  );
  await pay(again.approval?.kind === "redirect" ? again.approval.url : null);
  await expect(client.payments.order.cancel.mutate({ orderId: again.orderId })).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("use refund.create"),
  });
});

test("Socialize sells by a member's token; a repeat with the same key is the same checkout", async () => {
  const { organizationId } = asPerson("srv_socialize");
  const input = {
    reference: "invoice/7",
    mode: "payment" as const,
    lines: [{ name: "Ad credit", amount: { amount: "1050", currency: "USD" as const }, quantity: 2 }],
    ...urls,
  };
  const options = withIdempotencyKey("invoice-7");
  const made = done(await client.payments.checkout.create.mutate(input, options));
  const again = done(await client.payments.checkout.create.mutate(input, options));
  expect(again).toEqual({ ...made, replayed: true });
  expect(doors.sandbox.stripe.effects()).toHaveLength(1);
  await pay(made.url, "pm_card_chargeDeclined").then(({ status }) => expect(status).toBe(402));
  expect(await client.payments.checkout.get.query({ checkoutId: made.checkoutId })).toMatchObject({
    status: "open",
    payment: "created",
  });
  expect((await pay(made.url)).status).toBe(303);
  const refund = done(await client.payments.refund.create.mutate({ checkoutId: made.checkoutId }));
  expect(refund).toMatchObject({ amount: { amount: "2100", currency: "USD" }, remaining: { amount: "0" } });
  expect(await doors.rows(organizationId)).toHaveLength(2);
});

test("the organization's people see what each app was paid, how it stood when its vendor was last asked, and change it if they may", async () => {
  const { organizationId } = asService("srv_topolopay");
  const made = done(
    await client.payments.order.create.mutate({
      reference: "order-seen",
      amount: { amount: "10000", currency: "USD" },
      capture: "manual",
      returnUrl: "https://app.example/paid",
    }),
  );
  const { orderId } = made;
  const operationId = orderId.slice(4);
  await pay(made.approval?.kind === "redirect" ? made.approval.url : null);

  doors.callAs({ organizationId, appId: "srv_socialize" });
  expect(await client.payments.operations.list.query({})).toEqual({ payments: [], next: null });
  expect(await client.payments.operations.list.query({ appId: "srv_topolopay" })).toEqual({ payments: [], next: null });
  await expect(client.payments.operations.get.query({ operationId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(client.payments.order.get.query({ orderId })).rejects.toMatchObject({ code: "NOT_FOUND" });

  const person = { organizationId, appId: "srv_nexus" };
  doors.callAs(person);
  const list = (filter: Parameters<typeof client.payments.operations.list.query>[0] = {}) =>
    client.payments.operations.list.query(filter);
  expect(await list()).toMatchObject({
    payments: [
      {
        paymentId: orderId,
        reference: "order-seen",
        state: "open",
        next: "payer",
        status: null,
        appId: "srv_topolopay",
      },
    ],
    next: null,
  });
  await client.payments.order.get.query({ orderId });
  expect(await list({ state: ["to_capture"] })).toMatchObject({
    payments: [{ paymentId: orderId, state: "to_capture", next: "capture", status: "authorized" }],
  });

  const member = new Set(["srv_nexus.payments:read", "srv_nexus.payments:create", "srv_nexus.payments:refund-any"]);
  doors.callAs({ ...person, permissions: member });
  expect(await list({ kind: "order" })).toMatchObject({ payments: [{ paymentId: orderId }] });
  await expect(client.payments.order.capture.mutate({ orderId })).rejects.toMatchObject({ code: "SCOPE_DENIED" });

  doors.callAs(person);
  await client.payments.order.capture.mutate({ orderId });
  await client.payments.refund.create.mutate({ orderId, amount: { amount: "2500", currency: "USD" } });
  const { payment, changes } = await client.payments.operations.get.query({ operationId });
  expect(payment).toMatchObject({
    state: "refunded",
    status: "captured",
    captured: { amount: "10000", currency: "USD" },
    refunded: { amount: "2500", currency: "USD" },
  });
  expect(changes).toMatchObject([
    { operation: "payments.refund.create", state: "done", of: { paymentId: orderId, reference: "order-seen" } },
    { operation: "payments.order.capture", state: "done", amount: null, next: null },
  ]);
  expect(await list({ kind: "refund", reference: "order-seen" })).toMatchObject({
    payments: [{ amount: { amount: "2500", currency: "USD" }, status: "succeeded" }],
  });
  expect(await list({ state: ["needs_review", "unknown"] })).toEqual({ payments: [], next: null });
  const first = await list({ limit: 1 });
  expect(first.next).toBe(first.payments[0]?.operationId);
  expect((await list({ before: first.next ?? "" })).payments).toHaveLength(2);
  const day = 86_400_000;
  const start = Math.floor(doors.deps.clock.now() / day) * day;
  const { sums } = await client.payments.operations.volume.query({
    from: new Date(start).toISOString(),
    to: new Date(start + day).toISOString(),
  });
  expect(sums).toMatchObject([
    { kind: "payment", state: "refunded", count: 1, amount: { amount: "10000", currency: "USD" } },
    { kind: "refund", state: "done", count: 1, amount: { amount: "2500", currency: "USD" } },
  ]);
  // Where the clocks are half an hour beside UTC's, days begin so too.
  const inKolkata = await client.payments.operations.volume.query({
    from: new Date(start - day).toISOString(),
    to: new Date(start + 2 * day).toISOString(),
    timeZone: "Asia/Kolkata",
  });
  expect(inKolkata.sums.map(({ at, count }) => [at.slice(11), count])).toEqual([
    ["18:30:00.000Z", 1],
    ["18:30:00.000Z", 1],
  ]);
});

test("a member sees another app's checkout, and neither closes it nor takes its money; without a payer's word it is over once it is closed", async () => {
  const { organizationId } = asService("srv_topoloone");
  const made = done(
    await client.payments.checkout.create.mutate({
      reference: "checkout-seen",
      mode: "payment",
      lines: [{ name: "Chairs", amount: { amount: "1050", currency: "USD" }, quantity: 2 }],
      ...urls,
    }),
  );
  const { checkoutId } = made;
  const permissions = new Set(["srv_nexus.payments:read", "srv_nexus.payments:create"]);
  doors.callAs({ organizationId, appId: "srv_nexus", permissions });
  expect(await client.payments.checkout.get.query({ checkoutId })).toMatchObject({ status: "open" });
  await expect(client.payments.checkout.expire.mutate({ checkoutId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  doors.callAs({ organizationId, appId: undefined });
  await client.payments.checkout.expire.mutate({ checkoutId });
  expect(await client.payments.operations.list.query({ kind: "checkout" })).toMatchObject({
    payments: [
      { operation: "payments.checkout.expire", state: "done" },
      { paymentId: checkoutId, state: "over", next: null, amount: { amount: "2100", currency: "USD" } },
    ],
  });
});
