import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNexusClient, withIdempotencyKey, type NexusInputs } from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import { addEmailSender } from "../../domain/email/index.ts";
import { syncApps } from "../../domain/apps/index.ts";

let doors: TestDoors;
let client: ReturnType<typeof createNexusClient>;

beforeAll(async () => {
  doors = await openTestDoors({ mail: true });
  await syncApps(
    doors.deps,
    ["srv_shop", "srv_other", "srv_nexus"].map((id) => ({ id, name: id, kind: "application" })),
  );
  await doors.refresh();
  client = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" } });
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

type Rules = NexusInputs["spending"]["set"]["rules"];
type Order = NexusInputs["payments"]["order"]["create"];

const usd = (amount: string) => ({ amount, currency: "USD" as const });
let orders = 0;
const order = (amount: string, currency: Order["amount"]["currency"] = "USD"): Order => ({
  reference: `ref-${(orders += 1)}`,
  amount: { amount, currency },
});

/** The policy of an app, or of all of them, as an administrator sets it; then the app calls. */
const policy = async (rules: Rules, appId: string | null = "srv_shop"): Promise<CallContext> => {
  const ctx = doors.callAs({ appId: "srv_shop" });
  await client.spending.set.mutate({ appId, rules });
  await doors.refresh();
  return ctx;
};

const effects = () => doors.sandbox.stripe.effects();

/** The payer confirms in the app's own form. */
const confirm = async (objectId: string): Promise<void> => {
  const response = await fetch(`${doors.sandbox.stripe.access.baseUrl}/v1/payment_intents/${objectId}/confirm`, {
    method: "POST",
    headers: { authorization: "Bearer sk_test_payer", "content-type": "application/x-www-form-urlencoded" },
    body: "payment_method=pm_card_visa",
  });
  expect(response.ok).toBe(true);
};

const denied = (rule: string, scope = "srv_shop") => ({
  code: "POLICY_DENIED",
  effect: "none",
  details: { kind: "policy_denied", rule, scope },
});

describe("a spending policy", () => {
  it("refuses a payment above the largest, in a currency that is not allowed or has no limit; and sends nothing", async () => {
    await policy({ largestPayment: [usd("5000")], currencies: ["USD", "EUR"] });
    await expect(client.payments.order.create.mutate(order("5001"))).rejects.toMatchObject(denied("largestPayment"));
    await expect(client.payments.order.create.mutate(order("100", "EUR"))).rejects.toMatchObject(
      denied("largestPayment"),
    );
    await expect(client.payments.order.create.mutate(order("100", "GBP"))).rejects.toMatchObject(denied("currencies"));
    await expect(
      client.payments.checkout.create.mutate({
        reference: "ref-checkout",
        mode: "payment",
        lines: [{ name: "Chairs", amount: usd("2501"), quantity: 2 }],
        successUrl: "https://app.example/done",
      }),
    ).rejects.toMatchObject(denied("largestPayment"));
    expect(doors.sandbox.stripe.requests()).toBe(0);
    expect(await client.payments.order.create.mutate(order("5000"))).toMatchObject({ effect: "done" });
  });

  it("of all apps together counts what each of them pays, and one of an app what it pays alone", async () => {
    const { organizationId } = await policy({ dailyVolume: [usd("10000")] }, null);
    await client.payments.order.create.mutate(order("6000"));
    doors.callAs({ appId: "srv_other", organizationId });
    await expect(client.payments.order.create.mutate(order("6000"))).rejects.toMatchObject(
      denied("dailyVolume", "organization"),
    );
    expect(await client.payments.order.create.mutate(order("4000"))).toMatchObject({ effect: "done" });
  });

  it("counts what was paid that day before it was set, and gives back what came to nothing", async () => {
    doors.callAs({ appId: "srv_shop" });
    const first = await client.payments.order.create.mutate(order("6000"));
    if (first.effect !== "done") throw new Error("not made");
    await client.spending.set.mutate({ appId: "srv_shop", rules: { dailyVolume: [usd("10000")] } });
    await doors.refresh();
    await expect(client.payments.order.create.mutate(order("6000"))).rejects.toMatchObject(denied("dailyVolume"));
    await client.payments.order.cancel.mutate({ orderId: first.orderId });
    expect(await client.payments.order.create.mutate(order("6000"))).toMatchObject({ effect: "done" });
  });

  it("of a day admits of fifty payments at once just those that fit", { timeout: 60_000 }, async () => {
    await policy({ dailyVolume: [usd("10000")] });
    const all = await Promise.allSettled(
      Array.from({ length: 50 }, () => client.payments.order.create.mutate(order("1500"))),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(6);
    expect(effects()).toHaveLength(6);
    for (const one of all)
      if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "POLICY_DENIED", effect: "none" });
  });

  it("limits refunds, too", async () => {
    const { organizationId, permissions } = await policy({});
    const made = await client.payments.order.create.mutate(order("10000"));
    if (made.effect !== "done") throw new Error("not made");
    await confirm(made.providerObjectId);
    doors.callAs({ appId: "srv_shop", organizationId, permissions });
    await client.spending.set.mutate({
      appId: "srv_shop",
      rules: { largestPayment: [usd("3000")], dailyVolume: [usd("5000")] },
    });
    await doors.refresh();
    const { orderId } = made;
    await expect(client.payments.refund.create.mutate({ orderId })).rejects.toMatchObject(denied("largestPayment"));
    await client.payments.refund.create.mutate({ orderId, amount: usd("3000") });
    await expect(client.payments.refund.create.mutate({ orderId, amount: usd("2001") })).rejects.toMatchObject(
      denied("dailyVolume"),
    );
    expect(await client.payments.refund.create.mutate({ orderId, amount: usd("2000") })).toMatchObject({
      effect: "done",
    });
  });

  it("is one amount for each currency, and no other rule; who may not set it, does not", async () => {
    doors.callAs({ appId: "srv_shop" });
    const twice = { largestPayment: [usd("1"), usd("2")] };
    await expect(client.spending.set.mutate({ rules: twice })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const reader = new Set(["srv_nexus.budgets:read"]);
    doors.callAs({ permissions: reader });
    await expect(client.spending.set.mutate({ rules: { currencies: ["USD"] } })).rejects.toMatchObject({
      code: "SCOPE_DENIED",
    });
  });

  it("is shown as it was set, and on record", async () => {
    const { organizationId } = await policy({ currencies: ["USD"], dailyMessages: 5 });
    expect(await client.spending.list.query({})).toEqual({
      policies: [
        {
          appId: "srv_shop",
          rules: { currencies: ["USD"], dailyMessages: 5 },
          today: { payments: [], refunds: [], messages: 0 },
        },
      ],
    });
    await client.spending.set.mutate({ appId: "srv_shop", rules: {} });
    expect(await client.spending.list.query({})).toEqual({ policies: [] });
    const { rows } = await doors.deps.db.pool.query(
      "select details from nexus.audit_event where organization_id = $1 and action = 'spending_policy.set' order by id",
      [organizationId],
    );
    expect(rows.map(({ details }) => details.after)).toEqual([{ currencies: ["USD"], dailyMessages: 5 }, null]);
  });

  it("says to whom mail goes, and how many messages a day", async () => {
    const { organizationId } = await policy({ recipientDomains: ["example.com"], dailyMessages: 2 });
    await addEmailSender(doors.deps, { ...operatorNamed("operator"), organizationId }, "sandbox.example");
    await doors.refresh();
    const mail = (to: string) => ({ from: "shop@sandbox.example", to: [to], subject: "Hello", text: "Hello" });
    const send = (to: string) => client.email.send.mutate(mail(to));
    await expect(send("a@evil.example")).rejects.toMatchObject(denied("recipientDomains"));
    await expect(send("a@notexample.com")).rejects.toMatchObject(denied("recipientDomains"));
    await Promise.all([send("a@example.com"), send("b@mail.example.com")]);
    await expect(send("c@example.com")).rejects.toMatchObject(denied("dailyMessages"));
    const { policies } = await client.spending.list.query({});
    expect(policies).toMatchObject([{ appId: "srv_shop", today: { payments: [], refunds: [], messages: 2 } }]);
  });

  it("is listed with what was taken of it today, by currency, for its app or for all of them", async () => {
    const { organizationId } = await policy({ dailyVolume: [usd("5000")] });
    await client.spending.set.mutate({ appId: null, rules: { currencies: ["USD", "EUR"] } });
    await doors.refresh();
    await client.payments.order.create.mutate(order("1200"));
    await client.payments.order.create.mutate(order("300"));
    doors.callAs({ organizationId, appId: "srv_other" });
    await client.payments.order.create.mutate(order("700", "EUR"));
    const eur = { amount: "700", currency: "EUR" };
    expect((await client.spending.list.query({})).policies.map(({ appId, today }) => [appId, today.payments])).toEqual([
      [null, [eur, usd("1500")]],
      ["srv_shop", [usd("1500")]],
    ]);
  });
});

describe("a payment that waits for a person", () => {
  const key = () => withIdempotencyKey(`key-${(orders += 1)}`);
  const asked = async (input: Order, options: ReturnType<typeof key>): Promise<string> => {
    const answer = await client.payments.order.create.mutate(input, options);
    if (!("approvalId" in answer)) throw new Error("it did not wait");
    return answer.approvalId;
  };
  /** Another person of the organization, at the dashboard. */
  const asApprover = ({ organizationId }: CallContext): CallContext =>
    doors.callAs({ organizationId, appId: undefined });

  it("is sent once it is approved, by the same call with the same key; nothing is reserved before", async () => {
    const caller = await policy({ approvalAbove: [usd("1000")] });
    expect(await client.payments.order.create.mutate(order("1000"))).toMatchObject({ effect: "done" });
    const input = order("1001");
    const options = key();
    const answer = await client.payments.order.create.mutate(input, options);
    expect(answer).toMatchObject({ effect: "none", status: "needs_approval", amount: usd("1001"), provider: "stripe" });
    const again = await client.payments.order.create.mutate(input, options);
    expect(again).toEqual(answer);
    expect(effects()).toHaveLength(1);
    expect(await doors.counters(caller.organizationId)).toMatchObject({ reserved: 0n });

    asApprover(caller);
    const { approvals } = await client.approvals.list.query({});
    expect(approvals).toMatchObject([
      { state: "pending", decidable: true, reference: input.reference, appId: "srv_shop" },
    ]);
    const approvalId = approvals[0]?.approvalId ?? "";
    expect(await client.approvals.approve.mutate({ approvalId, reason: "ok" })).toMatchObject({ state: "approved" });
    await expect(client.approvals.decline.mutate({ approvalId, reason: "no" })).rejects.toMatchObject({
      code: "CONFLICT",
    });

    doors.callAs(caller);
    const other = { ...input, amount: usd("9999") };
    await expect(client.payments.order.create.mutate(other, options)).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
    const made = await client.payments.order.create.mutate(input, options);
    expect(made).toMatchObject({ effect: "done", replayed: false });
    expect(await client.payments.order.create.mutate(input, options)).toMatchObject({ effect: "done", replayed: true });
    expect(effects()).toHaveLength(2);
    const { rows } = await doors.deps.db.pool.query(
      "select action from nexus.audit_event where organization_id = $1 and action like 'approval.%' order by id",
      [caller.organizationId],
    );
    expect(rows.map(({ action }) => action)).toEqual(["approval.request", "approval.approve"]);
  });

  it("is not approved by whoever asked, by a key, by a token, by the app that asked, or by another organization", async () => {
    const caller = await policy({ approvalAbove: [] });
    const approvalId = await asked(order("50"), key());
    const { organizationId } = caller;
    const refusals: readonly (readonly [Partial<CallContext>, string])[] = [
      [{ ...caller, appId: undefined }, "SCOPE_DENIED"],
      [{ organizationId, actor: { kind: "api_key", keyId: "key_1", userId: "usr_other" } }, "SCOPE_DENIED"],
      [{ organizationId, actor: { kind: "service", tokenId: "nst_1", userId: "usr_other" } }, "SCOPE_DENIED"],
      [{ organizationId, appId: "srv_shop" }, "SCOPE_DENIED"],
      [
        { organizationId, permissions: new Set(["srv_nexus.payments:create", "srv_nexus.payments:manage"]) },
        "SCOPE_DENIED",
      ],
      [{}, "NOT_FOUND"],
    ];
    for (const [who, code] of refusals) {
      doors.callAs(who);
      await expect(client.approvals.approve.mutate({ approvalId })).rejects.toMatchObject({ code });
    }
    asApprover(caller);
    expect(await client.approvals.approve.mutate({ approvalId })).toMatchObject({ state: "approved" });
  });

  it("is approved in the dashboard by another person than the one who asked there", async () => {
    const { organizationId } = await policy({ approvalAbove: [] }, null);
    const asker = doors.callAs({ organizationId, appId: "srv_nexus" });
    const approvalId = await asked(order("50"), key());
    await expect(client.approvals.approve.mutate({ approvalId })).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    doors.callAs({ organizationId, appId: "srv_nexus" });
    expect((await client.approvals.list.query({})).approvals).toMatchObject([{ approvalId, decidable: true }]);
    expect(await client.approvals.approve.mutate({ approvalId })).toMatchObject({ state: "approved" });
    expect(asker.appId).toBe("srv_nexus");
  });

  it("is refused for good once it is declined, or nobody decides or comes back in time", async () => {
    const caller = await policy({ approvalAbove: [usd("1")] });
    const [first, second, third] = [order("50"), order("60"), order("70")];
    const [one, two, three] = [key(), key(), key()];
    const declined = await asked(first, one);
    asApprover(caller);
    await client.approvals.decline.mutate({ approvalId: declined, reason: "too much" });
    doors.callAs(caller);
    await expect(client.payments.order.create.mutate(first, one)).rejects.toMatchObject({
      code: "POLICY_DENIED",
      details: { rule: "approvalAbove", state: "declined", reason: "too much" },
    });
    const undecided = await asked(second, two);
    const forgotten = await asked(third, three);
    asApprover(caller);
    await client.approvals.approve.mutate({ approvalId: forgotten });
    doors.deps.advance(73 * 3_600_000);
    await expect(client.approvals.approve.mutate({ approvalId: undecided })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    doors.callAs(caller);
    for (const [input, options] of [
      [second, two],
      [third, three],
    ] as const)
      await expect(client.payments.order.create.mutate(input, options)).rejects.toMatchObject({
        details: { rule: "approvalAbove", state: "expired" },
      });
    expect(effects()).toHaveLength(0);
  });

  it("is one question, however often it is asked at once", async () => {
    const caller = await policy({ approvalAbove: [] });
    const input = order("50");
    const options = key();
    const ids = await Promise.all(Array.from({ length: 10 }, () => asked(input, options)));
    expect(new Set(ids).size).toBe(1);
    asApprover(caller);
    expect((await client.approvals.list.query({})).approvals).toHaveLength(1);
  });
});
