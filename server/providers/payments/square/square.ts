import { z } from "zod";
import type { ActRules } from "../../../contracts/act-rules.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { askJsonFor } from "../_json/ask-json.ts";
import { jsonPayments } from "../_json/json-payments.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { actAtSquare, findAtSquare } from "./act-at-square.ts";
import { prepareSquare, unableAtSquare } from "./prepare-square.ts";
import {
  listSquareRefunds,
  listSquareSubscriptions,
  readSquareCheckout,
  readSquareCustomer,
  readSquareOrder,
  readSquareRefund,
  readSquareSubscription,
} from "./read-square.ts";
import { squareCurrencies } from "./square-currencies.ts";
import { jsonProbe } from "../_json/json-probe.ts";
import { squareFees } from "./square-fees.ts";
import { squareWire } from "./square-wire.ts";

const settleMs = 900_000;

/** https://developer.squareup.com/docs/build-basics/common-api-patterns/idempotency says nothing of how long; nor does anything say how soon a search shows what was made. */
const made: ActRules = { keyLifetimeMs: "unknown", lookUp: "eventual", settleMs, cancelByKey: false };
/** https://developer.squareup.com/reference/square/payments-api/cancel-payment-by-idempotency-key: only of a payment. */
const paid: ActRules = { ...made, cancelByKey: true };
/** A payment, an order and a subscription show by their ids what was done to them. */
const changed: ActRules = { keyLifetimeMs: undefined, lookUp: "strong", settleMs, cancelByKey: false };

const payments: PaymentsVendor = {
  ...jsonPayments({
    rules: {
      "checkout.create": made,
      "checkout.expire": changed,
      "order.create": made,
      "order.authorize": paid,
      "order.capture": changed,
      "order.cancel": changed,
      "refund.create": made,
      "customer.create": made,
      "subscription.update": changed,
      "subscription.cancel": changed,
    },
    prepare: prepareSquare,
    carryOut: actAtSquare,
    find: findAtSquare,
  }),
  cancelByKey: async (providerKey, io) => {
    const request = jsonRequest({ path: "/v2/payments/cancel", body: { idempotency_key: providerKey } });
    await askJsonFor(squareWire, request, io);
  },
  currencies: squareCurrencies,
  unable: unableAtSquare,
  readCheckout: readSquareCheckout,
  readOrder: readSquareOrder,
  readRefund: readSquareRefund,
  listRefunds: listSquareRefunds,
  readCustomer: readSquareCustomer,
  readSubscription: readSquareSubscription,
  listSubscriptions: listSquareSubscriptions,
  isPriceId: () => false,
};

/** Square: payment links, orders with their payments, refunds, customers and subscriptions, over its API. */
export const square = defineProvider({
  id: "square",
  name: "Square",
  family: "payments",
  credential: z.strictObject({
    apiKey: z
      .string()
      .min(16)
      .max(1_024)
      .regex(/^[\w.-]+$/)
      .describe("Access token"),
    locationId: z.string().min(1).max(50).regex(/^\w+$/).describe("The shop for which payments are taken"),
  }),
  defaultBaseUrl: "https://connect.squareup.com",
  addresses: ["https://connect.squareupsandbox.com"],
  customBaseUrl: false,
  docsUrl: "https://developer.squareup.com/reference/square",
  // https://developer.squareup.com/reference/square/locations-api/retrieve-location
  probe: jsonProbe(squareWire, {
    asks: "reads the shop",
    request: ({ locationId = "" }) =>
      jsonRequest({ path: "/v2/locations/{location}", values: { location: locationId } }),
    isAnswer: ({ location }) => location !== undefined,
  }),
  fees: squareFees,
  payments,
});
