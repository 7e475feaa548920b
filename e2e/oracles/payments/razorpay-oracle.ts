import type Razorpay from "razorpay";
import { razorpay } from "../../../server/providers/payments/razorpay/razorpay.ts";
import { operationId, providerKey } from "../../../test/adapter-io.ts";
import { clientCredentials, razorpayAt } from "./official-clients.ts";
import {
  actTwin,
  askedOf,
  checkoutAct,
  marks,
  orderAct,
  outcomeTwin,
  readTwin,
  refundAct,
  returnUrl,
  type SdkDifference,
  type SdkOracle,
} from "./sdk-twin.ts";

const vendor = razorpay.payments;
if (vendor === undefined) throw new Error("Razorpay takes no payments");

const sdk = askedOf(razorpayAt);

const orderId = "order_IluGWxBm9U8zJ8";
const paymentId = "pay_29QQoUBi66xm2f";
const refundId = "rfnd_FP8R8EGjGbPkVb";
const linkId = "plink_ExjpAUN3gVHrPJ";
const usd = { amount: 10_000, currency: "USD" } as const;
const expiresAt = Date.UTC(2026, 11, 24, 12);

const order = { id: orderId, entity: "order", ...usd, receipt: operationId, status: "paid", notes: marks };
const payment = { id: paymentId, entity: "payment", ...usd, status: "captured", order_id: orderId, amount_refunded: 0 };
const refund = {
  id: refundId,
  entity: "refund",
  amount: 2_500,
  currency: "USD",
  payment_id: paymentId,
  status: "processed",
  notes: { nexus_operation_id: operationId },
};
const link = { id: linkId, ...usd, reference_id: operationId, status: "cancelled", payments: [], notes: marks };
const collection = (one: object) => ({ entity: "collection", count: 1, items: [one] });

const answers: readonly (readonly [RegExp, object])[] = [
  [/^GET \/v1\/orders$/, collection(order)],
  [/\/v1\/orders\/\w+\/payments$/, collection(payment)],
  [/\/v1\/orders/, order],
  [/\/refunds$/, collection(refund)],
  [/\/refund$|\/v1\/refunds\//, refund],
  [/\/v1\/payments/, payment],
  [/^GET \/v1\/payment_links$/, { payment_links: [link] }],
  [/\/v1\/payment_links/, link],
];

const paid = { objectId: orderId, paymentId } as const;
const newOrder = { ...orderAct, returnUrl: undefined };
const expiry = { kind: "checkout.expire", objectId: linkId } as const;
const capture = { kind: "order.capture", ...paid, amount: undefined } as const;
const refundOf = { ...refundAct, ...paid };

const readOrder = async ({ orders }: Razorpay): Promise<void> => {
  await orders.fetch(orderId);
  await orders.fetchPayments(orderId);
};
const readLink = sdk(({ paymentLink }) => paymentLink.fetch(linkId));
const listRefunds = sdk(({ payments }) => payments.fetchMultipleRefund(paymentId, { count: 100, skip: 0 }));

/** Its types leave out what its reference has: https://razorpay.com/docs/api/payments/payment-links/fetch-all-standard */
const byReference: object = { reference_id: operationId };

const firstPage: readonly SdkDifference[] = [
  { field: "query count", ours: undefined, theirs: "10", why: "its client says what holds without it" },
  { field: "query skip", ours: undefined, theirs: "0", why: "its client says what holds without it" },
];

const orderOf = (capturing: "automatic" | "manual") => ({
  ...usd,
  receipt: operationId,
  payment: { capture: capturing },
  notes: marks,
});

export const razorpayOracle: SdkOracle = {
  vendor,
  credential: clientCredentials.razorpay,
  basePath: "",
  clientHeaders: /^$/,
  answer: ({ method, path }) => {
    const document = answers.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1];
    return document && { status: 200, document };
  },
  twins: [
    actTwin(
      { ...checkoutAct, expiresAt },
      sdk(({ paymentLink }) =>
        paymentLink.create({
          ...usd,
          reference_id: operationId,
          description: "2 × Chairs",
          customer: { email: "payer@example.com" },
          notify: { sms: false, email: false },
          callback_url: returnUrl,
          callback_method: "get",
          expire_by: expiresAt / 1_000,
          notes: marks,
        }),
      ),
    ),
    actTwin(
      expiry,
      sdk(({ paymentLink }) => paymentLink.cancel(linkId)),
    ),
    actTwin(
      newOrder,
      sdk(({ orders }) => orders.create(orderOf("automatic"))),
      { name: "an order that is captured at once" },
    ),
    actTwin(
      { ...newOrder, capture: "manual" },
      sdk(({ orders }) => orders.create(orderOf("manual"))),
      { name: "an order that is set aside first" },
    ),
    actTwin(
      capture,
      sdk(async (client) => {
        await client.payments.fetch(paymentId);
        await client.payments.capture(paymentId, usd.amount, usd.currency);
        await readOrder(client);
      }),
    ),
    actTwin(
      refundOf,
      sdk(({ payments }) => payments.refund(paymentId, { amount: 2_500, notes: { nexus_operation_id: operationId } })),
      {
        differences: [
          {
            field: "header x-refund-idempotency",
            ours: providerKey,
            theirs: undefined,
            why: "its client has no way to send the header, which its reference names: https://razorpay.com/docs/api/refunds/",
          },
        ],
      },
    ),
    outcomeTwin(
      checkoutAct,
      sdk(({ paymentLink }) => paymentLink.all(byReference)),
      { differences: firstPage },
    ),
    outcomeTwin(expiry, readLink),
    outcomeTwin(
      newOrder,
      sdk(({ orders }) => orders.all({ receipt: operationId })),
      { differences: firstPage },
    ),
    outcomeTwin(
      capture,
      sdk(async (client) => {
        await client.payments.fetch(paymentId);
        await readOrder(client);
      }),
    ),
    outcomeTwin(refundOf, listRefunds),
    readTwin("readCheckout", (adapter, io) => adapter.readCheckout(linkId, io), readLink),
    readTwin("readOrder", (adapter, io) => adapter.readOrder(orderId, io), sdk(readOrder)),
    readTwin(
      "readRefund",
      (adapter, io) => adapter.readRefund(refundId, io),
      sdk(({ refunds }) => refunds.fetch(refundId)),
    ),
    readTwin("listRefunds", (adapter, io) => adapter.listRefunds(paid, io), listRefunds),
  ],
  differences: ({ method, hasBody }) => [
    {
      field: "header accept",
      ours: "application/json",
      theirs: "application/json, text/plain, */*",
      why: "answers are JSON in any case",
    },
    ...(method === "POST" && !hasBody
      ? [
          {
            field: "content-type",
            ours: undefined,
            theirs: "application/x-www-form-urlencoded",
            why: "its client names the type of a body that is not there",
          },
        ]
      : []),
  ],
};
