import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNexusClient, NexusClientError, type NexusInputs } from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { syncApps } from "../../domain/apps/index.ts";

let doors: TestDoors;
let client: ReturnType<typeof createNexusClient>;

beforeAll(async () => {
  doors = await openTestDoors();
  await syncApps(doors.deps, [{ id: "srv_shop", name: "srv_shop", kind: "application" }]);
  await doors.refresh();
  client = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" } });
});
afterAll(() => doors.close());
beforeEach(async () => {
  await doors.sandbox.reset();
  doors.callAs({ appId: "srv_shop" });
});

type Order = NexusInputs["payments"]["order"]["create"];
type Checkout = NexusInputs["payments"]["checkout"]["create"];
const order: Order = {
  provider: "paypal",
  reference: "ref-1",
  amount: { amount: "10000", currency: "USD" },
  returnUrl: "https://app.example/paid",
};
const checkout: Checkout = {
  provider: "paypal",
  reference: "ref-1",
  mode: "payment",
  lines: [{ name: "Chairs", amount: { amount: "1050", currency: "USD" } }],
  successUrl: "https://app.example/done",
};

const madeOrder = async (input: Order = order) => {
  const made = await client.payments.order.create.mutate(input);
  if (made.effect !== "done") throw new Error("not made");
  return made;
};

const paidOrder = async () => {
  const { orderId, approval } = await madeOrder();
  const url = approval?.kind === "redirect" ? approval.url : "";
  const body = new URLSearchParams({ decision: "approve", funding: "balance" });
  await fetch(url, { method: "POST", body, redirect: "manual" });
  await client.payments.order.capture.mutate({ orderId });
  return orderId;
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
const effects = () => doors.sandbox.paypal.effects();

describe("a hundred at once at PayPal", () => {
  it("never refund more than was captured", { timeout: crowdMs }, async () => {
    const orderId = await paidOrder();
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () =>
        insist(() => client.payments.refund.create.mutate({ orderId, amount: { amount: "1500", currency: "USD" } })),
      ),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
    for (const one of all)
      if (one.status === "rejected")
        expect(one.reason).toMatchObject({ code: "INVALID_INPUT", details: { kind: "refund_exceeds_captured" } });
    const refunds = effects().filter(({ kind }) => kind === "refund");
    expect(refunds.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBe(9_000);
  });

  it("make one checkout for one reference", { timeout: crowdMs }, async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 100 }, () => insist(() => client.payments.checkout.create.mutate(checkout))),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of all)
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "CONFLICT", effect: "none" });
    expect(effects()).toHaveLength(1);
    // However many ask, one token is asked for.
    expect(doors.sandbox.paypal.tokens.issued()).toBeLessThanOrEqual(1);
  });
});

describe("the choice of a vendor", () => {
  it("is the caller's where one is named, and else the first that can", async () => {
    expect(await madeOrder()).toMatchObject({ provider: "paypal" });
    expect(await madeOrder({ ...order, provider: "stripe", reference: "ref-2" })).toMatchObject({ provider: "stripe" });
    expect(await madeOrder({ ...order, provider: undefined, reference: "ref-3" })).toMatchObject({
      provider: "stripe",
    });
  });

  it.each([
    ["metadata", { metadata: { table: "7" } }],
    ["returnUrl", { returnUrl: undefined }],
  ] as const)("leaves PayPal out where it has no way to do it, and names the field: %s", async (field, more) => {
    await expect(client.payments.order.create.mutate({ ...order, ...more })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field }],
      details: { kind: "unsupported_by_provider", vendor: "paypal" },
    });
    expect(doors.sandbox.paypal.requests()).toBe(0);
    expect(await madeOrder({ ...order, ...more, provider: undefined })).toMatchObject({ provider: "stripe" });
  });

  it.each([
    ["1050", "HUF"],
    ["1000", "KRW"],
    ["1000", "KWD"],
  ] as const)(
    "refuses an amount that PayPal cannot be told exactly, with nothing sent: %s %s",
    async (amount, currency) => {
      await expect(
        client.payments.order.create.mutate({ ...order, amount: { amount, currency } }),
      ).rejects.toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ field: "amount" }],
      });
      expect(doors.sandbox.paypal.requests()).toBe(0);
    },
  );

  it("stays with the vendor that has the payment", async () => {
    const orderId = await paidOrder();
    const refund = await client.payments.refund.create.mutate({ orderId });
    expect(refund).toMatchObject({ provider: "paypal" });
    expect(doors.sandbox.stripe.requests()).toBe(0);
    const atStripe = await madeOrder({ ...order, provider: "stripe", reference: "ref-2" });
    await expect(client.payments.order.authorize.mutate({ orderId: atStripe.orderId })).rejects.toMatchObject({
      code: "CAPABILITY_MISSING",
    });
  });
});

describe("access tokens", () => {
  it("are asked for once, and again where PayPal has withdrawn one", async () => {
    const { tokens } = doors.sandbox.paypal;
    await madeOrder();
    await madeOrder({ ...order, reference: "ref-2" });
    const before = tokens.issued();
    expect(before).toBeLessThanOrEqual(1);
    tokens.withdraw();
    await madeOrder({ ...order, reference: "ref-3" });
    expect(tokens.issued()).toBe(before + 1);
    expect(effects()).toHaveLength(3);
  });

  it("are shown by no dry run, and none is asked for", async () => {
    const issued = doors.sandbox.paypal.tokens.issued();
    const shown = await client.payments.order.create.mutate({ ...order, dryRun: true });
    if (!("dryRun" in shown)) throw new Error("it was no dry run");
    expect(shown).toMatchObject({ provider: "paypal", boundNanoUsd: "10390000000" });
    expect(shown.request).toMatchObject({ method: "POST", path: "/v2/checkout/orders" });
    expect(Object.keys(shown.request.headers).toSorted()).toEqual([
      "accept",
      "content-type",
      "paypal-request-id",
      "prefer",
    ]);
    expect(JSON.parse(shown.request.body)).toMatchObject({
      intent: "CAPTURE",
      purchase_units: [{ amount: { currency_code: "USD", value: "100.00" } }],
    });
    expect(doors.sandbox.paypal.tokens.issued()).toBe(issued);
    expect(effects()).toHaveLength(0);
  });

  it.each(["unavailable", "garbage", "rate-limited", "refused"] as const)(
    "that are not given mean that nothing was sent, and the reference is free: %s",
    async (fault) => {
      const { tokens } = doors.sandbox.paypal;
      tokens.withdraw();
      let asked = 0;
      tokens.setFault(() => {
        asked += 1;
        return fault;
      });
      await expect(client.payments.order.create.mutate(order)).rejects.toMatchObject({ effect: "none" });
      expect(asked).toBe(1);
      expect(effects()).toHaveLength(0);
    },
  );
});
