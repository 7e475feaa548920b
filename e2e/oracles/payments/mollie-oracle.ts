import type { Client } from "mollie-api-typescript";
import { mollie } from "../../../server/providers/payments/mollie/mollie.ts";
import { operationId, providerKey } from "../../../test/adapter-io.ts";
import { mollieAnswer, mollieIds, usd } from "./mollie-answers.ts";
import { clientCredentials, mollieAt } from "./official-clients.ts";
import {
  actTwin,
  askedOf,
  checkoutAct,
  customerAct,
  marks,
  orderAct,
  outcomeTwin,
  readTwin,
  refundAct,
  returnUrl,
  type SdkOracle,
} from "./sdk-twin.ts";

const vendor = mollie.payments;
if (vendor === undefined) throw new Error("Mollie takes no payments");

const { paymentId, refundId, customerId, subscriptionId } = mollieIds;

const sdk = askedOf(mollieAt);

const key = { idempotencyKey: providerKey };

/** A payment is read with what was done to it. */
const readPayment = ({ payments }: Client): Promise<unknown> =>
  payments.get({ ...key, paymentId, embed: "captures,refunds" });
const pageSize = 250;

const set = { objectId: paymentId, paymentId } as const;
const expiry = { kind: "checkout.expire", objectId: paymentId } as const;
const partly = { kind: "order.capture", ...set, amount: { amount: 2_500n, currency: "USD" } } as const;
const release = { kind: "order.cancel", ...set, reason: undefined } as const;
const refundOf = { ...refundAct, ...set };
const change = {
  kind: "subscription.update",
  subscriptionId: `${customerId}-${subscriptionId}`,
  item: { itemId: "", priceId: undefined, quantity: undefined, amount: { amount: 500n, currency: "USD" } },
  cancelAtPeriodEnd: undefined,
  proration: "none",
  returnUrl: undefined,
  cancelUrl: undefined,
} as const;
const end = {
  kind: "subscription.cancel",
  subscriptionId: `${customerId}-${subscriptionId}`,
  at: "now",
  prorate: false,
} as const;

const asked = {
  amount: usd("100.00"),
  redirectUrl: returnUrl,
  billingAddress: { email: "payer@example.com" },
  metadata: marks,
};

const acts = [
  actTwin(
    { ...checkoutAct, cancelUrl: "https://shop.example/back", customerId },
    sdk(({ payments }) =>
      payments.create({
        ...key,
        paymentRequest: {
          ...asked,
          description: "2 × Chairs",
          cancelUrl: "https://shop.example/back",
          lines: [{ description: "Chairs", quantity: 2, unitPrice: usd("50.00"), totalAmount: usd("100.00") }],
          customerId,
        },
      }),
    ),
  ),
  actTwin(
    orderAct,
    sdk(({ payments }) => payments.create({ ...key, paymentRequest: { ...asked, description: "Chairs" } })),
    { name: "an order that is captured at once" },
  ),
  actTwin(
    { ...orderAct, capture: "manual" },
    sdk(({ payments }) =>
      payments.create({ ...key, paymentRequest: { ...asked, description: "Chairs", captureMode: "manual" } }),
    ),
    { name: "an order that is set aside first" },
  ),
  actTwin(
    expiry,
    sdk(({ payments }) => payments.cancel({ ...key, paymentId })),
  ),
  actTwin(
    partly,
    sdk(async (client) => {
      const entityCapture = { amount: usd("25.00"), metadata: { nexus_operation_id: operationId } };
      await client.captures.create({ ...key, paymentId, entityCapture });
      await readPayment(client);
    }),
  ),
  actTwin(
    release,
    sdk(async (client) => {
      await client.payments.releaseAuthorization({ ...key, paymentId });
      await readPayment(client);
    }),
    { name: "what was set aside is released" },
  ),
  actTwin(
    { ...release, paymentId: undefined },
    sdk(({ payments }) => payments.cancel({ ...key, paymentId })),
    { name: "an order that nobody has paid is closed" },
  ),
  actTwin(
    refundOf,
    sdk(({ refunds }) =>
      refunds.create({
        ...key,
        paymentId,
        refundRequest: {
          amount: usd("25.00"),
          description: "Paid twice",
          metadata: { nexus_operation_id: operationId },
        },
      }),
    ),
  ),
  actTwin(
    customerAct,
    sdk(({ customers }) =>
      customers.create({
        ...key,
        entityCustomer: { name: "Ann Lee", email: "payer@example.com", metadata: marks },
      }),
    ),
  ),
  actTwin(
    change,
    sdk(({ subscriptions }) =>
      subscriptions.update({ ...key, customerId, subscriptionId, requestBody: { amount: usd("5.00") } }),
    ),
  ),
  actTwin(
    end,
    sdk(({ subscriptions }) => subscriptions.cancel({ ...key, customerId, subscriptionId })),
  ),
];

const listPayments = sdk(({ payments }) => payments.list({ ...key, limit: pageSize }));
const listRefunds = sdk(({ refunds }) => refunds.list({ ...key, paymentId, limit: pageSize }));
const readSubscription = sdk(({ subscriptions }) => subscriptions.get({ ...key, customerId, subscriptionId }));

const outcomes = [
  outcomeTwin(checkoutAct, listPayments),
  outcomeTwin(orderAct, listPayments),
  outcomeTwin(expiry, sdk(readPayment)),
  outcomeTwin(partly, sdk(readPayment)),
  outcomeTwin(release, sdk(readPayment)),
  outcomeTwin(refundOf, listRefunds),
  outcomeTwin(
    customerAct,
    sdk(({ customers }) => customers.list({ ...key, limit: pageSize })),
  ),
  outcomeTwin(change, readSubscription),
  outcomeTwin(end, readSubscription),
];

const reads = [
  readTwin("readCheckout", (adapter, io) => adapter.readCheckout(paymentId, io), sdk(readPayment)),
  readTwin("readOrder", (adapter, io) => adapter.readOrder(paymentId, io), sdk(readPayment)),
  readTwin(
    "readRefund",
    (adapter, io) => adapter.readRefund(`${paymentId}-${refundId}`, io),
    sdk(({ refunds }) => refunds.get({ ...key, paymentId, refundId })),
  ),
  readTwin("listRefunds", (adapter, io) => adapter.listRefunds(set, io), listRefunds),
  readTwin(
    "readCustomer",
    async (adapter, io) => adapter.readCustomer?.(customerId, io),
    sdk(({ customers }) => customers.get({ ...key, customerId })),
  ),
  readTwin(
    "readSubscription",
    async (adapter, io) => adapter.readSubscription?.(`${customerId}-${subscriptionId}`, io),
    readSubscription,
  ),
  readTwin(
    "listSubscriptions",
    async (adapter, io) =>
      adapter.listSubscriptions?.({ customerId, status: undefined, limit: 10, after: undefined }, io),
    sdk(({ subscriptions }) => subscriptions.list({ ...key, customerId, limit: pageSize })),
  ),
];

export const mollieOracle: SdkOracle = {
  vendor,
  credential: clientCredentials.mollie,
  basePath: "",
  contentType: "application/hal+json",
  clientHeaders: /^$/,
  answer: mollieAnswer,
  twins: [...acts, ...outcomes, ...reads],
  differences: ({ method, hasBody }) => [
    {
      field: "header accept",
      ours: "application/json",
      theirs: "application/hal+json",
      why: "HAL is JSON; answers are the same for both",
    },
    { field: "header cookie", ours: undefined, theirs: "", why: "its client sends the header without a cookie" },
    ...(method === "GET"
      ? [
          {
            field: "header idempotency-key",
            ours: undefined,
            theirs: providerKey,
            why: "its client gives a key to what only reads, where it says nothing",
          },
        ]
      : []),
    ...(method !== "GET" && !hasBody
      ? [
          {
            field: "content-type",
            ours: undefined,
            theirs: "application/json",
            why: "its client names the type of a body that is not there",
          },
        ]
      : []),
  ],
};
