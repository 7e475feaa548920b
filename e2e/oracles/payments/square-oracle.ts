import type { Square, SquareClient } from "square";
import { square } from "../../../server/providers/payments/square/square.ts";
import { operationId, providerKey } from "../../../test/adapter-io.ts";
import { clientCredentials, squareAt } from "./official-clients.ts";
import { squareAnswer, squareIds } from "./square-answers.ts";
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

const vendor = square.payments;
if (vendor === undefined) throw new Error("Square takes no payments");

const { openOrder, linkId, linked, paidOrder, paymentId, refundId, customerId, subscriptionId } = squareIds;

const sdk = askedOf(squareAt);

const usd = (amount: bigint): Square.Money => ({ amount, currency: "USD" });

const orderOf = (lines: Square.OrderLineItem[]): Square.Order => ({
  locationId: "L1",
  referenceId: operationId,
  lineItems: lines,
  metadata: marks,
});

const linkOf = (lines: Square.OrderLineItem[]): Square.checkout.CreatePaymentLinkRequest => ({
  idempotencyKey: providerKey,
  description: operationId,
  order: orderOf(lines),
  checkoutOptions: { redirectUrl: returnUrl },
  prePopulatedData: { buyerEmail: "payer@example.com" },
});

const chairs = [{ name: "Chairs", quantity: "1", basePriceMoney: usd(10_000n) }];
const twoChairs = [{ name: "Chairs", quantity: "2", basePriceMoney: usd(5_000n) }];

const order = { ...orderAct, returnUrl: undefined, capture: "manual" } as const;
const expiry = { kind: "checkout.expire", objectId: linked } as const;
const authorization = {
  kind: "order.authorize",
  objectId: paidOrder,
  payment: { source: "cnon:card-nonce-ok", amount: { amount: 10_000n, currency: "USD" } },
} as const;
const capture = { kind: "order.capture", objectId: paidOrder, paymentId, amount: undefined } as const;
const cancel = { kind: "order.cancel", objectId: paidOrder, paymentId, reason: undefined } as const;
const refund = { ...refundAct, objectId: paidOrder, paymentId };
const change = {
  kind: "subscription.update",
  subscriptionId,
  item: {
    itemId: subscriptionId,
    priceId: undefined,
    quantity: undefined,
    amount: { amount: 500n, currency: "USD" },
  },
  cancelAtPeriodEnd: undefined,
  proration: "none",
  returnUrl: undefined,
  cancelUrl: undefined,
} as const;
const end = { kind: "subscription.cancel", subscriptionId, at: "period_end", prorate: false } as const;

/** Since two minutes before the operation was made, as its id says. */
const since = new Date(Number.parseInt(operationId.replace("-", "").slice(0, 12), 16) - 120_000).toISOString();
const orderSearch = {
  locationIds: ["L1"],
  query: {
    filter: { dateTimeFilter: { createdAt: { startAt: since } } },
    sort: { sortField: "CREATED_AT", sortOrder: "DESC" },
  },
} as const satisfies Square.SearchOrdersRequest | object;

/** An order with its payment, as it is read after each change. */
const readPaid = async ({ orders, payments }: SquareClient): Promise<void> => {
  await orders.get({ orderId: paidOrder });
  await payments.get({ paymentId });
};
const readLinked = async ({ orders, checkout }: SquareClient): Promise<void> => {
  await orders.get({ orderId: openOrder });
  await checkout.paymentLinks.get({ id: linkId });
};

const acts = [
  actTwin(
    checkoutAct,
    sdk(({ checkout }) => checkout.paymentLinks.create(linkOf(twoChairs))),
  ),
  actTwin(
    orderAct,
    sdk(({ checkout }) => checkout.paymentLinks.create(linkOf(chairs))),
    { name: "an order that is paid on its page" },
  ),
  actTwin(
    order,
    sdk(({ orders }) => orders.create({ idempotencyKey: providerKey, order: orderOf(chairs) })),
    { name: "an order that is paid in a form" },
  ),
  actTwin(
    expiry,
    sdk(async (client) => {
      await client.checkout.paymentLinks.delete({ id: linkId });
      await readLinked(client);
    }),
  ),
  actTwin(
    authorization,
    sdk(async (client) => {
      await client.payments.create({
        idempotencyKey: providerKey,
        sourceId: "cnon:card-nonce-ok",
        amountMoney: usd(10_000n),
        orderId: paidOrder,
        locationId: "L1",
        referenceId: operationId,
        autocomplete: false,
      });
      await readPaid(client);
    }),
  ),
  actTwin(
    capture,
    sdk(async (client) => {
      await client.payments.complete({ paymentId });
      await readPaid(client);
    }),
  ),
  actTwin(
    cancel,
    sdk(async (client) => {
      await client.payments.cancel({ paymentId });
      await readPaid(client);
    }),
    { name: "a payment that was set aside is given up" },
  ),
  actTwin(
    { ...cancel, objectId: openOrder, paymentId: undefined },
    sdk(async ({ orders }) => {
      await orders.get({ orderId: openOrder });
      await orders.get({ orderId: openOrder });
    }),
    { name: "an order that nobody can pay but by us" },
  ),
  actTwin(
    refund,
    sdk(({ refunds }) =>
      refunds.refundPayment({
        idempotencyKey: providerKey,
        paymentId,
        amountMoney: usd(2_500n),
        reason: `Paid twice (${operationId})`,
      }),
    ),
  ),
  actTwin(
    customerAct,
    sdk(({ customers }) =>
      customers.create({
        idempotencyKey: providerKey,
        emailAddress: "payer@example.com",
        givenName: "Ann Lee",
        referenceId: `${operationId}|org_a|srv_shop`,
      }),
    ),
  ),
  actTwin(
    change,
    sdk(({ subscriptions }) =>
      subscriptions.update({ subscriptionId, subscription: { priceOverrideMoney: usd(500n) } }),
    ),
    { name: "another amount of a subscription" },
  ),
  actTwin(
    { ...change, item: undefined, cancelAtPeriodEnd: true, proration: undefined },
    sdk(({ subscriptions }) => subscriptions.cancel({ subscriptionId })),
    { name: "a subscription that is to end with its period" },
  ),
  actTwin(
    end,
    sdk(({ subscriptions }) => subscriptions.cancel({ subscriptionId })),
  ),
];

const outcomes = [
  outcomeTwin(
    checkoutAct,
    sdk(async ({ orders, checkout }) => {
      await orders.search(orderSearch);
      await checkout.paymentLinks.list();
    }),
  ),
  outcomeTwin(
    order,
    sdk(({ orders }) => orders.search(orderSearch)),
  ),
  outcomeTwin(expiry, sdk(readLinked)),
  outcomeTwin(authorization, sdk(readPaid)),
  outcomeTwin(
    capture,
    sdk(async (client) => {
      await client.payments.get({ paymentId });
      await readPaid(client);
    }),
  ),
  outcomeTwin(cancel, sdk(readPaid)),
  outcomeTwin(
    refund,
    sdk(async ({ payments, refunds }) => {
      await payments.get({ paymentId });
      await refunds.get({ refundId });
    }),
  ),
  outcomeTwin(
    customerAct,
    sdk(({ customers }) =>
      customers.search({ query: { filter: { referenceId: { exact: `${operationId}|org_a|srv_shop` } } } }),
    ),
  ),
  outcomeTwin(
    change,
    sdk(({ subscriptions }) => subscriptions.get({ subscriptionId })),
  ),
  outcomeTwin(
    end,
    sdk(({ subscriptions }) => subscriptions.get({ subscriptionId })),
  ),
];

const reads = [
  readTwin("readCheckout", (adapter, io) => adapter.readCheckout(linked, io), sdk(readLinked)),
  readTwin("readOrder", (adapter, io) => adapter.readOrder(paidOrder, io), sdk(readPaid)),
  readTwin(
    "readRefund",
    (adapter, io) => adapter.readRefund(refundId, io),
    sdk(({ refunds }) => refunds.get({ refundId })),
  ),
  readTwin(
    "listRefunds",
    (adapter, io) => adapter.listRefunds({ objectId: paidOrder, paymentId }, io),
    sdk(async ({ payments, refunds }) => {
      await payments.get({ paymentId });
      await refunds.get({ refundId });
    }),
  ),
  readTwin(
    "readCustomer",
    async (adapter, io) => adapter.readCustomer?.(customerId, io),
    sdk(({ customers }) => customers.get({ customerId })),
  ),
  readTwin(
    "readSubscription",
    async (adapter, io) => adapter.readSubscription?.(subscriptionId, io),
    sdk(({ subscriptions }) => subscriptions.get({ subscriptionId })),
  ),
  readTwin(
    "listSubscriptions",
    async (adapter, io) =>
      adapter.listSubscriptions?.({ customerId, status: undefined, limit: 10, after: undefined }, io),
    sdk(({ subscriptions }) => subscriptions.search({ query: { filter: { customerIds: [customerId] } } })),
  ),
  readTwin(
    "cancelByKey",
    async (adapter, io) => adapter.cancelByKey?.(providerKey, io),
    sdk(({ payments }) => payments.cancelByIdempotencyKey({ idempotencyKey: providerKey })),
  ),
];

export const squareOracle: SdkOracle = {
  vendor,
  credential: clientCredentials.square,
  basePath: "",
  clientHeaders: /^x-fern-/,
  answer: squareAnswer,
  twins: [...acts, ...outcomes, ...reads],
  differences: () => [
    { field: "header accept", ours: "application/json", theirs: "*/*", why: "its client names none: answers are JSON" },
  ],
};
