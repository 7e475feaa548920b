import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PaymentAct } from "../../../contracts/payments/payment-act.ts";
import { ProviderError, type VendorIo, type WireRequest, type WireResponse } from "../../../contracts/vendor-call.ts";
import { isRecord } from "../../_wire/json.ts";
import { checkoutOf, orderOf, refundOf, subscriptionOf } from "./stripe-objects.ts";
import { stripe } from "./stripe.ts";

const { payments } = stripe;
if (payments === undefined) throw new Error("Stripe has no payments");

const operationId = "01a20028-f85c-706b-b97e-0071d41bb937";
const identity = { operationId, providerKey: "k".repeat(43) };
const attribution = { organizationId: "org_a", appId: "srv_a" };

const order: PaymentAct = {
  kind: "order.create",
  amount: 1_050n,
  currency: "USD",
  reference: "ref-1",
  metadata: {},
  attribution,
  description: undefined,
  capture: "auto",
  returnUrl: undefined,
  cancelUrl: undefined,
  customerEmail: undefined,
};

/** A vendor that answers each request as told. */
const ioOf = (answer: (request: WireRequest) => unknown, status = 200): VendorIo => ({
  credential: { apiKey: "sk_test_1" },
  baseUrl: "https://api.stripe.com",
  operationId,
  signal: new AbortController().signal,
  connect: () => Promise.reject(new Error("no line")),
  send: async (request): Promise<WireResponse> => ({
    status,
    headers: {},
    body: (async function* () {
      yield Buffer.from(JSON.stringify(answer(request)));
    })(),
  }),
});

const intent = (amount: number, more: Record<string, unknown> = {}) => ({
  id: "pi_1",
  object: "payment_intent",
  status: "requires_payment_method",
  amount,
  amount_received: 0,
  currency: "usd",
  metadata: { nexus_operation_id: operationId },
  ...more,
});

describe("an answer", () => {
  it("that comes to what was asked for is done", async () => {
    const bytes = await payments.prepare(order, identity);
    const done = await payments.send(
      bytes,
      ioOf(() => intent(1_050)),
    );
    expect(done.result).toMatchObject({ kind: "order", amount: { amount: "1050", currency: "USD" } });
  });

  it.each([
    ["more", intent(1_051)],
    ["less", intent(1_049)],
    ["a hundred times as much", intent(105_000)],
    ["another currency", intent(1_050, { currency: "eur" })],
    ["no amount", intent(1_050, { amount: undefined })],
  ])("that comes to %s is in doubt, and no look-up ends that", async (_, document) => {
    const bytes = await payments.prepare(order, identity);
    const failed = await payments
      .send(
        bytes,
        ioOf(() => document),
      )
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ProviderError);
    expect(failed).toMatchObject({ failure: { kind: "unknown", code: "PROVIDER_BAD_RESPONSE" } });
    const list = { object: "list", has_more: false, data: [document] };
    expect(
      await payments.lookUp(
        bytes,
        ioOf(() => list),
      ),
    ).toEqual({ kind: "contradicted" });
  });

  it("tells the fee that it took, where a look-up shows it in dollars", async () => {
    const bytes = await payments.prepare(order, identity);
    const paid = intent(1_050, {
      status: "succeeded",
      amount_received: 1_050,
      latest_charge: { id: "ch_1", amount_refunded: 0, balance_transaction: { fee: 61, currency: "usd" } },
    });
    const list = { object: "list", has_more: false, data: [paid] };
    expect(
      await payments.lookUp(
        bytes,
        ioOf(() => list),
      ),
    ).toMatchObject({
      kind: "done",
      metered: { vendorCostNanos: 610_000_000n },
    });
  });
});

it("requests of many calls at once are each their own, though one client of the SDK makes them", async () => {
  const all = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const bytes = await payments.prepare({ ...order, amount: BigInt(1_000 + at) }, identity);
      return new URLSearchParams(payments.show(bytes).body).get("amount");
    }),
  );
  expect(all).toEqual(Array.from({ length: 200 }, (_, at) => String(1_000 + at)));
});

it("all refunds of a payment are read, on as many pages as there are", async () => {
  const refunds = Array.from({ length: 250 }, (_, at) => ({
    id: `re_${at}`,
    object: "refund",
    status: "succeeded",
    amount: 1,
    currency: "usd",
  }));
  const io = ioOf(({ path }) => {
    const query = new URLSearchParams(path.split("?")[1]);
    const from = refunds.findIndex(({ id }) => id === query.get("starting_after")) + 1;
    return { object: "list", has_more: from + 100 < refunds.length, data: refunds.slice(from, from + 100) };
  });
  const listed = await payments.listRefunds({ objectId: "pi_1", paymentId: "pi_1" }, io);
  expect(listed.map(({ providerObjectId }) => providerObjectId)).toEqual(refunds.map(({ id }) => id));
});

it("what one account does not have is asked for at the next one, by what reads alone", async () => {
  const missing = { error: { type: "invalid_request_error", code: "resource_missing", message: "No such customer" } };
  const read = await payments
    .readCustomer?.(
      "cus_1",
      ioOf(() => missing, 404),
    )
    .catch((error: unknown) => error);
  expect(read).toMatchObject({ failure: { kind: "refused", about: "route" } });
  const bytes = await payments.prepare(order, identity);
  const sent = await payments
    .send(
      bytes,
      ioOf(() => missing, 404),
    )
    .catch((error: unknown) => error);
  expect(sent).toMatchObject({ failure: { kind: "refused", about: "request" } });
});

/** Stripe's published fixtures: https://github.com/stripe/openapi, where somebody has fetched them. */
const fixtures = process.env["STRIPE_FIXTURES"] ?? "";
const resources = (): Readonly<Record<string, unknown>> => {
  const document: unknown = JSON.parse(readFileSync(fixtures, "utf8"));
  return isRecord(document) && isRecord(document["resources"]) ? document["resources"] : {};
};

describe.skipIf(!existsSync(fixtures))(
  "Stripe's published fixtures (set STRIPE_FIXTURES to fixtures3.json to run)",
  () => {
    const fixture = (name: string): Record<string, unknown> => {
      const found = resources()[name];
      if (!isRecord(found)) throw new Error(`no fixture of ${name}`);
      return { ...found };
    };

    it("are read without a state that nobody knows", () => {
      expect(orderOf(fixture("payment_intent")).status).not.toBe("unknown");
      expect(checkoutOf(fixture("checkout.session"))).not.toMatchObject({ status: "unknown" });
      expect(checkoutOf(fixture("checkout.session"))).not.toMatchObject({ payment: "unknown" });
      expect(refundOf(fixture("refund")).status).not.toBe("unknown");
      expect(subscriptionOf(fixture("subscription")).status).not.toBe("unknown");
    });

    it("are objects that our requests are answered by", async () => {
      const bytes = await payments.prepare(
        { ...order, amount: BigInt(Number(fixture("payment_intent")["amount"])) },
        identity,
      );
      const own = { ...fixture("payment_intent"), currency: "usd" };
      expect(
        (
          await payments.send(
            bytes,
            ioOf(() => own),
          )
        ).result,
      ).toMatchObject({ kind: "order" });
      const customer: PaymentAct = {
        kind: "customer.create",
        email: "a@b.example",
        name: undefined,
        metadata: {},
        attribution,
      };
      const made = await payments.send(
        await payments.prepare(customer, identity),
        ioOf(() => fixture("customer")),
      );
      expect(made.result).toMatchObject({ kind: "customer", providerObjectId: expect.stringMatching(/^cus_/) });
      const portal: PaymentAct = { kind: "portal.create", customerId: "cus_1", returnUrl: "https://a.example" };
      const page = await payments.send(
        await payments.prepare(portal, identity),
        ioOf(() => fixture("billing_portal.session")),
      );
      expect(page.result).toMatchObject({ kind: "portal", url: expect.stringMatching(/^https:/) });
    });
  },
);
