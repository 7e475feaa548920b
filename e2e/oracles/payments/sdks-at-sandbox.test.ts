import { PaymentLinkResponse } from "@adyen/api-library/lib/src/typings/checkout/paymentLinkResponse.js";
import { UpdatePaymentLinkRequest } from "@adyen/api-library/lib/src/typings/checkout/updatePaymentLinkRequest.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { payAdyenLink } from "../../../sandbox/adyen/adyen-links.ts";
import { makeMollieSubscription, payMolliePayment } from "../../../sandbox/mollie/mollie-payments.ts";
import { payAtRazorpay } from "../../../sandbox/razorpay/razorpay-payments.ts";
import { makeSquareSubscription, paySquareLink } from "../../../sandbox/square/square-payments.ts";
import { startSandbox, type Sandbox } from "../../../sandbox/start-sandbox.ts";
import type { PaymentsVendor } from "../../../server/contracts/payments/payments-vendor.ts";
import type { ProviderDefinition } from "../../../server/contracts/provider.ts";
import { adyen } from "../../../server/providers/payments/adyen/adyen.ts";
import { mollie } from "../../../server/providers/payments/mollie/mollie.ts";
import { razorpay } from "../../../server/providers/payments/razorpay/razorpay.ts";
import { square } from "../../../server/providers/payments/square/square.ts";
import { adapterIo, operationId, providerKey } from "../../../test/adapter-io.ts";
import { openCaptureServer, type CaptureServer } from "../capture-server.ts";
import { adyenLinksAt, clientCredentials, mollieAt, razorpayAt, squareAt } from "./official-clients.ts";
import { returnUrl } from "./sdk-twin.ts";

/* The sandbox speaks what a vendor's own client does; what it answers, the client and our adapter read alike. */

let sandbox: Sandbox;
let relay: CaptureServer;
beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
  relay = await openCaptureServer();
});
afterAll(async () => {
  await relay.close();
  await sandbox.close();
});
beforeEach(() => sandbox.reset());

const adapterOf = ({ payments }: ProviderDefinition): PaymentsVendor => {
  if (payments === undefined) throw new Error("this vendor takes no payments");
  return payments;
};

const there = <T>(found: T | undefined | null): T => {
  if (found === undefined || found === null) throw new Error("it is not there");
  return found;
};

describe("the sandbox's Square", () => {
  it("takes a link of its client's from its beginning to a refund", async () => {
    const { access, store, effects } = sandbox.square;
    const sdk = squareAt(access.baseUrl);
    const { paymentLink } = await sdk.checkout.paymentLinks.create({
      idempotencyKey: providerKey,
      order: {
        locationId: "L1",
        lineItems: [{ name: "Chairs", quantity: "2", basePriceMoney: { amount: 5_000n, currency: "USD" } }],
      },
    });
    const { id = "", orderId = "" } = there(paymentLink);
    const adapter = adapterOf(square);
    const io = adapterIo(access.baseUrl, clientCredentials.square);
    expect(await adapter.readCheckout(`${orderId}-${id}`, io)).toMatchObject({ status: "open", payment: "created" });
    const { id: paymentId } = paySquareLink(store, there(store.links.get(id)));
    const amountMoney = { amount: 4_000n, currency: "USD" } as const;
    const { refund } = await sdk.refunds.refundPayment({ idempotencyKey: "refund", paymentId, amountMoney });
    expect(await adapter.readRefund(there(refund).id, io)).toMatchObject({
      providerStatus: there(refund).status,
      amount: { amount: String(there(refund).amountMoney.amount), currency: "USD" },
    });
    const { payment } = await sdk.payments.get({ paymentId });
    expect(payment).toMatchObject({ status: "COMPLETED", refundedMoney: { amount: 4_000n }, orderId });
    expect(await adapter.readOrder(`${orderId}-${id}`, io)).toMatchObject({
      status: "partially_refunded",
      paymentId,
      amount: { amount: String(payment?.amountMoney?.amount), currency: "USD" },
      refunded: { amount: String(payment?.refundedMoney?.amount), currency: "USD" },
      fee: { amount: String(payment?.processingFee?.[0]?.amountMoney?.amount), currency: "USD" },
    });
    expect(effects().map(({ kind }) => kind)).toEqual(["order", "payment", "refund"]);
  });

  it("sets a payment aside for its client, and gives it up", async () => {
    const sdk = squareAt(sandbox.square.access.baseUrl);
    const amountMoney = { amount: 10_000n, currency: "USD" } as const;
    const lineItems = [{ name: "Chairs", quantity: "1", basePriceMoney: amountMoney }];
    const { order } = await sdk.orders.create({ idempotencyKey: "order", order: { locationId: "L1", lineItems } });
    const orderId = there(order?.id);
    const { payment } = await sdk.payments.create({
      idempotencyKey: "payment",
      sourceId: "cnon:card-nonce-ok",
      amountMoney,
      orderId,
      locationId: "L1",
      autocomplete: false,
    });
    expect(payment?.status).toBe("APPROVED");
    expect((await sdk.payments.cancel({ paymentId: there(payment?.id) })).payment?.status).toBe("CANCELED");
    await expect(sdk.payments.complete({ paymentId: there(payment?.id) })).rejects.toMatchObject({ statusCode: 400 });
  });

  it("keeps its client's customer, and the subscription that is to end", async () => {
    const { access, store } = sandbox.square;
    const sdk = squareAt(access.baseUrl);
    const { customer } = await sdk.customers.create({ idempotencyKey: "customer", emailAddress: "ann@shop.example" });
    const { id: subscriptionId } = makeSquareSubscription(store, there(customer?.id));
    await sdk.subscriptions.update({
      subscriptionId,
      subscription: { priceOverrideMoney: { amount: 500n, currency: "USD" } },
    });
    const { subscription } = await sdk.subscriptions.cancel({ subscriptionId });
    expect(subscription?.priceOverrideMoney?.amount).toBe(500n);
    const read = await adapterOf(square).readSubscription?.(
      subscriptionId,
      adapterIo(access.baseUrl, clientCredentials.square),
    );
    expect(read).toMatchObject({
      providerStatus: subscription?.status,
      customerId: customer?.id,
      cancelAtPeriodEnd: true,
    });
    expect(read?.items[0]?.currentPeriodEnd).toContain(there(subscription?.chargedThroughDate));
  });
});

describe("the sandbox's Mollie", () => {
  const usd = (value: string) => ({ currency: "USD", value });

  it("takes a payment of its client's from its beginning to a refund", async () => {
    const { access, store, effects } = sandbox.mollie;
    const sdk = mollieAt(access.baseUrl);
    const made = await sdk.payments.create({
      idempotencyKey: providerKey,
      paymentRequest: { amount: usd("100.00"), description: "Chairs", redirectUrl: returnUrl, captureMode: "manual" },
    });
    const paymentId = made.id;
    payMolliePayment(store, there(store.payment(paymentId)), "paid");
    const capture = await sdk.captures.create({ paymentId, entityCapture: { amount: usd("60.00") } });
    expect(capture).toMatchObject({ paymentId, amount: usd("60.00") });
    await sdk.payments.releaseAuthorization({ paymentId });
    const refund = await sdk.refunds.create({ paymentId, refundRequest: { amount: usd("40.00") } });
    const adapter = adapterOf(mollie);
    const io = adapterIo(access.baseUrl, clientCredentials.mollie);
    expect(await adapter.readRefund(`${paymentId}-${refund.id}`, io)).toMatchObject({
      providerStatus: refund.status,
      amount: { amount: "4000", currency: "USD" },
    });
    const listed = await sdk.refunds.list({ paymentId });
    expect(listed.result.embedded.refunds.map(({ id }) => `${paymentId}-${id}`)).toEqual(
      (await adapter.listRefunds({ objectId: paymentId, paymentId }, io)).map(
        ({ providerObjectId }) => providerObjectId,
      ),
    );
    const payment = await sdk.payments.get({ paymentId, embed: "captures,refunds" });
    expect(payment).toMatchObject({ amountCaptured: usd("60.00"), amountRefunded: usd("40.00") });
    expect(await adapter.readOrder(paymentId, io)).toMatchObject({
      providerStatus: payment.status,
      status: "partially_refunded",
      captured: { amount: "6000", currency: "USD" },
      refunded: { amount: "4000", currency: "USD" },
    });
    expect(effects().map(({ kind }) => kind)).toContain("refund");
  });

  it("keeps its client's customer and subscription", async () => {
    const { access, store } = sandbox.mollie;
    const sdk = mollieAt(access.baseUrl);
    const { id: customerId } = await sdk.customers.create({
      entityCustomer: { email: "ann@shop.example", name: "Ann" },
    });
    const first = await sdk.payments.create({
      paymentRequest: {
        amount: usd("10.00"),
        description: "Chairs",
        redirectUrl: returnUrl,
        customerId,
        sequenceType: "first",
      },
    });
    payMolliePayment(store, there(store.payment(first.id)), "paid");
    const request = { amount: usd("10.00"), interval: "1 month", description: "Chairs" };
    const { id: subscriptionId } = makeMollieSubscription(store, customerId, request);
    const changed = await sdk.subscriptions.update({
      customerId,
      subscriptionId,
      requestBody: { amount: usd("5.00") },
    });
    expect(changed.amount).toEqual(usd("5.00"));
    const ended = await sdk.subscriptions.cancel({ customerId, subscriptionId });
    const io = adapterIo(access.baseUrl, clientCredentials.mollie);
    expect(await adapterOf(mollie).readSubscription?.(`${customerId}-${subscriptionId}`, io)).toMatchObject({
      providerStatus: ended.status,
      status: "canceled",
      customerId: ended.customerId,
    });
    expect(await adapterOf(mollie).readCustomer?.(customerId, io)).toMatchObject({ email: "ann@shop.example" });
  });
});

describe("the sandbox's Adyen", () => {
  it("makes, closes and shows links of its library's", async () => {
    const { access, store } = sandbox.adyen;
    // The library speaks TLS, and of Checkout 72.
    relay.answer(async ({ method, path, headers, body }) => {
      const told = Object.entries(headers).filter(([name]) =>
        /^(?:x-api-key|content-type|idempotency-key)$/.test(name),
      );
      const response = await fetch(access.baseUrl + path.replace("/v72/", "/"), {
        method,
        headers: Object.fromEntries(told.map(([name, value]) => [name, String(value)])),
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      return { status: response.status, body: await response.text() };
    });
    const links = adyenLinksAt(relay.tlsUrl);
    const request = {
      merchantAccount: "SandboxMerchantECOM",
      amount: { value: 10_000, currency: "USD" },
      reference: operationId,
      returnUrl,
    };
    const open = await links.paymentLinks(request, { idempotencyKey: "first" });
    expect(open).toMatchObject({ status: PaymentLinkResponse.StatusEnum.Active, amount: { value: 10_000 } });
    expect((await links.paymentLinks(request, { idempotencyKey: "first" })).id).toBe(open.id);
    const closed = await links.updatePaymentLink(open.id, { status: UpdatePaymentLinkRequest.StatusEnum.Expired });
    expect(closed.status).toBe(PaymentLinkResponse.StatusEnum.Expired);
    const { id } = await links.paymentLinks(request, { idempotencyKey: "second" });
    payAdyenLink(store, there(store.link(id)));
    const paid = await links.getPaymentLink(id);
    const io = adapterIo(access.baseUrl, clientCredentials.adyen);
    expect(await adapterOf(adyen).readCheckout(id, io)).toMatchObject({
      providerStatus: paid.status,
      total: { amount: String(paid.amount.value), currency: paid.amount.currency },
      expiresAt: there(paid.expiresAt).toISOString(),
    });
  });
});

describe("the sandbox's Razorpay", () => {
  it("takes an order of its client's from its beginning to a refund", async () => {
    const { access, store, effects } = sandbox.razorpay;
    const sdk = razorpayAt(access.baseUrl);
    const money = { amount: 10_000, currency: "INR" };
    const order = await sdk.orders.create({ ...money, receipt: operationId, payment: { capture: "manual" } });
    const { id: paymentId } = payAtRazorpay(store, order.id);
    expect((await sdk.payments.fetch(paymentId)).status).toBe("authorized");
    await sdk.payments.capture(paymentId, money.amount, money.currency);
    const refund = await sdk.payments.refund(paymentId, { amount: 4_000 });
    const adapter = adapterOf(razorpay);
    const io = adapterIo(access.baseUrl, clientCredentials.razorpay);
    expect(await adapter.readRefund(refund.id, io)).toMatchObject({
      providerStatus: refund.status,
      amount: { amount: String(refund.amount), currency: "INR" },
    });
    const payment = await sdk.payments.fetch(paymentId);
    expect(payment).toMatchObject({ status: "captured", amount_refunded: 4_000, order_id: order.id });
    expect(await adapter.readOrder(order.id, io)).toMatchObject({
      status: "partially_refunded",
      paymentId,
      captured: { amount: String(payment.amount), currency: "INR" },
      refunded: { amount: String(payment.amount_refunded), currency: "INR" },
      fee: { amount: String(payment.fee), currency: "INR" },
    });
    expect(effects().map(({ kind }) => kind)).toEqual(["order", "payment", "capture", "refund"]);
  });

  it("makes, finds and closes a link of its client's", async () => {
    const { access } = sandbox.razorpay;
    const sdk = razorpayAt(access.baseUrl);
    const link = await sdk.paymentLink.create({
      amount: 10_000,
      currency: "INR",
      reference_id: operationId,
      customer: { email: "ann@shop.example" },
      callback_url: returnUrl,
      callback_method: "get",
    });
    const io = adapterIo(access.baseUrl, clientCredentials.razorpay);
    expect(await adapterOf(razorpay).readCheckout(link.id, io)).toMatchObject({
      providerStatus: link.status,
      url: link.short_url,
      total: { amount: "10000", currency: "INR" },
    });
    const closed = await sdk.paymentLink.cancel(link.id);
    expect(closed.status).toBe("cancelled");
    expect((await adapterOf(razorpay).readCheckout(link.id, io)).status).toBe("expired");
  });
});
