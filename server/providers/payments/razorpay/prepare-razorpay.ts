import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { Amount, CreateCheckout, PaymentAct } from "../../../contracts/payments/payment-act.ts";
import type { Unable } from "../../../contracts/payments/payments-vendor.ts";
import { describedLines, isPaidLine, paidTotal, type PreparedJson } from "../_json/json-payments.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { changeMark, objectMarks } from "../_json/object-marks.ts";
import { wholeUnits } from "../_json/whole-units.ts";
import { unableWhere } from "../_json/unable-where.ts";
import { razorpayCurrencies } from "./razorpay-currencies.ts";

export const razorpayActs = [
  "checkout.create",
  "checkout.expire",
  "order.create",
  "order.capture",
  "refund.create",
] as const;
type RazorpayAct = Extract<PaymentAct, { readonly kind: (typeof razorpayActs)[number] }>;

/** Of notes: https://razorpay.com/docs/api/understand/#notes */
const mostNotes = 15;
const longestNote = 256;
const longestDescription = 2_048;

const money = (amount: Amount) => ({ amount: wholeUnits(amount, razorpayCurrencies), currency: amount.currency });

const linkBody = (act: CreateCheckout, identity: ActIdentity) => ({
  ...money(paidTotal(act.lines)),
  // Unique, so that a second link for one operation is refused.
  reference_id: identity.operationId,
  description: describedLines(act.lines).slice(0, longestDescription),
  ...(act.customerEmail === undefined ? {} : { customer: { email: act.customerEmail } }),
  notify: { sms: false, email: false },
  callback_url: act.successUrl,
  callback_method: "get",
  ...(act.expiresAt === undefined ? {} : { expire_by: Math.floor(act.expiresAt / 1_000) }),
  notes: objectMarks(act, identity),
});

/** The exact request of an act. Refunds alone take a key. */
export const prepareRazorpay = (act: RazorpayAct, identity: ActIdentity): PreparedJson => {
  switch (act.kind) {
    case "checkout.create":
      return { request: jsonRequest({ path: "/v1/payment_links", body: linkBody(act, identity) }) };
    case "checkout.expire": {
      const { objectId } = act;
      const values = { id: objectId };
      return { objectId, request: jsonRequest({ method: "POST", path: "/v1/payment_links/{id}/cancel", values }) };
    }
    case "order.create": {
      const body = {
        ...money(act),
        receipt: identity.operationId,
        payment: { capture: act.capture === "manual" ? "manual" : "automatic" },
        notes: objectMarks(act, identity),
      };
      return { request: jsonRequest({ path: "/v1/orders", body }) };
    }
    case "order.capture": {
      const { objectId, paymentId = "read_before_it_is_sent" } = act;
      // The amount is the payment's own, and is read before it is sent.
      const values = { id: paymentId };
      return { objectId, paymentId, request: jsonRequest({ path: "/v1/payments/{id}/capture", values, body: {} }) };
    }
    case "refund.create": {
      const { objectId, paymentId } = act;
      const request = jsonRequest({
        path: "/v1/payments/{id}/refund",
        values: { id: paymentId },
        headers: { "x-refund-idempotency": identity.providerKey },
        body: { amount: money(act).amount, notes: changeMark(identity) },
      });
      return { objectId, paymentId, request };
    }
  }
};

const overfull = (act: Pick<CreateCheckout, "attribution" | "metadata">): Unable | undefined => {
  const notes = Object.values(objectMarks(act, { operationId: "" }));
  return unableWhere(
    notes.length > mostNotes || notes.some((value) => value.length > longestNote),
    "metadata",
    `at most ${mostNotes - 3} entries of ${longestNote} characters`,
  );
};

/** What Razorpay has no way to do, though it can do acts of the kind. */
export const unableAtRazorpay = (act: PaymentAct): Unable | undefined => {
  switch (act.kind) {
    case "checkout.create":
      return (
        unableWhere(act.mode === "subscription", "mode", "payment") ??
        unableWhere(!act.lines.every(isPaidLine), "lines", "names and amounts") ??
        unableWhere(act.customerId !== undefined, "customer", "no customer") ??
        overfull(act)
      );
    case "order.create":
      return (
        unableWhere(
          act.returnUrl !== undefined,
          "returnUrl",
          "no address: its form is in a page of your own, or use a checkout",
        ) ?? overfull(act)
      );
    case "order.capture":
      return unableWhere(act.amount !== undefined, "amount", "no amount: what is set aside is captured whole");
    default:
      return undefined;
  }
};
