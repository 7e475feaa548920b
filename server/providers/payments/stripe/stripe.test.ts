import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PaymentAct } from "../../../contracts/payments/payment-act.ts";
import { ProviderError, type VendorIo, type WireRequest, type WireResponse } from "../../../contracts/vendor-call.ts";
import { isRecord } from "../../_wire/json.ts";
import { disputeOf } from "./stripe-disputes.ts";
import { invoiceOf } from "./stripe-invoices.ts";
import { linkOf } from "./stripe-links.ts";
import { checkoutOf, orderOf, refundOf, subscriptionOf } from "./stripe-objects.ts";
import { stripe } from "./stripe.ts";
import { noDownload } from "../../../../test/no-download.ts";

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
  download: noDownload,
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

describe("a payment link", () => {
  const link: PaymentAct = {
    kind: "link.create",
    mode: "payment",
    lines: [{ name: "Ticket", unit: { amount: 1_050n, currency: "USD" }, quantity: 2 }],
    successUrl: undefined,
    payments: undefined,
    metadata: {},
    attribution,
  };
  const document = (id: string, more: Record<string, unknown> = {}) => ({
    id,
    object: "payment_link",
    active: true,
    currency: "usd",
    url: "https://buy.stripe.com/1",
    metadata: {},
    restrictions: null,
    line_items: { object: "list", has_more: false, data: [{ amount_total: 2_100, currency: "usd" }] },
    ...more,
  });

  it("is looked for in all of the account's, since none says when it was made", async () => {
    const own = document("plink_own", { metadata: { nexus_operation_id: operationId } });
    const others = Array.from({ length: 150 }, (_, at) => document(`plink_${at}`));
    const io = (all: readonly unknown[]) =>
      ioOf(({ path }) => {
        const query = new URLSearchParams(path.split("?")[1]);
        expect(query.has("created[gte]")).toBe(false);
        const from = query.has("starting_after") ? 100 : 0;
        return { object: "list", has_more: from + 100 < all.length, data: all.slice(from, from + 100) };
      });
    const bytes = await payments.prepare(link, identity);
    expect(await payments.lookUp(bytes, io([...others, own]))).toMatchObject({
      kind: "done",
      result: { providerObjectId: "plink_own", total: { amount: "2100", currency: "USD" } },
    });
    expect(await payments.lookUp(bytes, io(others))).toEqual({ kind: "not_done" });
  });

  it("that comes to another amount than was asked for is in doubt", async () => {
    const bytes = await payments.prepare(link, identity);
    const dear = document("plink_1", { line_items: { data: [{ amount_total: 2_101, currency: "usd" }] } });
    const sent = payments.send(
      bytes,
      ioOf(() => dear),
    );
    await expect(sent).rejects.toMatchObject({ failure: { kind: "unknown" } });
  });
});

it("a state that Stripe has come to have since is unknown, never the nearest one", () => {
  const word = "a_new_word";
  expect(disputeOf({ id: "du_1", status: word }).status).toBe("unknown");
  expect(invoiceOf({ id: "in_1", status: word }).status).toBe("unknown");
  expect(subscriptionOf({ id: "sub_1", status: word }).status).toBe("unknown");
  expect(refundOf({ id: "re_1", status: word }).status).toBe("unknown");
  expect(orderOf({ id: "pi_1", status: word }).status).toBe("unknown");
  expect(checkoutOf({ id: "cs_1", status: word }).status).toBe("unknown");
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

/*
 * Stripe's published fixtures, which are not part of this repository: `shared/data` beside it, or one folder further up.
 * https://github.com/stripe/openapi
 */
const root = join(import.meta.dirname, "../../../..");
const fixtures = ["../shared/data", "../../shared/data"]
  .map((path) => join(root, path, "stripe-fixtures3.json"))
  .find((path) => existsSync(path));
if (fixtures === undefined) process.stderr.write("Stripe's fixtures are not here: nothing is held against them\n");

const resources = (): Readonly<Record<string, unknown>> => {
  const document: unknown = JSON.parse(readFileSync(fixtures ?? "", "utf8"));
  return isRecord(document) && isRecord(document["resources"]) ? document["resources"] : {};
};

describe.skipIf(fixtures === undefined)("Stripe's published fixtures", () => {
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
    expect(invoiceOf(fixture("invoice"))).toMatchObject({
      status: "draft",
      total: { amount: "1000", currency: "USD" },
      remaining: { amount: "1000", currency: "USD" },
      customerId: expect.stringMatching(/^cus_/),
    });
    expect(disputeOf(fixture("dispute"))).toMatchObject({
      status: "open",
      amount: { amount: "1000", currency: "USD" },
      reason: "general",
      respondBy: "2024-08-14T23:59:59.000Z",
      madeFor: null,
    });
    expect(linkOf(fixture("payment_link"))).toMatchObject({
      active: true,
      url: expect.stringMatching(/^https:/),
      completed: 94_851_343,
      payments: 102_976_443,
      total: null,
    });
  });

  it("are objects that our requests are answered by", async () => {
    const answered = async (act: PaymentAct, document: unknown) =>
      (
        await payments.send(
          await payments.prepare(act, identity),
          ioOf(() => document),
        )
      ).result;
    const intent = { ...fixture("payment_intent"), currency: "usd" };
    const amount = BigInt(Number(fixture("payment_intent")["amount"]));
    expect(await answered({ ...order, amount }, intent)).toMatchObject({ kind: "order" });
    const customer = { kind: "customer.create", email: "a@b.example", name: undefined, metadata: {} } as const;
    expect(await answered({ ...customer, attribution }, fixture("customer"))).toMatchObject({
      kind: "customer",
      providerObjectId: expect.stringMatching(/^cus_/),
    });
    const portal = { kind: "portal.create", customerId: "cus_1", returnUrl: "https://a.example" } as const;
    expect(await answered(portal, fixture("billing_portal.session"))).toMatchObject({
      kind: "portal",
      url: expect.stringMatching(/^https:/),
    });
    const closed = { ...fixture("payment_link"), active: false };
    expect(await answered({ kind: "link.deactivate", objectId: "plink_1" }, closed)).toMatchObject({
      kind: "link",
      active: false,
      url: null,
    });
  });
});
