import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createNexusClient,
  withCustomer,
  withIdempotencyKey,
  type NexusClient,
} from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { syncApps } from "../../domain/apps/index.ts";
import { verifySums } from "../../platform/ledger/index.ts";

let doors: TestDoors;
let client: NexusClient;

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

let made = 0;
/** The app itself calls; the customer's header is read by the doors' authentication, here it is given. */
const asApp = (customerId?: string, appId = "srv_shop"): CallContext =>
  doors.callAs({
    actor: { kind: "service", tokenId: "tok_1", userId: undefined },
    organizationId: "org_billing",
    appId,
    ...(customerId === undefined ? {} : { customerId }),
  });

const newCustomer = async (credit: string, plan: string | null = null): Promise<string> => {
  made += 1;
  const customerId = `customer-${made}`;
  asApp();
  await client.customers.set.mutate({ customerId, plan });
  if (credit !== "0") await client.wallets.adjust.mutate({ customerId, amountNanos: credit, reason: "a gift" });
  return customerId;
};

const ask = { model: "openai/gpt-4o-mini", prompt: "Hello", maxOutputTokens: 8 };
const walletOf = async (customerId: string) => (await client.customers.get.query({ customerId })).wallet;

describe("a customer's wallet", () => {
  it("pays for calls of any door with the plan's markup; budgets see the cost", async () => {
    asApp();
    await client.plans.set.mutate({
      name: "pro",
      markupPercent: 10,
      rules: [{ family: "ai", model: "openai/*", markupPercent: 50 }],
    });
    const customerId = await newCustomer("1000000000", "pro");
    asApp(customerId);
    const { nexus } = await client.ai.generateText.mutate(ask);
    const cost = BigInt(nexus.costNanoUsd);
    expect(cost).toBeGreaterThan(0n);
    const charged = (cost * 15n + 9n) / 10n;
    expect(await walletOf(customerId)).toMatchObject({
      spentNanos: charged.toString(),
      heldNanos: "0",
      balanceNanos: (1_000_000_000n - charged).toString(),
    });
    const { entries } = await client.wallets.entries.query({ customerId });
    expect(entries).toMatchObject([
      {
        kind: "charge",
        amountNanos: (-charged).toString(),
        operationId: nexus.operationId,
        operation: "ai.generateText",
      },
      { kind: "adjustment", amountNanos: "1000000000", actor: "tok_1", reason: "a gift" },
    ]);
    const { days } = await client.customers.spend.query({ customerId, days: 7 });
    expect(days).toHaveLength(7);
    expect(days.at(-1)).toMatchObject({ chargedNanos: charged.toString(), calls: 1 });
  });

  it("that is empty refuses calls before anything is sent, and says how to top it up", async () => {
    const customerId = await newCustomer("0");
    await doors.sandbox.reset();
    asApp(customerId);
    await expect(client.ai.generateText.mutate(ask)).rejects.toMatchObject({
      code: "WALLET_EMPTY",
      effect: "none",
      details: { customerId, balanceNanos: "0", topUp: { path: `/api/customers/${customerId}/top-ups` } },
    });
    asApp("nobody");
    await expect(client.ai.generateText.mutate(ask)).rejects.toMatchObject({
      code: "CUSTOMER_UNKNOWN",
      effect: "none",
    });
    asApp();
    await client.customers.set.mutate({ customerId, blocked: true });
    asApp(customerId);
    await expect(client.ai.generateText.mutate(ask)).rejects.toMatchObject({
      code: "CUSTOMER_BLOCKED",
      effect: "none",
    });
    expect(doors.sandbox.requests()).toEqual([]);
  });

  it("is another request under the same key where another customer pays", async () => {
    const [one, other] = [await newCustomer("1000000000"), await newCustomer("1000000000")];
    const key = `key-${made}`;
    asApp(one);
    const first = await client.ai.generateText.mutate(ask, withIdempotencyKey(key));
    expect((await client.ai.generateText.mutate(ask, withIdempotencyKey(key))).nexus.operationId).toBe(
      first.nexus.operationId,
    );
    asApp(other);
    await expect(client.ai.generateText.mutate(ask, withIdempotencyKey(key))).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
  });

  it("adjusts once for each id, and may fall below zero; it admits nothing then", async () => {
    const customerId = await newCustomer("0");
    const adjust = (amountNanos: string, adjustmentId: string) =>
      client.wallets.adjust.mutate({ customerId, amountNanos, reason: "a note", adjustmentId });
    expect(await adjust("-500", "note-1")).toMatchObject({
      booked: true,
      customer: { wallet: { balanceNanos: "-500" } },
    });
    expect(await adjust("-500", "note-1")).toMatchObject({
      booked: false,
      customer: { wallet: { balanceNanos: "-500" } },
    });
    const { events } = await client.audit.list.query({ action: "wallet.adjust", target: customerId });
    expect(events).toHaveLength(1);
    expect(events[0]?.details).toMatchObject({ amountNanos: "-500", reason: "a note" });
    await expect(adjust("0", "note-2")).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("an app", () => {
  it("sees its own customers and plans alone; a person names the app", async () => {
    const customerId = await newCustomer("0");
    asApp(undefined, "srv_other");
    await expect(client.customers.get.query({ customerId })).rejects.toMatchObject({ code: "CUSTOMER_UNKNOWN" });
    await expect(client.customers.get.query({ customerId, appId: "srv_shop" })).rejects.toMatchObject({
      code: "SCOPE_DENIED",
    });
    expect((await client.customers.list.query({})).customers).toEqual([]);
    doors.callAs({ organizationId: "org_billing", appId: undefined });
    await expect(client.customers.get.query({ customerId })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("removes a plan that no customer has", async () => {
    asApp();
    await client.plans.set.mutate({ name: "old", markupPercent: 5 });
    const customerId = await newCustomer("0", null);
    await client.plans.set.mutate({ name: "old", markupPercent: 7 });
    await client.customers.set.mutate({ customerId, plan: "old" });
    await expect(client.plans.remove.mutate({ name: "old" })).rejects.toMatchObject({ code: "CONFLICT" });
    await client.customers.set.mutate({ customerId, plan: null });
    expect(await client.plans.remove.mutate({ name: "old" })).toEqual({ removed: true });
    await expect(client.customers.set.mutate({ customerId, plan: "old" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "plan" }],
    });
  });
});

describe("a statement", () => {
  it("goes from what there was to what there is, as data and as a table that no program takes for formulas", async () => {
    const customerId = await newCustomer("1000000000");
    asApp(customerId);
    await client.ai.generateText.mutate(ask);
    const month = new Date().toISOString().slice(0, 7);
    const statement = await client.customers.statement.query({ customerId, month });
    const { balanceNanos } = await walletOf(customerId);
    expect(statement).toMatchObject({ openingNanos: "0", creditedNanos: "1000000000", closingNanos: balanceNanos });
    expect(statement.lines.map(({ kind, entries }) => [kind, entries])).toEqual([
      ["adjustment", 1],
      ["charge", 1],
    ]);
    const { csv, fileName } = await client.customers.statementCsv.query({ customerId, month });
    expect(fileName).toBe(`statement-${customerId}-${month}.csv`);
    expect(csv.split("\r\n")[1]).toBe(`${customerId},${month},opening,,,,0.00,0`);
    expect(csv).toContain("ai.generateText,openai/gpt-4o-mini,1,");
    await expect(client.customers.statement.query({ customerId, month: "2026-13" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });
});

it("the typed client names the customer in a header", async () => {
  const seen: (string | null)[] = [];
  const told = createNexusClient({
    baseUrl: doors.trpcUrl,
    credential: { apiKey: "key" },
    fetch: (url, init) => {
      seen.push(new Headers(init?.headers).get("x-nexus-customer-id"));
      return fetch(url, init);
    },
  });
  const customerId = await newCustomer("1000000000");
  asApp(customerId);
  await told.ai.generateText.mutate(ask, withCustomer(customerId));
  await told.customers.get.query({ customerId });
  expect(seen).toEqual([customerId, null]);
});

it("every wallet agrees with the ledger", async () => {
  const connection = await doors.deps.db.pool.connect();
  try {
    expect((await verifySums(connection)).budgets).toEqual([]);
  } finally {
    connection.release();
  }
});
