import { z } from "zod";
import type { ActRules } from "../../../contracts/act-rules.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { jsonPayments } from "../_json/json-payments.ts";
import { actAtMollie, findAtMollie } from "./act-at-mollie.ts";
import { mollieCurrencies } from "./mollie-currencies.ts";
import { jsonProbe } from "../_json/json-probe.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { mollieWire } from "./mollie-wire.ts";
import { mollieFees } from "./mollie-fees.ts";
import { prepareMollie, unableAtMollie } from "./prepare-mollie.ts";
import {
  listMollieRefunds,
  listMollieSubscriptions,
  readMollieCheckout,
  readMollieCustomer,
  readMollieOrder,
  readMollieRefund,
  readMollieSubscription,
} from "./read-mollie.ts";

const hour = 3_600_000;

/** https://docs.mollie.com/reference/api-idempotency: a key says the same for some time, of which nothing is promised that could be cited. */
const shown: ActRules = { keyLifetimeMs: hour, lookUp: "strong", settleMs: hour / 4, cancelByKey: false };
/** A release is done after it was answered: until then the payment is as it was. */
const shownLater: ActRules = { ...shown, lookUp: "eventual" };

const payments: PaymentsVendor = {
  ...jsonPayments({
    rules: {
      "checkout.create": shown,
      "checkout.expire": shown,
      "order.create": shown,
      "order.capture": shown,
      "order.cancel": shownLater,
      "refund.create": shown,
      "customer.create": shown,
      "subscription.update": shown,
      "subscription.cancel": shown,
    },
    prepare: prepareMollie,
    carryOut: actAtMollie,
    find: findAtMollie,
  }),
  currencies: mollieCurrencies,
  unable: unableAtMollie,
  readCheckout: readMollieCheckout,
  readOrder: readMollieOrder,
  readRefund: readMollieRefund,
  listRefunds: listMollieRefunds,
  readCustomer: readMollieCustomer,
  readSubscription: readMollieSubscription,
  listSubscriptions: listMollieSubscriptions,
  isPriceId: () => false,
};

/** Mollie: payments with their captures and refunds, customers and their subscriptions, over its API of version 2. */
export const mollie = defineProvider({
  id: "mollie",
  name: "Mollie",
  family: "payments",
  credential: z.strictObject({
    apiKey: z.string().min(16).max(255).regex(/^\w+$/).describe("API key, begins with test_ or live_"),
  }),
  defaultBaseUrl: "https://api.mollie.com",
  customBaseUrl: false,
  docsUrl: "https://docs.mollie.com/reference/overview",
  // https://docs.mollie.com/reference/list-methods
  probe: jsonProbe(mollieWire, {
    asks: "lists the payment methods",
    request: () => jsonRequest({ path: "/v2/methods" }),
    isAnswer: ({ _embedded }) => _embedded !== undefined,
  }),
  fees: mollieFees,
  payments,
});
