import StripeSdk from "stripe";
import { expect, test } from "vitest";
import { StripeEventError, verifyStripeEvent } from "./src/payments.ts";

const secret = "whsec_test";
const sdk = new StripeSdk("sk_test_never_sent", { maxNetworkRetries: 0, telemetry: false });
const seconds = 1_790_000_000;
const now = (): number => seconds * 1_000;

const session = {
  id: "evt_1",
  object: "event",
  type: "checkout.session.completed",
  created: seconds,
  data: {
    object: {
      id: "cs_1",
      object: "checkout.session",
      customer: { id: "cus_1" },
      subscription: "sub_1",
      metadata: { nexus_operation_id: "01a20028-f85c-706b-b97e-0071d41bb937" },
    },
  },
};

/** A header as Stripe's own SDK makes one. */
const signed = (payload: string, more: { readonly secret?: string; readonly timestamp?: number } = {}): string =>
  sdk.webhooks.generateTestHeaderString({ payload, secret, timestamp: seconds, ...more });

const verify = (body: string, signature: string | null, secrets: string | readonly string[] = secret) =>
  verifyStripeEvent({ body, signature }, { secret: secrets, now });

test("an event that Stripe has signed says what it proves of which operation", async () => {
  const body = JSON.stringify(session);
  const event = await verify(body, signed(body));
  expect(event).toEqual({
    eventId: "evt_1",
    type: "checkout.session.completed",
    occurredAt: new Date(now()).toISOString(),
    objectId: "cs_1",
    object: "checkout.session",
    customerId: "cus_1",
    subscriptionId: "sub_1",
    outcome: {
      operationId: "01a20028-f85c-706b-b97e-0071d41bb937",
      vendor: "stripe",
      eventId: "evt_1",
      outcome: "done",
      vendorObjectId: "cs_1",
    },
  });
  expect(await verify(body, signed(body), ["whsec_new", secret])).toEqual(event);
});

test("a payment behind a checkout names the operation and not its object; a subscription names none", async () => {
  const eventOf = (object: string) =>
    JSON.stringify({ ...session, data: { object: { ...session.data.object, id: "x_1", object } } });
  const payment = eventOf("payment_intent");
  const { outcome } = await verify(payment, signed(payment));
  expect(outcome).toMatchObject({ outcome: "done" });
  expect(outcome).not.toHaveProperty("vendorObjectId");
  const subscription = eventOf("subscription");
  expect(await verify(subscription, signed(subscription))).toMatchObject({ outcome: undefined, subscriptionId: "x_1" });
});

test("a checkout that a payer opened on a payment link proves that the link was made", async () => {
  const opened = { ...session.data.object, payment_link: "plink_1" };
  const body = JSON.stringify({ ...session, data: { object: opened } });
  expect(await verify(body, signed(body))).toMatchObject({
    objectId: "cs_1",
    outcome: { operationId: "01a20028-f85c-706b-b97e-0071d41bb937", vendorObjectId: "plink_1" },
  });
});

test.each([
  ["another secret", (body: string) => [body, signed(body, { secret: "whsec_other" })], "signature"],
  ["another body", (body: string) => [`${body} `, signed(body)], "signature"],
  ["no header", (body: string) => [body, null], "signature"],
  ["an empty header", (body: string) => [body, ""], "signature"],
  ["another scheme alone", (body: string) => [body, signed(body).replace("v1=", "v0=")], "signature"],
  ["another time", (body: string) => [body, signed(body).replace(String(seconds), String(seconds + 1))], "signature"],
  ["an old time", (body: string) => [body, signed(body, { timestamp: seconds - 301 })], "age"],
  ["a time to come", (body: string) => [body, signed(body, { timestamp: seconds + 301 })], "age"],
] as const)("a webhook with %s is not taken", async (_, change, problem) => {
  const [body, header] = change(JSON.stringify(session));
  await expect(verify(body ?? "", header ?? null)).rejects.toMatchObject({ problem });
  await expect(verify(body ?? "", header ?? null)).rejects.toBeInstanceOf(StripeEventError);
});

test.each(["[]", "{}", "no JSON", '{"id":"evt_1","type":"x"}'])(
  "a signed body that is no event is not taken: %s",
  async (body) => {
    await expect(verify(body, signed(body))).rejects.toMatchObject({ problem: "body" });
  },
);

test("an empty secret verifies nothing", async () => {
  const body = JSON.stringify(session);
  const key = signed(body, { secret: "x" });
  await expect(verify(body, key, "")).rejects.toMatchObject({ problem: "signature" });
});
