import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type {
  Amount,
  CheckoutLine,
  CreateCheckout,
  CreateOrder,
  CreateRefund,
  PaymentAct,
} from "../../../contracts/payments/payment-act.ts";
import type { Unable } from "../../../contracts/payments/payments-vendor.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { isPaidLine, type PreparedJson } from "../_json/json-payments.ts";
import { objectMarks } from "../_json/object-marks.ts";
import { wholeUnits } from "../_json/whole-units.ts";
import { unableWhere } from "../_json/unable-where.ts";
import { squareCurrencies } from "./square-currencies.ts";
import { idsOfOrder } from "./square-ids.ts";

export const squareActs = [
  "checkout.create",
  "checkout.expire",
  "order.create",
  "order.authorize",
  "order.capture",
  "order.cancel",
  "refund.create",
  "customer.create",
  "subscription.update",
  "subscription.cancel",
] as const;
type SquareAct = Extract<PaymentAct, { readonly kind: (typeof squareActs)[number] }>;

/** Of an order's metadata: https://developer.squareup.com/reference/square/objects/Order#definition__property-metadata */
const mostEntries = 10;
const longestValue = 255;
const longestName = 512;
/** Of a customer's reference. */
const longestReference = 100;

const money = (amount: Amount) => ({ amount: wholeUnits(amount, squareCurrencies), currency: amount.currency });

const lineOf = (line: CheckoutLine) => {
  if (!isPaidLine(line)) throw new Error("a line without an amount");
  const { name, unit, quantity } = line;
  return { name: name.slice(0, longestName), quantity: String(quantity), base_price_money: money(unit) };
};

type Creation = Pick<CreateCheckout, "attribution" | "metadata">;

/** The shop is put in when it is sent. */
const orderBody = (act: Creation, lines: readonly CheckoutLine[], identity: ActIdentity, customerId?: string) => ({
  location_id: "",
  reference_id: identity.operationId,
  ...(customerId === undefined ? {} : { customer_id: customerId }),
  line_items: lines.map(lineOf),
  metadata: objectMarks(act, identity),
});

const linkBody = (
  order: ReturnType<typeof orderBody>,
  returnUrl: string,
  email: string | undefined,
  { operationId, providerKey }: ActIdentity,
) => ({
  idempotency_key: providerKey,
  description: operationId,
  order,
  checkout_options: { redirect_url: returnUrl },
  ...(email === undefined ? {} : { pre_populated_data: { buyer_email: email } }),
});

const linesOf = (act: CreateOrder): readonly CheckoutLine[] => [
  { name: act.description ?? act.reference, unit: act, quantity: 1 },
];

const reasons = {
  duplicate: "Paid twice",
  fraudulent: "Not authorized",
  requested_by_customer: "Requested by the customer",
} as const;

const refundBody = (act: CreateRefund, { operationId, providerKey }: ActIdentity) => ({
  idempotency_key: providerKey,
  payment_id: act.paymentId,
  amount_money: money(act),
  reason: `${act.reason === undefined ? "Refund" : reasons[act.reason]} (${operationId})`,
});

const customerReference = (operationId: string, { organizationId, appId = "" }: Creation["attribution"]): string => {
  const mark = `${operationId}|${organizationId}|${appId}`;
  return mark.length <= longestReference ? mark : operationId;
};

const links = "/v2/online-checkout/payment-links";

const unfilled = "read_before_it_is_sent";

/** The exact request of an act. What changes a payment knows no key: it is looked up. */
export const prepareSquare = (act: SquareAct, identity: ActIdentity): PreparedJson => {
  const { providerKey, operationId } = identity;
  switch (act.kind) {
    case "checkout.create": {
      const order = orderBody(act, act.lines, identity, act.customerId);
      const body = linkBody(order, act.successUrl, act.customerEmail, identity);
      return { request: jsonRequest({ path: links, body }) };
    }
    case "order.create": {
      const order = orderBody(act, linesOf(act), identity);
      if (act.returnUrl === undefined)
        return { request: jsonRequest({ path: "/v2/orders", body: { idempotency_key: providerKey, order } }) };
      const body = linkBody(order, act.returnUrl, act.customerEmail, identity);
      return { request: jsonRequest({ path: links, body }) };
    }
    case "order.authorize": {
      const { objectId, payment } = act;
      const body = {
        idempotency_key: providerKey,
        source_id: payment?.source ?? unfilled,
        ...(payment === undefined ? {} : { amount_money: money(payment.amount) }),
        order_id: idsOfOrder(objectId).order,
        location_id: "",
        reference_id: operationId,
        autocomplete: false,
      };
      return { objectId, request: jsonRequest({ path: "/v2/payments", body }) };
    }
    case "order.capture": {
      const { objectId, paymentId = unfilled } = act;
      const values = { id: paymentId };
      return { objectId, paymentId, request: jsonRequest({ path: "/v2/payments/{id}/complete", values, body: {} }) };
    }
    case "checkout.expire":
    case "order.cancel": {
      const { objectId } = act;
      const paymentId = act.kind === "order.cancel" ? act.paymentId : undefined;
      const { order, link } = idsOfOrder(objectId);
      if (paymentId !== undefined)
        return {
          objectId,
          paymentId,
          request: jsonRequest({ method: "POST", path: "/v2/payments/{id}/cancel", values: { id: paymentId } }),
        };
      // An order without a link is paid through us alone: it is closed by not being paid.
      return link === undefined
        ? { objectId, request: jsonRequest({ path: "/v2/orders/{id}", values: { id: order } }) }
        : { objectId, request: jsonRequest({ method: "DELETE", path: `${links}/{id}`, values: { id: link } }) };
    }
    case "refund.create": {
      const { objectId, paymentId } = act;
      return { objectId, paymentId, request: jsonRequest({ path: "/v2/refunds", body: refundBody(act, identity) }) };
    }
    case "customer.create": {
      const body = {
        idempotency_key: providerKey,
        email_address: act.email,
        ...(act.name === undefined ? {} : { given_name: act.name }),
        reference_id: customerReference(operationId, act.attribution),
      };
      return { request: jsonRequest({ path: "/v2/customers", body }) };
    }
    case "subscription.update": {
      const { subscriptionId: objectId, item } = act;
      const values = { id: objectId };
      const path = "/v2/subscriptions/{id}";
      if (item?.amount !== undefined) {
        const body = { subscription: { price_override_money: money(item.amount) } };
        return { objectId, request: jsonRequest({ method: "PUT", path, values, body }) };
      }
      return { objectId, request: jsonRequest({ method: "POST", path: `${path}/cancel`, values }) };
    }
    case "subscription.cancel": {
      const { subscriptionId: objectId } = act;
      const values = { id: objectId };
      return { objectId, request: jsonRequest({ method: "POST", path: "/v2/subscriptions/{id}/cancel", values }) };
    }
  }
};

const overfull = (act: Creation): Unable | undefined => {
  const marks = Object.values(objectMarks(act, { operationId: "" }));
  return unableWhere(
    marks.length > mostEntries || marks.some((value) => value.length > longestValue),
    "metadata",
    `at most ${mostEntries - 3} entries of ${longestValue} characters`,
  );
};

/** What Square has no way to do, though it can do acts of the kind. */
export const unableAtSquare = (act: PaymentAct): Unable | undefined => {
  switch (act.kind) {
    case "checkout.create":
      return (
        unableWhere(act.mode === "subscription", "mode", "payment") ??
        unableWhere(!act.lines.every(isPaidLine), "lines", "names and amounts") ??
        unableWhere(act.expiresAt !== undefined, "expiresAt", "no moment: its page stays open") ??
        overfull(act)
      );
    case "order.create":
      return (
        unableWhere(act.capture === "manual" && act.returnUrl !== undefined, "capture", "auto, on its page") ??
        unableWhere(
          act.capture === "auto" && act.returnUrl === undefined,
          "capture",
          "manual, in a form of your own",
        ) ??
        overfull(act)
      );
    case "order.authorize":
      return unableWhere(act.payment === undefined, "paymentToken", "what Square's form in the payer's browser gave");
    case "order.capture":
      return unableWhere(act.amount !== undefined, "amount", "no amount: what is set aside is captured whole");
    case "customer.create":
      return unableWhere(Object.keys(act.metadata).length > 0, "metadata", "no metadata, for which it has no place");
    case "subscription.update":
      return (
        unableWhere(act.item?.priceId !== undefined, "price", "an amount") ??
        unableWhere(act.item?.quantity !== undefined, "quantity", "an amount: it counts no quantities") ??
        unableWhere(
          act.cancelAtPeriodEnd === false,
          "cancelAtPeriodEnd",
          "true: a cancellation is taken back on its dashboard",
        ) ??
        unableWhere(
          act.cancelAtPeriodEnd === true && act.item !== undefined,
          "cancelAtPeriodEnd",
          "one change at a time: an amount, or the end",
        ) ??
        unableWhere(act.proration !== "none", "proration", "none: an amount is that of the next payment")
      );
    case "subscription.cancel":
      return unableWhere(act.at !== "period_end", "at", "period_end: what has been paid can be used");
    default:
      return undefined;
  }
};
