import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNexusClient, withIdempotencyKey, type NexusClient } from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { syncApps } from "../../domain/apps/index.ts";
import { verifySums } from "../../platform/ledger/index.ts";
import { bookRefunds, lookAtTopUps, sendMeterEvents } from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

const organizationId = "org_money";
let doors: TestDoors;
let client: NexusClient;

beforeAll(async () => {
  doors = await openTestDoors();
  await syncApps(doors.deps, [{ id: "srv_shop", name: "Shop", kind: "application" }]);
  await doors.refresh();
  client = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" } });
});
afterAll(() => doors.close());

const asApp = (customerId?: string): void => {
  doors.callAs({
    actor: { kind: "service", tokenId: "tok_1", userId: undefined },
    organizationId,
    appId: "srv_shop",
    ...(customerId === undefined ? {} : { customerId }),
  });
};

const balanceOf = async (customerId: string) => (await client.customers.get.query({ customerId })).wallet.balanceNanos;

const pay = async (url: string | null | undefined): Promise<void> => {
  const response = await fetch(url ?? "", {
    method: "POST",
    body: new URLSearchParams({ payment_method: "pm_card_visa" }),
    redirect: "manual",
  });
  expect(response.status).toBe(303);
};

const topUp = async (customerId: string, amount: string, key?: string) => {
  const made = await client.wallets.topUp.mutate(
    { customerId, amount: { amount, currency: "USD" }, successUrl: "https://app.example/done" },
    key === undefined ? {} : withIdempotencyKey(key),
  );
  if (made.checkout.effect !== "done") throw new Error("no checkout was made");
  return { ...made, checkout: made.checkout };
};

/** Has the worker look at it now. */
const lookNow = async (): Promise<void> => {
  await doors.deps.db.pool.query("update nexus.top_up set look_at = clock_timestamp() where look_at is not null");
  while ((await lookAtTopUps(doors.procedures)) > 0);
};

describe("a top-up", () => {
  it("credits what was paid once, however it is learned", async () => {
    asApp();
    await client.customers.set.mutate({ customerId: "payer-1" });
    const { topUp: made, checkout } = await topUp("payer-1", "1000");
    expect(made).toMatchObject({ status: "open", creditNanos: "10000000000", checkoutId: checkout.checkoutId });
    expect(checkout.total).toEqual({ amount: "1000", currency: "USD" });
    await lookNow();
    expect(await balanceOf("payer-1")).toBe("0");
    await pay(checkout.url);
    await Promise.all([
      ...Array.from({ length: 5 }, () => client.wallets.getTopUp.query({ topUpId: made.topUpId })),
      lookNow(),
    ]);
    expect(await balanceOf("payer-1")).toBe("10000000000");
    await lookNow();
    const { topUps } = await client.wallets.topUps.query({ customerId: "payer-1" });
    expect(topUps).toMatchObject([{ status: "credited", topUpId: made.topUpId }]);
    expect((await client.wallets.entries.query({ customerId: "payer-1" })).entries).toHaveLength(1);
  });

  it("is looked at at once where its app reports what it was told", async () => {
    asApp();
    await client.customers.set.mutate({ customerId: "payer-2" });
    const { checkout } = await topUp("payer-2", "500");
    await pay(checkout.url);
    await doors.deps.db.pool.query("update nexus.top_up set look_at = 'infinity' where credited_at is null");
    await client.operations.reportOutcome.mutate({
      operationId: checkout.nexus.operationId,
      vendor: "stripe",
      eventId: "evt_1",
      outcome: "done",
    });
    while ((await lookAtTopUps(doors.procedures)) > 0);
    expect(await balanceOf("payer-2")).toBe("5000000000");
  });

  it("with the same key is the same one, and in another currency is refused", async () => {
    asApp();
    await client.customers.set.mutate({ customerId: "payer-3" });
    const [first, again] = [await topUp("payer-3", "700", "key-3"), await topUp("payer-3", "700", "key-3")];
    expect(again.checkout).toMatchObject({ replayed: true, checkoutId: first.checkout.checkoutId });
    expect((await client.wallets.topUps.query({ customerId: "payer-3" })).topUps).toHaveLength(1);
    await expect(
      client.wallets.topUp.mutate({ customerId: "payer-3", amount: { amount: "700", currency: "EUR" } }),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "amount.currency" }] });
    await expect(topUp("nobody", "700")).rejects.toMatchObject({ code: "CUSTOMER_UNKNOWN" });
  });

  it("that expired credits nothing", async () => {
    asApp();
    await client.customers.set.mutate({ customerId: "payer-4" });
    const { topUp: made, checkout } = await topUp("payer-4", "700");
    await client.payments.checkout.expire.mutate({ checkoutId: checkout.checkoutId });
    expect(await client.wallets.getTopUp.query({ topUpId: made.topUpId })).toMatchObject({ status: "over" });
    expect(await balanceOf("payer-4")).toBe("0");
  });

  it("that is refunded is taken from the wallet again, which may leave it below zero", async () => {
    asApp();
    await client.customers.set.mutate({ customerId: "payer-5" });
    const { topUp: made, checkout } = await topUp("payer-5", "1000");
    await pay(checkout.url);
    await client.wallets.getTopUp.query({ topUpId: made.topUpId });
    await client.wallets.adjust.mutate({ customerId: "payer-5", amountNanos: "-8000000000", reason: "used elsewhere" });
    await client.payments.refund.create.mutate({
      checkoutId: checkout.checkoutId,
      amount: { amount: "400", currency: "USD" },
    });
    expect(await balanceOf("payer-5")).toBe("-2000000000");
    await bookRefunds(doors.procedures);
    expect(await balanceOf("payer-5")).toBe("-2000000000");
    asApp("payer-5");
    await expect(
      client.ai.generateText.mutate({ model: "openai/gpt-4o-mini", prompt: "Hello", maxOutputTokens: 8 }),
    ).rejects.toMatchObject({ code: "WALLET_EMPTY" });
  });
});

describe("what Stripe's meters are told", () => {
  const stripe = async (path: string, form: Record<string, string>): Promise<{ id: string }> => {
    const response = await fetch(`${doors.sandbox.stripe.access.baseUrl}${path}`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_operator", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { id: string };
  };

  const meteredCustomer = async (customerId: string): Promise<string> => {
    const { id } = await stripe("/v1/customers", { name: customerId });
    asApp();
    await client.plans.set.mutate({ name: "metered", markupPercent: 30, meterEvent: "sandbox_usage" });
    await client.customers.set.mutate({ customerId, plan: "metered", stripeCustomerId: id });
    await client.wallets.adjust.mutate({ customerId, amountNanos: "1000000000", reason: "credit" });
    return id;
  };

  const call = async (customerId: string): Promise<void> => {
    asApp(customerId);
    await client.ai.generateText.mutate({ model: "openai/gpt-4o-mini", prompt: "Hello", maxOutputTokens: 8 });
    asApp();
  };

  const dueNow = () =>
    doors.deps.db.pool.query("update nexus.meter_event set due_at = clock_timestamp() where state = 'waiting'");
  const sendAll = async (): Promise<void> => {
    for (let round = 0; round < 20 && (await sendMeterEvents(doors.procedures)) > 0; round += 1);
  };

  it("is each charge once, with the entry's id, also where answers are lost; the sums agree", async () => {
    const cus = await meteredCustomer("metered-1");
    await call("metered-1");
    await call("metered-1");
    let asked = 0;
    doors.sandbox.stripe.setScript(({ path }) => {
      if (path !== "/v1/billing/meter_events") return undefined;
      asked += 1;
      return asked === 1 ? "execute-then-drop" : undefined;
    });
    await sendAll();
    expect(await client.billing.export.query({})).toMatchObject({ waiting: 2, refused: 0 });
    // One that could not leave, over the connection that was dropped, only waits again.
    await eventually(async () => {
      await dueNow();
      await sendAll();
      expect(asked).toBe(3);
    });
    const counted = doors.sandbox.stripe.store.usage.all.filter(({ customer }) => customer === cus);
    const { entries } = await client.wallets.entries.query({ customerId: "metered-1" });
    const charges = entries.filter(({ kind }) => kind === "charge").reverse();
    expect(counted.map(({ identifier, value }) => [identifier, value])).toEqual(
      charges.map(({ entryId, amountNanos }) => [entryId, -BigInt(amountNanos)]),
    );
    expect(await client.billing.export.query({})).toMatchObject({ waiting: 0, refused: 0, unclear: 0, events: [] });
  });

  it("waits for a person where Stripe refuses it, and goes on with the others", async () => {
    const cus = await meteredCustomer("metered-2");
    await client.customers.set.mutate({ customerId: "metered-2", stripeCustomerId: "cus_nobody" });
    await call("metered-2");
    await client.customers.set.mutate({ customerId: "metered-2", stripeCustomerId: cus });
    await call("metered-2");
    await sendAll();
    const { events, refused } = await client.billing.export.query({ state: "refused" });
    expect(refused).toBe(1);
    expect(events).toMatchObject([{ customerId: "metered-2", state: "refused", stripeCustomerId: "cus_nobody" }]);
    expect(doors.sandbox.stripe.store.usage.total("sandbox_usage", cus)).toBeGreaterThan(0n);
    const resolved = await client.billing.resolve.mutate({
      entryIds: events.map(({ entryId }) => entryId),
      as: "counted",
      reason: "billed by hand",
    });
    expect(resolved).toEqual({ resolved: 1 });
    expect(await client.billing.export.query({})).toMatchObject({ refused: 0 });
  });

  it("of one customer that has to wait keeps no other waiting", async () => {
    await meteredCustomer("metered-late");
    const cus = await meteredCustomer("metered-next");
    await call("metered-late");
    await call("metered-next");
    const before = doors.sandbox.stripe.store.usage.total("sandbox_usage", cus);
    await doors.deps.db.pool.query(
      `update nexus.meter_event m set due_at = 'infinity' from nexus.customer c
        where c.wallet_id = m.wallet_id and c.customer_id = 'metered-late' and m.state = 'waiting'`,
    );
    // Behind its first one.
    for (let more = 0; more < 3; more += 1) await call("metered-late");
    await sendAll();
    expect(doors.sandbox.stripe.store.usage.total("sandbox_usage", cus)).toBeGreaterThan(before);
    expect(await client.billing.export.query({})).toMatchObject({ waiting: 4 });
    await dueNow();
    await sendAll();
    expect(await client.billing.export.query({})).toMatchObject({ waiting: 0 });
  });

  it("is not sent again where Stripe may not recognize it any more, or is too old", async () => {
    await meteredCustomer("metered-3");
    await call("metered-3");
    await call("metered-3");
    const before = doors.sandbox.stripe.store.usage.all.length;
    await doors.deps.db.pool.query(
      `update nexus.meter_event set first_sent_at = clock_timestamp() - interval '24 hours'
        where entry_id = (select entry_id from nexus.meter_event where state = 'waiting' order by seq limit 1)`,
    );
    await doors.deps.db.pool.query(
      `update nexus.meter_event set at = clock_timestamp() - interval '36 days'
        where entry_id = (select entry_id from nexus.meter_event where state = 'waiting' order by seq desc limit 1)`,
    );
    await sendAll();
    const { events } = await client.billing.export.query({});
    expect(events.map(({ state }) => state)).toEqual(["unclear", "refused"]);
    expect(doors.sandbox.stripe.store.usage.all).toHaveLength(before);
  });
});

it("every wallet agrees with the ledger", async () => {
  const connection = await doors.deps.db.pool.connect();
  try {
    expect((await verifySums(connection)).budgets).toEqual([]);
  } finally {
    connection.release();
  }
});
