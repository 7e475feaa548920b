import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type {
  CreateCheckout,
  CreateCustomer,
  CreateOrder,
  CreateRefund,
  PaymentAct,
} from "../../../contracts/payments/payment-act.ts";
import type { Unable } from "../../../contracts/payments/payments-vendor.ts";
import { jsonRequest, type KeptJsonRequest } from "../_json/json-request.ts";
import { describedLines, isPaidLine, paidTotal, type PreparedJson } from "../_json/json-payments.ts";
import { changeMark, objectMarks } from "../_json/object-marks.ts";
import { unableWhere } from "../_json/unable-where.ts";
import { mollieMoney } from "./mollie-amounts.ts";
import { idsOf } from "./mollie-ids.ts";

/** Of Mollie's acts. */
export const mollieActs = [
  "checkout.create",
  "checkout.expire",
  "order.create",
  "order.capture",
  "order.cancel",
  "refund.create",
  "customer.create",
  "subscription.update",
  "subscription.cancel",
] as const;
type MollieAct = Extract<PaymentAct, { readonly kind: (typeof mollieActs)[number] }>;

const longestDescription = 255;
const longestLine = 100;
/** Of all metadata of an object, as JSON: https://docs.mollie.com/reference/create-payment */
const longestMetadata = 1_024;

const shortened = (text: string, most: number): string => {
  const signs = [...text];
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join("")}…`;
};

const billingOf = (email: string | undefined) => (email === undefined ? {} : { billingAddress: { email } });

const checkoutBody = (act: CreateCheckout, identity: ActIdentity) => {
  const lines = act.lines.filter(isPaidLine);
  return {
    amount: mollieMoney(paidTotal(act.lines)),
    description: shortened(describedLines(lines), longestDescription),
    redirectUrl: act.successUrl,
    ...(act.cancelUrl === undefined ? {} : { cancelUrl: act.cancelUrl }),
    lines: lines.map(({ name, unit, quantity }) => ({
      description: shortened(name, longestLine),
      quantity,
      unitPrice: mollieMoney(unit),
      totalAmount: mollieMoney({ ...unit, amount: unit.amount * BigInt(quantity) }),
    })),
    ...(act.customerId === undefined ? {} : { customerId: act.customerId }),
    ...billingOf(act.customerEmail),
    metadata: objectMarks(act, identity),
  };
};

const orderBody = (act: CreateOrder, identity: ActIdentity) => ({
  amount: mollieMoney(act),
  description: shortened(act.description ?? act.reference, longestDescription),
  redirectUrl: act.returnUrl,
  ...(act.cancelUrl === undefined ? {} : { cancelUrl: act.cancelUrl }),
  ...(act.capture === "manual" ? { captureMode: "manual" } : {}),
  ...billingOf(act.customerEmail),
  metadata: objectMarks(act, identity),
});

const customerBody = (act: CreateCustomer, identity: ActIdentity) => ({
  email: act.email,
  ...(act.name === undefined ? {} : { name: act.name }),
  metadata: objectMarks(act, identity),
});

const reasons = {
  duplicate: "Paid twice",
  fraudulent: "Not authorized",
  requested_by_customer: "As you asked",
} as const;

const refundBody = (act: CreateRefund, identity: ActIdentity) => ({
  amount: mollieMoney(act),
  ...(act.reason === undefined ? {} : { description: reasons[act.reason] }),
  metadata: changeMark(identity),
});

interface Written {
  readonly method?: KeptJsonRequest["method"];
  readonly path: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
}

const paymentPath = "/v2/payments/{id}";
const subscriptionPath = "/v2/customers/{customer}/subscriptions/{id}";

const subscriptionValues = (subscriptionId: string) => {
  const { above, id } = idsOf(subscriptionId);
  // Without its customer there is no such subscription: a name that Mollie does not give is asked for.
  return { customer: above, id: id === "" ? "none" : id };
};

/** The exact request of an act. Every request that changes something takes a key. */
export const prepareMollie = (act: MollieAct, identity: ActIdentity): PreparedJson => {
  const keyed = (written: Written): KeptJsonRequest =>
    jsonRequest({ method: "POST", ...written, headers: { "idempotency-key": identity.providerKey } });
  switch (act.kind) {
    case "checkout.create":
      return { request: keyed({ path: "/v2/payments", body: checkoutBody(act, identity) }) };
    case "order.create":
      return { request: keyed({ path: "/v2/payments", body: orderBody(act, identity) }) };
    case "customer.create":
      return { request: keyed({ path: "/v2/customers", body: customerBody(act, identity) }) };
    case "checkout.expire": {
      const { objectId } = act;
      return { objectId, request: keyed({ method: "DELETE", path: paymentPath, values: { id: objectId } }) };
    }
    case "order.capture": {
      const { objectId, amount } = act;
      const body = { ...(amount === undefined ? {} : { amount: mollieMoney(amount) }), metadata: changeMark(identity) };
      return { objectId, request: keyed({ path: `${paymentPath}/captures`, values: { id: objectId }, body }) };
    }
    case "order.cancel": {
      const { objectId, paymentId } = act;
      const values = { id: objectId };
      // What is set aside is released; a page on which nobody has paid is closed.
      return paymentId === undefined
        ? { objectId, request: keyed({ method: "DELETE", path: paymentPath, values }) }
        : { objectId, paymentId, request: keyed({ path: `${paymentPath}/release-authorization`, values }) };
    }
    case "refund.create": {
      const { objectId, paymentId } = act;
      const request = keyed({
        path: `${paymentPath}/refunds`,
        values: { id: paymentId },
        body: refundBody(act, identity),
      });
      return { objectId, paymentId, request };
    }
    case "subscription.update": {
      const { subscriptionId: objectId, item } = act;
      const body = item?.amount === undefined ? {} : { amount: mollieMoney(item.amount) };
      const values = subscriptionValues(objectId);
      return { objectId, request: keyed({ method: "PATCH", path: subscriptionPath, values, body }) };
    }
    case "subscription.cancel": {
      const { subscriptionId: objectId } = act;
      const values = subscriptionValues(objectId);
      return { objectId, request: keyed({ method: "DELETE", path: subscriptionPath, values }) };
    }
  }
};

type Creation = Pick<CreateCheckout, "attribution" | "metadata">;

/** Our own marks are part of it; an operation's id has always as many characters. */
const overfull = (act: Creation): Unable | undefined =>
  unableWhere(
    Buffer.byteLength(JSON.stringify(objectMarks(act, { operationId: "0".repeat(36) }))) > longestMetadata,
    "metadata",
    `less: Mollie keeps ${longestMetadata} bytes with an object`,
  );

/** What Mollie has no way to do, though it can do acts of the kind. */
export const unableAtMollie = (act: PaymentAct): Unable | undefined => {
  switch (act.kind) {
    case "checkout.create":
      return (
        unableWhere(
          act.mode === "subscription",
          "mode",
          "payment: it keeps no prices of which a subscription could be made",
        ) ??
        unableWhere(!act.lines.every(isPaidLine), "lines", "names and amounts: it keeps no prices") ??
        unableWhere(act.expiresAt !== undefined, "expiresAt", "no moment, since it chooses its own") ??
        overfull(act)
      );
    case "order.create":
      return (
        unableWhere(act.returnUrl === undefined, "returnUrl", "an address to which payers come back from its page") ??
        overfull(act)
      );
    case "customer.create":
      return overfull(act);
    case "subscription.update":
      return (
        unableWhere(act.item?.priceId !== undefined, "price", "an amount: it keeps no prices") ??
        unableWhere(act.item?.quantity !== undefined, "quantity", "an amount: it counts no quantities") ??
        unableWhere(act.cancelAtPeriodEnd !== undefined, "cancelAtPeriodEnd", "nothing: it cancels at once") ??
        unableWhere(
          act.proration !== undefined && act.proration !== "none",
          "proration",
          "none: an amount is that of the next payment",
        )
      );
    case "subscription.cancel":
      return (
        unableWhere(act.at !== "now", "at", "now: it cancels at once") ??
        unableWhere(act.prorate, "prorate", "no setting off, for which it has no way")
      );
    default:
      return undefined;
  }
};
