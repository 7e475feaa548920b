import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../../sandbox/start-sandbox.ts";
import { isRecord, parseJson } from "../../_wire/json.ts";
import { paypal } from "./paypal.ts";
import { adapterIo, operationId, providerKey } from "../../../../test/adapter-io.ts";
import { paypalClient, sdkAt, twins } from "../../../../test/paypal-sdk-twins.ts";

/* PayPal's own SDK sends what our adapter sends: to one server that writes it down, and to the sandbox. */

const vendor = paypal.payments;
if (vendor === undefined) throw new Error("PayPal takes no payments");

interface Written {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What only the transports say, each in its own way; or what differs, and why. */
const leftOut: ReadonlySet<string> = new Set([
  // The connection's own, and each client's name.
  "host",
  "connection",
  "content-length",
  "accept-encoding",
  "accept-language",
  "sec-fetch-mode",
  "user-agent",
  // Two tokens of one client.
  "authorization",
  // The SDK asks for a kind of answer only where it expects one; we always say that we read JSON.
  "accept",
  // The SDK names the type of a body also where there is none; a body has to have it, as is checked below.
  "content-type",
]);

const written: Written[] = [];
let origin = "";
const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await text(request);
  const reply = (document: unknown): void => {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
  };
  if (request.url === "/v1/oauth2/token")
    return reply({ access_token: "token", token_type: "Bearer", expires_in: 32_400 });
  const { method, url } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  if (method === "POST") {
    if (body !== "") expect(headers["content-type"], url).toMatch(/^application\/json(;|$)/);
    const kept = Object.entries(headers).filter(([name]) => !leftOut.has(name));
    written.push({ method, url, headers: Object.fromEntries(kept), body: body === "" ? undefined : parseJson(body) });
  }
  reply({});
};
const capture = createServer((request, response) => void answer(request, response));

let sandbox: Sandbox;
beforeAll(async () => {
  await new Promise<void>((resolve) => capture.listen(0, "127.0.0.1", resolve));
  const address = capture.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  sandbox = await startSandbox({ fsync: false });
});
afterAll(async () => {
  capture.close();
  await sandbox.close();
});

/** Whatever an answer of `{}` is to its reader. */
const settled = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(() => undefined);
};

describe("PayPal's SDK and our adapter", () => {
  it.each(twins)("ask for $name in the same words", async ({ act, sdk }) => {
    written.length = 0;
    await settled(sdk(sdkAt(() => origin)));
    const bytes = await vendor.prepare(act, { operationId, providerKey });
    await settled(vendor.send(bytes, adapterIo(origin, paypalClient)));
    expect(written).toHaveLength(2);
    const [official, own] = written;
    expect(own).toEqual(official);
  });
});

describe("the sandbox", () => {
  const sdk = sdkAt(() => sandbox.paypal.access.baseUrl);

  it("takes an order of the SDK's from its beginning to its refund", async () => {
    const create = twins[0]?.sdk(sdk);
    const made: unknown = await create;
    const id = isRecord(made) && isRecord(made["result"]) ? String(made["result"]["id"]) : "";
    Object.assign(sandbox.paypal.store.order(id) ?? {}, { status: "APPROVED", funding: "balance" });
    const captured = await sdk.orders.captureOrder({ id, prefer: "return=representation", paypalRequestId: "capture" });
    const [payment] = captured.result.purchaseUnits?.[0]?.payments?.captures ?? [];
    expect(payment).toMatchObject({ status: "COMPLETED", amount: { currencyCode: "USD", value: "100.00" } });
    const refund = await sdk.payments.refundCapturedPayment({
      captureId: payment?.id ?? "",
      paypalRequestId: "refund",
      body: { amount: { currencyCode: "USD", value: "40.00" } },
    });
    expect(refund.result.status).toBe("COMPLETED");
    const read = await sdk.payments.getRefund({ refundId: refund.result.id ?? "" });
    expect(read.result.amount).toEqual({ currencyCode: "USD", value: "40.00" });
    expect((await sdk.payments.getCapturedPayment({ captureId: payment?.id ?? "" })).result.status).toBe(
      "PARTIALLY_REFUNDED",
    );
    expect((await sdk.orders.getOrder({ id })).result.purchaseUnits?.[0]?.payments?.refunds).toHaveLength(1);
    expect(sandbox.paypal.effects().map(({ kind }) => kind)).toEqual(["order", "capture", "refund"]);
  });

  it("sells the SDK a subscription, changes and ends it", async () => {
    const plan = await sdk.subscriptions.getBillingPlan("P-SANDBOXMONTHLY");
    expect(plan.result.billingCycles?.[0]?.pricingScheme?.fixedPrice).toEqual({ currencyCode: "USD", value: "20.00" });
    const made = await sdk.subscriptions.createSubscription({ body: { planId: "P-SANDBOXMONTHLY", quantity: "2" } });
    const id = made.result.id ?? "";
    expect(made.result.links?.map(({ rel }) => rel)).toContain("approve");
    Object.assign(sandbox.paypal.store.subscriptions.get(id) ?? {}, { status: "ACTIVE" });
    const changed = await sdk.subscriptions.reviseSubscription({ id, body: { quantity: "3" } });
    expect(changed.result.links?.map(({ rel }) => rel)).toContain("approve");
    await sdk.subscriptions.cancelSubscription({ id, body: { reason: "enough" } });
    expect(sandbox.paypal.store.subscriptions.get(id)?.status).toBe("CANCELLED");
    await expect(sdk.subscriptions.getSubscription({ id: "I-NOBODY" })).rejects.toMatchObject({ statusCode: 404 });
  });
});
