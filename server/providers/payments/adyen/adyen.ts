import { z } from "zod";
import type { ActRules } from "../../../contracts/act-rules.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { defineProvider } from "../../../contracts/provider.ts";
import { jsonPayments } from "../_json/json-payments.ts";
import {
  actAtAdyen,
  findAtAdyen,
  prepareAdyen,
  readAdyenCheckout,
  readAdyenOrder,
  unableAtAdyen,
} from "./act-at-adyen.ts";
import { adyenCurrencies } from "./adyen-currencies.ts";
import { jsonProbe } from "../_json/json-probe.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { adyenWire } from "./adyen-wire.ts";
import { adyenFees } from "./adyen-fees.ts";

const settleMs = 900_000;
const dayMs = 86_400_000;

/** https://docs.adyen.com/development-resources/api-idempotency: seven days at least, per company. Nothing lists what was made: Adyen tells the app. */
const told: ActRules = { keyLifetimeMs: 7 * dayMs, lookUp: "none", settleMs, cancelByKey: false };
/** A link shows its state. It is set by PATCH, which takes no key. */
const shown: ActRules = { ...told, keyLifetimeMs: undefined, lookUp: "strong" };

const payments: PaymentsVendor = {
  ...jsonPayments({
    rules: { "checkout.create": told, "checkout.expire": shown, "order.create": told, "order.cancel": shown },
    prepare: prepareAdyen,
    carryOut: actAtAdyen,
    find: findAtAdyen,
  }),
  currencies: adyenCurrencies,
  unable: unableAtAdyen,
  readCheckout: readAdyenCheckout,
  readOrder: readAdyenOrder,
  // It refunds nothing that is declared.
  readRefund: () => Promise.reject(new Error("no refund was made by Adyen")),
  listRefunds: async () => [],
  isPriceId: () => false,
};

/** Adyen, declared: payment links that are paid at once, and closed. What is done to a payment it tells the app alone. Tried with the sandbox, never with an account. */
export const adyen = defineProvider({
  id: "adyen",
  name: "Adyen",
  family: "payments",
  credential: z.strictObject({
    apiKey: z
      .string()
      .min(16)
      .max(512)
      .regex(/^[\x21-\x7e]+$/)
      .describe("API key of a web service user"),
    accountId: z
      .string()
      .min(1)
      .max(80)
      .regex(/^[\w-]+$/)
      .describe("Merchant account"),
  }),
  defaultBaseUrl: "https://checkout-test.adyen.com/v71",
  // Live endpoints begin with a company's own prefix; keys hold at one of them alone.
  customBaseUrl: true,
  docsUrl: "https://docs.adyen.com/api-explorer/Checkout/71/overview",
  // https://docs.adyen.com/api-explorer/Checkout/71/post/paymentMethods
  probe: jsonProbe(adyenWire, {
    asks: "lists the payment methods of the merchant account",
    request: () => jsonRequest({ path: "/paymentMethods", body: { merchantAccount: "" } }),
    isAnswer: ({ paymentMethods }) => Array.isArray(paymentMethods),
  }),
  fees: adyenFees,
  payments,
});
