import { Stripe } from "stripe";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { actingFaults, type ActingFault } from "../acting/acting-rules.ts";
import { startSandbox, type Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
  const { hostname, port } = new URL(sandbox.url);
  stripe = new Stripe("sk_test_oracle", {
    host: hostname,
    port: Number(port),
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient((input: string | URL | Request, init?: RequestInit) => {
      const url = input instanceof Request ? input.url : input.toString();
      return fetch(url.replace("/v1/", "/stripe/v1/"), init);
    }),
  });
});
afterAll(() => sandbox.close());
beforeEach(() => sandbox.reset());

const post = async (path: string, body: string, headers: Record<string, string> = {}) => {
  try {
    const response = await fetch(`${sandbox.stripe.access.baseUrl}${path}`, {
      method: "POST",
      headers: {
        authorization: "Bearer sk_test_1",
        "content-type": "application/x-www-form-urlencoded",
        ...headers,
      },
      body,
      signal: AbortSignal.timeout(500),
    });
    const document: unknown = JSON.parse(await response.text());
    return { status: response.status, document, replayed: response.headers.get("idempotent-replayed") };
  } catch {
    return { status: "lost" as const, document: undefined, replayed: null };
  }
};

const intent = "amount=1050&currency=usd&metadata[nexus_operation_id]=op-1";

test("the official SDK takes a payment, captures it, refunds it and reads it back", async () => {
  const made = await stripe.paymentIntents.create({ amount: 2_000, currency: "usd", capture_method: "manual" });
  expect(made.status).toBe("requires_payment_method");
  const authorized = await stripe.paymentIntents.confirm(made.id, { payment_method: "pm_card_visa" });
  expect(authorized).toMatchObject({ status: "requires_capture", amount_capturable: 2_000 });
  await stripe.paymentIntents.capture(made.id, { amount_to_capture: 1_500 });
  const refund = await stripe.refunds.create({ payment_intent: made.id, amount: 500 });
  expect(refund.status).toBe("succeeded");
  const read = await stripe.paymentIntents.retrieve(made.id, { expand: ["latest_charge.balance_transaction"] });
  expect(read).toMatchObject({
    status: "succeeded",
    amount_received: 1_500,
    latest_charge: { amount_refunded: 500, balance_transaction: { fee: 74, currency: "usd" } },
  });
  await expect(stripe.refunds.create({ payment_intent: made.id, amount: 1_001 })).rejects.toMatchObject({
    type: "StripeInvalidRequestError",
    statusCode: 400,
  });
});

test("the official SDK opens a checkout; a browser pays, is declined, and comes back to the shop", async () => {
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [{ price: "price_sandbox_once", quantity: 2 }],
    success_url: "https://shop.example/done?s={CHECKOUT_SESSION_ID}",
    cancel_url: "https://shop.example/cart",
  });
  expect(session).toMatchObject({ status: "open", amount_total: 3_000, payment_status: "unpaid" });
  const page = await (await fetch(session.url ?? "")).text();
  expect(page).toContain("USD 30.00");
  expect(page).toContain('href="https://shop.example/cart"');
  const pay = (method: string) =>
    fetch(session.url ?? "", {
      method: "POST",
      body: new URLSearchParams({ payment_method: method }),
      redirect: "manual",
    });
  expect(await (await pay("pm_card_chargeDeclined")).text()).toContain("declined");
  const paid = await pay("pm_card_visa");
  expect([paid.status, paid.headers.get("location")]).toEqual([303, `https://shop.example/done?s=${session.id}`]);
  expect((await pay("pm_card_visa")).status).toBe(410);
  const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ["payment_intent"] });
  expect(after).toMatchObject({ status: "complete", payment_status: "paid", payment_intent: { status: "succeeded" } });
  await expect(stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
});

test("lists are newest first, in pages", async () => {
  for (const amount of [100, 200, 300]) await stripe.paymentIntents.create({ amount, currency: "usd" });
  const all: number[] = [];
  for await (const one of stripe.paymentIntents.list({ limit: 2 })) all.push(one.amount);
  expect(all).toEqual([300, 200, 100]);
});

test.each([
  ["an unknown parameter", `${intent}&colour=red`, "parameter_unknown"],
  ["the parameter that this version has no more", `${intent}&payment_method_types[0]=card`, "parameter_unknown"],
  ["no amount", "currency=usd", "parameter_missing"],
  ["half an amount", "amount=10.5&currency=usd", "parameter_invalid_integer"],
  ["too little", "amount=49&currency=usd", "amount_too_small"],
  ["a currency that it does not take", "amount=1000&currency=xxx", "parameter_invalid"],
  ["a third decimal", "amount=1051&currency=kwd", "parameter_invalid"],
  ["a part of a króna", "amount=10050&currency=isk", "parameter_invalid"],
])("%s is refused", async (_, body, code) => {
  expect(await post("/v1/payment_intents", body)).toMatchObject({ status: 400, document: { error: { code } } });
  expect(sandbox.stripe.effects()).toEqual([]);
});

test("another version of the API, no key and a foreign one are refused", async () => {
  expect(await post("/v1/payment_intents", intent, { "stripe-version": "2019-01-01" })).toMatchObject({ status: 400 });
  expect(await post("/v1/payment_intents", intent, { authorization: "Bearer pk_1" })).toMatchObject({ status: 401 });
  expect(await post("/v1/nothing", intent)).toMatchObject({ status: 404 });
});

test("a key is answered once, with its first answer; other parameters are an error, and a failed check is not kept", async () => {
  const key = { "idempotency-key": "k1" };
  expect(await post("/v1/payment_intents", "amount=1&currency=usd&x=1", key)).toMatchObject({ status: 400 });
  const first = await post("/v1/payment_intents", intent, key);
  expect(first.status).toBe(200);
  expect(await post("/v1/payment_intents", intent, key)).toEqual({ ...first, replayed: "true" });
  expect(await post("/v1/payment_intents", "amount=2000&currency=usd", key)).toMatchObject({
    status: 400,
    document: { error: { type: "idempotency_error" } },
  });
  expect(sandbox.stripe.effects()).toHaveLength(1);
});

/** What a caller sees of each fault, and of a repeat with the same key. */
const seen: Readonly<Record<ActingFault, readonly [number | "lost", number | "lost"]>> = {
  refuse: [402, 402],
  "refuse-key": [401, 200],
  "drop-before-head": ["lost", 200],
  "execute-then-drop": ["lost", 200],
  "execute-then-hang": ["lost", 200],
  "execute-then-5xx": [500, 500],
  "5xx-without-executing": [500, 500],
  "gateway-5xx": ["lost", 200],
  "truncated-body": ["lost", 200],
  "without-id": [200, 200],
  "error-without-field": [400, 200],
  "rate-limited": [429, 200],
  "in-progress": [409, 200],
  maintenance: [503, 200],
  "forget-key": ["lost", 200],
  "late-execution": ["lost", 409],
};

test.each(Object.keys(actingFaults) as ActingFault[])("%s does what its row says, once", async (fault) => {
  const body = `${intent}&metadata[sandbox_fault]=${fault}`;
  const key = { "idempotency-key": `k-${fault}` };
  expect((await post("/v1/payment_intents", body, key)).status).toBe(seen[fault][0]);
  expect(sandbox.stripe.effects()).toHaveLength(actingFaults[fault].executes === "yes" ? 1 : 0);
  expect((await post("/v1/payment_intents", body, key)).status).toBe(seen[fault][1]);
});
