import {
  CheckoutPaymentIntent,
  Client,
  Environment,
  OrdersController,
  PaymentsController,
  PaypalExperienceUserAction,
  PaypalWalletContextShippingPreference,
  SubscriptionsController,
  ApplicationContextUserAction,
  ExperienceContextShippingPreference,
} from "@paypal/paypal-server-sdk";
import type { PaymentAct } from "../server/contracts/payments/payment-act.ts";
import { operationId, providerKey } from "./adapter-io.ts";

/** What the SDK's HTTP client hands to its adapter, as far as it is read here. */
interface SdkRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly toJSON: () => Record<string, unknown> };
  readonly data?: string;
}

/** The SDK knows PayPal's two addresses alone: whatever it sends is taken elsewhere. */
export const sdkAt = (origin: () => string) => {
  const adapter = async (config: SdkRequest) => {
    const { pathname, search } = new URL(config.url);
    const response = await fetch(`${origin()}${pathname}${search}`, {
      method: config.method,
      headers: Object.fromEntries(
        Object.entries(config.headers.toJSON()).map(([name, value]) => [name, String(value)]),
      ),
      ...(config.data === undefined ? {} : { body: config.data }),
    });
    return {
      data: await response.text(),
      status: response.status,
      statusText: response.statusText,
      headers: Object.fromEntries(response.headers),
      config,
    };
  };
  const client = new Client({
    environment: Environment.Sandbox,
    clientCredentialsAuthCredentials: {
      oAuthClientId: paypalClient.clientId,
      oAuthClientSecret: paypalClient.clientSecret,
    },
    unstable_httpClientOptions: { adapter },
  });
  return {
    orders: new OrdersController(client),
    payments: new PaymentsController(client),
    subscriptions: new SubscriptionsController(client),
  };
};

const mark = `${operationId}|org_a|srv_shop`;

/** Of nobody. */
export const paypalClient = { clientId: "client-of-its-own", clientSecret: "secret-of-its-own" } as const;

const attribution = { organizationId: "org_a", appId: "srv_shop" };
const creation = { reference: "ref-1", metadata: {}, attribution, cancelUrl: "https://shop.example/back" };
const returnUrl = "https://shop.example/paid";
const usd = { amount: 10_000n, currency: "USD" } as const;
const money = { currencyCode: "USD", value: "100.00" };
const part = { currencyCode: "USD", value: "25.00" };
const context = {
  returnUrl,
  cancelUrl: "https://shop.example/back",
  shippingPreference: PaypalWalletContextShippingPreference.NoShipping,
};
const subscriptionContext = {
  returnUrl,
  cancelUrl: "https://shop.example/back",
  shippingPreference: ExperienceContextShippingPreference.NoShipping,
};
const asked = { paypalRequestId: providerKey, prefer: "return=representation" };

type Sdk = ReturnType<typeof sdkAt>;

/** One operation, in our words and in those of the SDK. */
export interface Twin {
  readonly name: string;
  readonly act: PaymentAct;
  readonly sdk: (sdk: Sdk) => Promise<unknown>;
}

const orderAct = (capture: "auto" | "manual"): PaymentAct => ({
  kind: "order.create",
  ...creation,
  ...usd,
  description: "Chairs",
  capture,
  returnUrl,
  customerEmail: "payer@example.com",
});

const orderOf = (intent: CheckoutPaymentIntent) => ({
  intent,
  purchaseUnits: [{ referenceId: "ref-1", customId: mark, amount: money, description: "Chairs" }],
  paymentSource: {
    paypal: {
      emailAddress: "payer@example.com",
      experienceContext: { ...context, userAction: PaypalExperienceUserAction.PayNow },
    },
  },
});

const orderId = "5O190127TN364715T";
const authorizationId = "0VF52814937998046";
const captureId = "2GG279541U471931P";
const subscriptionId = "I-BW452GLLEP1G";

export const twins: readonly Twin[] = [
  {
    name: "an order that is captured once it is approved",
    act: orderAct("auto"),
    sdk: ({ orders }) => orders.createOrder({ ...asked, body: orderOf(CheckoutPaymentIntent.Capture) }),
  },
  {
    name: "an order that is authorized first",
    act: orderAct("manual"),
    sdk: ({ orders }) => orders.createOrder({ ...asked, body: orderOf(CheckoutPaymentIntent.Authorize) }),
  },
  {
    name: "a checkout of a payment",
    act: {
      kind: "checkout.create",
      ...creation,
      mode: "payment",
      lines: [{ name: "Chairs", unit: { amount: 5_000n, currency: "USD" }, quantity: 2 }],
      customerId: undefined,
      customerEmail: undefined,
      successUrl: returnUrl,
      expiresAt: undefined,
    },
    sdk: ({ orders }) =>
      orders.createOrder({
        ...asked,
        body: {
          intent: CheckoutPaymentIntent.Capture,
          purchaseUnits: [
            {
              referenceId: "ref-1",
              customId: mark,
              amount: { ...money, breakdown: { itemTotal: money } },
              items: [{ name: "Chairs", unitAmount: { currencyCode: "USD", value: "50.00" }, quantity: "2" }],
            },
          ],
          paymentSource: {
            paypal: { experienceContext: { ...context, userAction: PaypalExperienceUserAction.PayNow } },
          },
        },
      }),
  },
  {
    name: "the capture of an order",
    act: { kind: "order.capture", objectId: orderId, paymentId: undefined, amount: undefined },
    sdk: ({ orders }) => orders.captureOrder({ ...asked, id: orderId, body: {} }),
  },
  {
    name: "the authorization of an order",
    act: { kind: "order.authorize", objectId: orderId },
    sdk: ({ orders }) => orders.authorizeOrder({ ...asked, id: orderId, body: {} }),
  },
  {
    name: "the capture of a part of an authorization",
    act: {
      kind: "order.capture",
      objectId: orderId,
      paymentId: authorizationId,
      amount: { amount: 2_500n, currency: "USD" },
    },
    sdk: ({ payments }) =>
      payments.captureAuthorizedPayment({ ...asked, authorizationId, body: { amount: part, finalCapture: true } }),
  },
  {
    name: "the void of an authorization",
    act: { kind: "order.cancel", objectId: orderId, paymentId: authorizationId, reason: undefined },
    sdk: ({ payments }) => payments.voidPayment({ authorizationId, prefer: "return=representation" }),
  },
  {
    name: "a refund",
    act: {
      kind: "refund.create",
      objectId: orderId,
      paymentId: captureId,
      amount: 2_500n,
      currency: "USD",
      reason: "duplicate",
      attribution,
    },
    sdk: ({ payments }) =>
      payments.refundCapturedPayment({
        ...asked,
        captureId,
        body: { amount: part, customId: operationId, noteToPayer: "Paid twice" },
      }),
  },
  {
    name: "a checkout of a subscription",
    act: {
      kind: "checkout.create",
      ...creation,
      mode: "subscription",
      lines: [{ priceId: "P-5ML4271244454362WXNWU5NQ", quantity: 2 }],
      customerId: undefined,
      customerEmail: "payer@example.com",
      successUrl: returnUrl,
      expiresAt: undefined,
    },
    sdk: ({ subscriptions }) =>
      subscriptions.createSubscription({
        ...asked,
        body: {
          planId: "P-5ML4271244454362WXNWU5NQ",
          quantity: "2",
          customId: mark,
          subscriber: { emailAddress: "payer@example.com" },
          applicationContext: { ...subscriptionContext, userAction: ApplicationContextUserAction.SubscribeNow },
        },
      }),
  },
  {
    name: "a change of a subscription",
    act: {
      kind: "subscription.update",
      subscriptionId,
      item: { itemId: subscriptionId, priceId: "P-5ML4271244454362WXNWU5NQ", quantity: 3 },
      cancelAtPeriodEnd: undefined,
      proration: undefined,
      returnUrl,
      cancelUrl: "https://shop.example/back",
    },
    sdk: ({ subscriptions }) =>
      subscriptions.reviseSubscription({
        id: subscriptionId,
        body: { planId: "P-5ML4271244454362WXNWU5NQ", quantity: "3", applicationContext: subscriptionContext },
      }),
  },
  {
    name: "the end of a subscription",
    act: { kind: "subscription.cancel", subscriptionId, at: "now", prorate: false },
    sdk: ({ subscriptions }) =>
      subscriptions.cancelSubscription({ id: subscriptionId, body: { reason: "Canceled by the seller" } }),
  },
];
