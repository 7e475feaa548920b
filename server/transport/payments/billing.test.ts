import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNexusClient } from "../../../client-sdk/src/index.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { syncApps } from "../../domain/apps/index.ts";

let doors: TestDoors;
let client: ReturnType<typeof createNexusClient>;

beforeAll(async () => {
  doors = await openTestDoors();
  await syncApps(
    doors.deps,
    ["srv_socialize", "srv_other"].map((id) => ({ id, name: id, kind: "application" })),
  );
  await doors.refresh();
  client = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "key" } });
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const provider = "stripe";
const returnUrl = "https://app.example/billing";

const done = <T extends { readonly effect: string }>(answer: T): Extract<T, { readonly effect: "done" }> => {
  if (answer.effect !== "done") throw new Error("nothing was done");
  return answer as Extract<T, { readonly effect: "done" }>;
};

const send = (url: string, fields: Record<string, string>): Promise<Response> =>
  fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });

let plans = 0;

interface Bought {
  readonly customerId: string;
  readonly subscriptionId: string;
}

/** A subscription that a payer bought on the page. */
const buy = async (customer?: string): Promise<Bought> => {
  const made = done(
    await client.payments.checkout.create.mutate({
      reference: `plan-${(plans += 1)}`,
      mode: "subscription",
      lines: [{ price: "price_sandbox_monthly", quantity: 2 }],
      ...(customer === undefined ? {} : { customer, provider }),
      successUrl: returnUrl,
    }),
  );
  expect((await send(made.url ?? "", { payment_method: "pm_card_visa" })).status).toBe(303);
  const { customerId, subscriptionId } = await client.payments.checkout.get.query({ checkoutId: made.checkoutId });
  return { customerId: customerId ?? "", subscriptionId: subscriptionId ?? "" };
};

describe("Socialize's billing", () => {
  it("makes a customer, sells a plan, changes it, and lets the customer end it on the vendor's page", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_socialize" });
    const customer = done(
      await client.payments.customer.create.mutate({
        email: "payer@example.com",
        name: "Ada",
        metadata: { plan: "x" },
      }),
    );
    const { customerId } = customer;
    expect(customer).toMatchObject({
      customerId: expect.stringMatching(/^cus_/),
      email: "payer@example.com",
      provider,
    });
    expect(customer).not.toHaveProperty("madeFor");
    expect(await client.payments.customer.get.query({ provider, customerId })).toMatchObject({ name: "Ada" });

    const bought = await buy(customerId);
    expect(bought.customerId).toBe(customerId);
    const { subscriptionId } = bought;
    const ask = { provider, subscriptionId };
    const listed = await client.payments.subscription.list.query({ provider, customer: customerId });
    expect(listed).toMatchObject({
      subscriptions: [{ providerObjectId: subscriptionId, status: "active" }],
      next: null,
    });

    const more = done(
      await client.payments.subscription.update.mutate({ ...ask, quantity: 5, proration: "invoice_now" }),
    );
    expect(more.items).toMatchObject([{ priceId: "price_sandbox_monthly", quantity: 5 }]);
    const yearly = done(await client.payments.subscription.update.mutate({ ...ask, price: "price_sandbox_yearly" }));
    expect(yearly.items).toMatchObject([{ priceId: "price_sandbox_yearly", quantity: 5 }]);
    const ending = done(await client.payments.subscription.cancel.mutate({ ...ask, at: "period_end" }));
    expect(ending).toMatchObject({ status: "active", cancelAtPeriodEnd: true });
    const kept = done(await client.payments.subscription.update.mutate({ ...ask, cancelAtPeriodEnd: false }));
    expect(kept).toMatchObject({ cancelAtPeriodEnd: false, canceledAt: null });

    const portal = done(await client.payments.portal.create.mutate({ provider, customer: customerId, returnUrl }));
    expect(await (await fetch(portal.url)).text()).toContain(subscriptionId);
    await send(portal.url, { subscription: subscriptionId, do: "cancel" });
    expect(await client.payments.subscription.get.query(ask)).toMatchObject({ status: "canceled" });
    const ended = await client.payments.subscription.list.query({ provider, customer: customerId, status: "canceled" });
    expect(ended.subscriptions).toHaveLength(1);
    await expect(client.payments.subscription.update.mutate({ ...ask, quantity: 1 })).rejects.toMatchObject({
      code: "CONFLICT",
      details: { status: "canceled" },
    });
    await expect(client.payments.subscription.cancel.mutate({ ...ask, at: "now" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    const rows = await doors.rows(organizationId);
    expect(rows.map(({ state }) => state)).toEqual([...Array(7).fill("settled"), "released", "released"]);
    expect(await doors.counters(organizationId)).toMatchObject({ reserved: 0n });
  });

  it("cancels at once, by a request that has no key at the vendor", async () => {
    doors.callAs({ appId: "srv_socialize" });
    const { subscriptionId } = await buy();
    const ask = { provider, subscriptionId, at: "now", prorate: true } as const;
    const shown = await client.payments.subscription.cancel.mutate({ ...ask, dryRun: true });
    expect(shown).toMatchObject({
      effect: "none",
      request: { method: "DELETE", path: `/v1/subscriptions/${subscriptionId}?invoice_now=true&prorate=true` },
    });
    expect(done(await client.payments.subscription.cancel.mutate(ask))).toMatchObject({ status: "canceled" });
  });

  it("pages through a customer's subscriptions", async () => {
    doors.callAs({ appId: "srv_socialize" });
    const { customerId } = done(await client.payments.customer.create.mutate({ email: "payer@example.com" }));
    const ids = [await buy(customerId), await buy(customerId), await buy(customerId)].map((one) => one.subscriptionId);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const ask = { provider, customer: customerId, limit: 2, ...(after === undefined ? {} : { after }) };
      const page = await client.payments.subscription.list.query(ask);
      seen.push(...page.subscriptions.map(({ providerObjectId }) => providerObjectId));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(ids.toReversed());
  });
});

describe("what another app or organization has at the same vendor", () => {
  const everything = ({ customerId, subscriptionId }: Bought) => {
    const ask = { provider, subscriptionId };
    return [
      client.payments.customer.get.query({ provider, customerId }),
      client.payments.portal.create.mutate({ provider, customer: customerId, returnUrl }),
      client.payments.subscription.list.query({ provider, customer: customerId }),
      client.payments.subscription.get.query(ask),
      client.payments.subscription.update.mutate({ ...ask, quantity: 9 }),
      client.payments.subscription.cancel.mutate({ ...ask, at: "now" }),
      client.payments.checkout.create.mutate({
        reference: "plan",
        mode: "subscription",
        lines: [{ price: "price_sandbox_monthly" }],
        customer: customerId,
        provider,
        successUrl: returnUrl,
      }),
    ];
  };

  it.each([
    ["another app", "srv_other", true],
    ["another organization", "srv_socialize", false],
    ["no app", undefined, true],
  ] as const)("is not there for %s, just as what does not exist", async (_, appId, sameOrganization) => {
    const own = doors.callAs({ appId: "srv_socialize" });
    const byPage = await buy();
    const { customerId } = done(await client.payments.customer.create.mutate({ email: "payer@example.com" }));
    const named = await buy(customerId);
    await client.payments.portal.create.mutate({ provider, customer: byPage.customerId, returnUrl });
    const before = doors.sandbox.stripe.effects().length;
    // Where nobody names an app, a person sees all of the organization's; a key sees what was made without one.
    const actor = { kind: "api_key", keyId: "key_1", userId: undefined } as const;
    doors.callAs({
      appId,
      ...(appId === undefined ? { actor } : {}),
      ...(sameOrganization ? { organizationId: own.organizationId } : {}),
    });
    const strange = { customerId: "cus_nobody", subscriptionId: "sub_nobody" };
    const [first, second, unknown] = await Promise.all(
      [byPage, named, strange].map(async (bought) => {
        const heard = await Promise.allSettled(everything(bought));
        return heard.map((one) => (one.status === "rejected" ? [one.reason.code, one.reason.message] : "done"));
      }),
    );
    expect(first).toEqual(unknown);
    expect(second).toEqual(unknown);
    if (appId !== undefined) for (const one of unknown ?? []) expect(one[0]).toBe("NOT_FOUND");
    expect(doors.sandbox.stripe.effects()).toHaveLength(before);
  });
});

describe("what is asked", () => {
  it("changes something", async () => {
    doors.callAs({ appId: "srv_socialize" });
    const { subscriptionId } = await buy();
    await expect(client.payments.subscription.update.mutate({ provider, subscriptionId })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "price" }],
    });
    const ask = { provider, subscriptionId, quantity: 2, itemId: "si_nobody" };
    await expect(client.payments.subscription.update.mutate(ask)).rejects.toMatchObject({
      issues: [{ field: "itemId" }],
    });
    const end = { provider, subscriptionId, at: "period_end", prorate: true } as const;
    await expect(client.payments.subscription.cancel.mutate(end)).rejects.toMatchObject({
      issues: [{ field: "prorate" }],
    });
  });

  it("comes back to the app's own pages alone, and names a vendor that there is", async () => {
    doors.callAs({ appId: "srv_socialize" });
    const { customerId } = await buy();
    const portal = { provider, customer: customerId, returnUrl: "https://evil.example/" };
    await expect(client.payments.portal.create.mutate(portal)).rejects.toMatchObject({
      issues: [{ field: "returnUrl" }],
    });
    await expect(client.payments.customer.get.query({ provider: "nobody", customerId })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "provider" }],
    });
  });
});
