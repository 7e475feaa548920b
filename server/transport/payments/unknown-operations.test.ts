import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createNexusClient, NexusClientError, withIdempotencyKey } from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { syncApps } from "../../domain/apps/index.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";

let doors: TestDoors;
let client: ReturnType<typeof createNexusClient>;

beforeAll(async () => {
  doors = await openTestDoors();
  await syncApps(
    doors.deps,
    ["srv_shop", "srv_other"].map((id) => ({ id, name: id, kind: "application" })),
  );
  await doors.refresh();
  client = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" }, maxAttempts: 1 });
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const operation = "payments.order.create";
const usd = (amount: string) => ({ amount, currency: "USD" as const });

/** An order that the vendor made, and whose answer was lost. */
const lose = async (key: string): Promise<string> => {
  doors.sandbox.stripe.setScript(({ seq }) => (seq === 1 ? "execute-then-drop" : undefined));
  const error: unknown = await client.payments.order.create
    .mutate({ reference: "ref-1", amount: usd("1000") }, withIdempotencyKey(key))
    .catch((caught: unknown) => caught);
  if (!NexusClientError.is(error)) throw new Error("it was answered");
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown" });
  return error.operationId ?? "";
};

it("an operation of unknown outcome is found by its key, by its own caller alone", async () => {
  const caller = doors.callAs({ appId: "srv_shop" });
  const operationId = await lose("order-1");
  expect(await client.operations.find.query({ operation, key: "order-1" })).toMatchObject({
    operationId,
    state: "uncertain",
    progress: "unknown",
    attempts: [{ n: 1, vendor: "stripe", evidence: "unknown" }],
  });
  const missing = { code: "NOT_FOUND" };
  await expect(client.operations.find.query({ operation, key: "order-2" })).rejects.toMatchObject(missing);
  for (const who of [
    { organizationId: caller.organizationId, appId: "srv_shop" },
    { ...caller, appId: "srv_other" },
    { appId: "srv_shop" },
  ]) {
    doors.callAs(who);
    await expect(client.operations.find.query({ operation, key: "order-1" })).rejects.toMatchObject(missing);
  }
  expect(await resolveUncertain(doors.gateway)).toBe(1);
});

it("what needs review is visible and held, and is looked up again when somebody asks for that", async () => {
  const caller = doors.callAs({ appId: "srv_shop" });
  const operationId = await lose("order-1");
  await doors.deps.db.pool.query(
    `insert into nexus.reconciliation (operation_id, due_at, review_at) values ($1, now() + interval '1 hour', now())
     on conflict (operation_id) do update set due_at = excluded.due_at, review_at = excluded.review_at`,
    [operationId],
  );
  expect(await resolveUncertain(doors.gateway)).toBe(0);
  const waiting = await client.operations.list.query({ state: "uncertain", needsReview: true });
  expect(waiting).toMatchObject({
    operations: [{ operationId, progress: "needs_review", operation }],
    uncertain: { count: 1, heldNanos: "950000000" },
  });
  await expect(client.operations.list.query({ needsReview: true })).rejects.toMatchObject({
    issues: [{ field: "state" }],
  });
  doors.callAs({
    organizationId: caller.organizationId,
    appId: "srv_other",
    permissions: new Set(["srv_nexus.payments:create"]),
  });
  await expect(client.operations.reconcile.mutate({ operationId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  doors.callAs({ ...caller, permissions: new Set(["srv_nexus.payments:create"]) });
  expect(await client.operations.reconcile.mutate({ operationId })).toEqual({ due: true, progress: "needs_review" });
  expect(await resolveUncertain(doors.gateway)).toBe(1);
  doors.callAs(caller);
  expect(await client.operations.find.query({ operation, key: "order-1" })).toMatchObject({
    state: "settled",
    progress: "succeeded",
    // Nobody has paid yet, so that nobody knows the fee.
    source: "estimated",
    costNanos: "950000000",
  });
  expect(await client.operations.reconcile.mutate({ operationId })).toEqual({ due: false, progress: "succeeded" });
  expect((await client.operations.list.query({ state: "uncertain", needsReview: true })).operations).toEqual([]);
});

it("a definite no is told again in full by the same key", async () => {
  doors.callAs({ appId: "srv_shop" });
  await client.payments.order.create.mutate({ reference: "ref-1", amount: usd("1000") });
  const again = () =>
    client.payments.order.create
      .mutate({ reference: "ref-1", amount: usd("1000") }, withIdempotencyKey("order-2"))
      .catch((caught: unknown) => caught);
  const first = await again();
  expect(first).toMatchObject({
    code: "CONFLICT",
    effect: "none",
    details: { kind: "reference_locked", reference: "ref-1" },
  });
  const second = await again();
  if (!NexusClientError.is(first) || !NexusClientError.is(second)) throw new Error("it was answered");
  const told = ({ code, message, details, issues, operationId }: NexusClientError) => ({
    code,
    message,
    details,
    issues,
    operationId,
  });
  expect(told(second)).toEqual(told(first));
});
