import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createNexusClient,
  NexusClientError,
  withIdempotencyKey,
  type NexusInputs,
} from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { syncApps } from "../../domain/apps/index.ts";

let doors: TestDoors;
let client: ReturnType<typeof createNexusClient>;

beforeAll(async () => {
  doors = await openTestDoors();
  await syncApps(
    doors.deps,
    ["srv_shop", "srv_other"].map((id) => ({ id, name: id, kind: "application" })),
  );
  await doors.refresh();
  client = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" } });
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const effects = () => doors.sandbox.stripe.effects();

type Order = NexusInputs["payments"]["order"]["create"];
type Checkout = NexusInputs["payments"]["checkout"]["create"];

const order: Order = { reference: "ref-1", amount: { amount: "10000", currency: "USD" } };
const checkout: Checkout = {
  reference: "ref-1",
  mode: "payment",
  lines: [{ name: "Chairs", amount: { amount: "1050", currency: "USD" } }],
  successUrl: "https://app.example/done",
};

const madeOrder = async (input: Order = order): Promise<{ readonly orderId: string; readonly objectId: string }> => {
  const made = await client.payments.order.create.mutate(input);
  if (made.effect !== "done") throw new Error("not made");
  return { orderId: made.orderId, objectId: made.providerObjectId };
};

/** The payer confirms in the app's own form. */
const confirm = async (objectId: string): Promise<void> => {
  const response = await fetch(`${doors.sandbox.stripe.access.baseUrl}/v1/payment_intents/${objectId}/confirm`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payer", "content-type": "application/x-www-form-urlencoded" },
    body: "payment_method=pm_card_visa",
  });
  if (!response.ok) throw new Error(await response.text());
};

const paidOrder = async (input: Order = order): Promise<{ readonly orderId: string; readonly objectId: string }> => {
  const made = await madeOrder(input);
  await confirm(made.objectId);
  return made;
};

/** Asks again where nothing was done for want of room: a hundred at once are more than a busy database takes. */
const insist = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!NexusClientError.is(error) || !error.retryable || error.effect !== "none") throw error;
    }
  }
};
const crowdMs = 60_000;

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "done",
    (error: unknown) => error,
  );

describe("a business reference", () => {
  it("pays once, whatever the keys: the owner is named, and another app and organization have their own", async () => {
    const ctx = doors.callAs({ appId: "srv_shop" });
    const first = await client.payments.checkout.create.mutate(checkout);
    const again = client.payments.order.create.mutate(order);
    await expect(again).rejects.toMatchObject({
      code: "CONFLICT",
      effect: "none",
      details: { kind: "reference_locked", operationId: first.effect === "done" && first.nexus.operationId },
    });
    expect(effects()).toHaveLength(1);
    doors.callAs({ appId: "srv_other", organizationId: ctx.organizationId });
    await madeOrder();
    doors.callAs({ appId: "srv_shop" });
    await madeOrder();
    expect(effects()).toHaveLength(3);
  });

  it("is free again once its checkout is expired", async () => {
    doors.callAs({ appId: "srv_shop" });
    const first = await client.payments.checkout.create.mutate(checkout);
    if (first.effect !== "done") throw new Error("not made");
    const expired = await client.payments.checkout.expire.mutate({ checkoutId: first.checkoutId });
    expect(expired).toMatchObject({ status: "expired", payment: "expired", url: null });
    expect(await client.payments.checkout.create.mutate(checkout)).toMatchObject({ status: "open" });
  });

  it("is free again where the vendor refused", async () => {
    doors.callAs({ appId: "srv_shop" });
    doors.sandbox.stripe.setScript(({ seq }) => (seq === 1 ? "refuse" : undefined));
    await expect(client.payments.order.create.mutate(order)).rejects.toMatchObject({
      code: "PROVIDER_REJECTED",
      effect: "none",
    });
    await madeOrder();
  });

  it("makes one checkout of a hundred at once", { timeout: crowdMs }, async () => {
    const { organizationId } = doors.callAs({ appId: "srv_shop" });
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () => insist(() => client.payments.checkout.create.mutate(checkout))),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of all)
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "CONFLICT", effect: "none" });
    expect(effects()).toHaveLength(1);
    expect(await doors.counters(organizationId)).toMatchObject({ reserved: 0n });
  });
});

describe("refunds", () => {
  it("of a hundred at once never exceed what was captured", { timeout: crowdMs }, async () => {
    const { organizationId } = doors.callAs({ appId: "srv_shop" });
    const { orderId, objectId } = await paidOrder();
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () =>
        insist(() => client.payments.refund.create.mutate({ orderId, amount: { amount: "1500", currency: "USD" } })),
      ),
    );
    // 100.00 holds six of 15.00.
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
    for (const one of all)
      if (one.status === "rejected")
        expect(one.reason).toMatchObject({ code: "INVALID_INPUT", details: { kind: "refund_exceeds_captured" } });
    const refunds = effects().filter(({ kind }) => kind === "refund");
    expect(refunds.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBe(9_000);
    expect(doors.sandbox.stripe.thing(objectId)).toBeDefined();
    const last = await client.payments.refund.create.mutate({ orderId });
    expect(last).toMatchObject({ amount: { amount: "1000" }, remaining: { amount: "0" } });
    expect(await doors.counters(organizationId)).toMatchObject({ reserved: 0n });
  });

  it("count those that were made beside Nexus", async () => {
    doors.callAs({ appId: "srv_shop" });
    const { orderId, objectId } = await paidOrder();
    const beside = await fetch(`${doors.sandbox.stripe.access.baseUrl}/v1/refunds`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_dashboard", "content-type": "application/x-www-form-urlencoded" },
      body: `payment_intent=${objectId}&amount=9500`,
    });
    expect(beside.status).toBe(200);
    await expect(
      client.payments.refund.create.mutate({ orderId, amount: { amount: "501", currency: "USD" } }),
    ).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "amount", expected: "at most 500 USD" }],
    });
    await client.payments.refund.create.mutate({ orderId, amount: { amount: "500", currency: "USD" } });
  });

  it("of nothing captured are refused, and so is another currency", async () => {
    doors.callAs({ appId: "srv_shop" });
    const { orderId, objectId } = await madeOrder();
    await expect(client.payments.refund.create.mutate({ orderId })).rejects.toMatchObject({ code: "CONFLICT" });
    await confirm(objectId);
    await expect(
      client.payments.refund.create.mutate({ orderId, amount: { amount: "500", currency: "EUR" } }),
    ).rejects.toMatchObject({ issues: [{ field: "amount.currency" }] });
    await expect(client.payments.refund.create.mutate({})).rejects.toMatchObject({ issues: [{ field: "orderId" }] });
  });

  it("of another app's payment need a permission of their own", async () => {
    const { organizationId, permissions } = doors.callAs({ appId: "srv_shop" });
    const { orderId } = await paidOrder();
    doors.callAs({ appId: "srv_other", organizationId, permissions });
    await expect(client.payments.refund.create.mutate({ orderId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const any = new Set([...permissions, "srv_nexus.payments:refund-any"]);
    doors.callAs({ appId: "srv_other", organizationId, permissions: any });
    expect(await client.payments.refund.create.mutate({ orderId })).toMatchObject({ status: "succeeded" });
  });
});

describe("what is asked", () => {
  const hostile: readonly (readonly [string, unknown])[] = [
    ["a number", { amount: 1050, currency: "USD" }],
    ["nothing", { amount: "0", currency: "USD" }],
    ["less than nothing", { amount: "-1", currency: "USD" }],
    ["a fraction", { amount: "10.50", currency: "USD" }],
    ["an exponent", { amount: "1e3", currency: "USD" }],
    ["foreign digits", { amount: "١٠٥٠", currency: "USD" }],
    ["too much", { amount: "9999999999999", currency: "USD" }],
  ];

  it.each(hostile)("is no amount: %s, with the field named and nothing sent", async (_, amount) => {
    doors.callAs({ appId: "srv_shop" });
    // What a program without types may send.
    const input = { ...order, amount } as Order;
    await expect(client.payments.order.create.mutate(input)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "amount.amount" }],
    });
    expect(doors.sandbox.stripe.requests()).toBe(0);
  });

  it.each([
    ["1050", "MGA"],
    ["1051", "KWD"],
    ["100", "CVE"],
  ] as const)("is refused where the vendor cannot be told it exactly: %s %s", async (amount, currency) => {
    doors.callAs({ appId: "srv_shop" });
    await expect(client.payments.order.create.mutate({ ...order, amount: { amount, currency } })).rejects.toMatchObject(
      { code: "INVALID_INPUT", issues: [{ field: "amount" }] },
    );
    expect(doors.sandbox.stripe.requests()).toBe(0);
  });

  it("is refused in a currency whose fee has no price", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_shop" });
    await expect(
      client.payments.order.create.mutate({ ...order, amount: { amount: "5000", currency: "VND" } }),
    ).rejects.toMatchObject({ code: "MODEL_UNPRICED", details: { model: "payment-vnd" } });
    expect(await doors.rows(organizationId)).toEqual([]);
  });

  it.each([
    "https://evil.example/done",
    "http://app.example/done",
    "https://app.example@evil.example/done",
    "https://app.example.evil.example/done",
    "https://user:word@app.example/done",
  ])("does not send payers to %s", async (successUrl) => {
    doors.callAs({ appId: "srv_shop" });
    await expect(client.payments.checkout.create.mutate({ ...checkout, successUrl })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "successUrl" }],
    });
    expect(doors.sandbox.stripe.requests()).toBe(0);
  });

  it("does not send payers anywhere for a call without an app", async () => {
    doors.callAs();
    await expect(client.payments.checkout.create.mutate(checkout)).rejects.toMatchObject({
      issues: [{ field: "successUrl", expected: expect.stringContaining("registered app") }],
    });
  });

  it("holds no card number in any text", async () => {
    doors.callAs({ appId: "srv_shop" });
    for (const description of [
      "card 4242 4242 4242 4242",
      "4242-4242-4242-4242",
      "４２４２424242424242",
      "4242424242424242 12/29",
      "no. 7 4242 4242 4242 4242 123",
    ])
      await expect(client.payments.order.create.mutate({ ...order, description })).rejects.toMatchObject({
        issues: [{ field: "description" }],
      });
    await madeOrder({ ...order, description: "Order 1234567890123456" });
  });

  it("is shown by a dry run, without secrets, and nothing is sent, held or locked", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_shop" });
    const shown = await client.payments.order.create.mutate({ ...order, dryRun: true });
    if (!("dryRun" in shown)) throw new Error("it was no dry run");
    expect(shown).toMatchObject({ dryRun: true, provider: "stripe", boundNanoUsd: "6800000000" });
    expect(shown.request).toMatchObject({ method: "POST", path: "/v1/payment_intents" });
    expect(shown.request.headers).toMatchObject({ "stripe-version": "2026-10-28.endive" });
    expect(Object.keys(shown.request.headers)).not.toContain("authorization");
    expect(new URLSearchParams(shown.request.body).get("amount")).toBe("10000");
    expect(doors.sandbox.stripe.requests()).toBe(0);
    expect(await doors.rows(organizationId)).toEqual([]);
    const { orderId } = await madeOrder();
    const refund = await client.payments.refund.create.mutate({ orderId, dryRun: true });
    expect(refund).toMatchObject({ effect: "none", request: { path: "/v1/refunds" } });
    expect(effects()).toHaveLength(1);
  });

  it("with a known key is the stored answer; another request with it is refused", async () => {
    doors.callAs({ appId: "srv_shop" });
    const key = withIdempotencyKey("order-1");
    const first = await client.payments.order.create.mutate(order, key);
    expect(await client.payments.order.create.mutate(order, key)).toEqual({ ...first, replayed: true });
    const other = { ...order, amount: { amount: "10001", currency: "USD" as const } };
    await expect(client.payments.order.create.mutate(other, key)).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
    expect(effects()).toHaveLength(1);
  });
});

describe("what is read", () => {
  it("is the calling app's own", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_shop" });
    const { orderId } = await madeOrder();
    doors.callAs({ appId: "srv_other", organizationId });
    await expect(client.payments.order.get.query({ orderId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    doors.callAs({ appId: "srv_shop" });
    await expect(client.payments.order.get.query({ orderId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("in the platform's account is what was made for the organization", async () => {
    const buyer = doors.callAs({ appId: "srv_shop" });
    const input: Checkout = { ...checkout, mode: "subscription", lines: [{ price: "price_sandbox_monthly" }] };
    const made = await client.payments.checkout.create.mutate(input);
    if (made.effect !== "done" || made.url === null) throw new Error("not made");
    await fetch(made.url, {
      method: "POST",
      body: new URLSearchParams({ payment_method: "pm_card_visa" }),
      redirect: "manual",
    });
    const { subscriptionId } = await client.payments.checkout.get.query({ checkoutId: made.checkoutId });
    const ask = { provider: "stripe", subscriptionId: subscriptionId ?? "" };
    expect(await client.payments.subscription.get.query(ask)).toMatchObject({ status: "active" });
    const other = doors.callAs({ appId: "srv_shop" });
    expect(other.organizationId).not.toBe(buyer.organizationId);
    expect(await failure(client.payments.subscription.get.query(ask))).toMatchObject({ code: "NOT_FOUND" });
  });
});
