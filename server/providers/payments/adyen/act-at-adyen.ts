import type { ActIdentity } from "../../../contracts/act-rules.ts";
import type { Amount, PaymentAct } from "../../../contracts/payments/payment-act.ts";
import type { Unable } from "../../../contracts/payments/payments-vendor.ts";
import type { VendorCheckout, VendorObject, VendorOrder } from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askJsonFor } from "../_json/ask-json.ts";
import { describedLines, isPaidLine, paidTotal, type KeptJsonAct, type PreparedJson } from "../_json/json-payments.ts";
import { jsonRequest, type KeptJsonRequest } from "../_json/json-request.ts";
import { unreadableAnswer } from "../_json/payment-verdicts.ts";
import { wholeUnits } from "../_json/whole-units.ts";
import { unableWhere } from "../_json/unable-where.ts";
import { adyenCurrencies } from "./adyen-currencies.ts";
import { adyenCheckoutOf, adyenOrderOf } from "./adyen-objects.ts";
import { adyenWire } from "./adyen-wire.ts";

export const adyenActs = ["checkout.create", "checkout.expire", "order.create", "order.cancel"] as const;
type AdyenAct = Extract<PaymentAct, { readonly kind: (typeof adyenActs)[number] }>;
type Kept = KeptJsonAct<(typeof adyenActs)[number]>;

const longestDescription = 280;

interface Link {
  readonly amount: Amount;
  readonly description: string;
  readonly returnUrl: string;
  readonly email: string | undefined;
  readonly expiresAt?: number | undefined;
}

/** The account is put in when it is sent. */
const linkRequest = (link: Link, { operationId, providerKey }: ActIdentity): KeptJsonRequest =>
  jsonRequest({
    path: "/paymentLinks",
    headers: { "idempotency-key": providerKey },
    body: {
      merchantAccount: "",
      amount: { value: wholeUnits(link.amount, adyenCurrencies), currency: link.amount.currency },
      reference: operationId,
      description: link.description.slice(0, longestDescription),
      returnUrl: link.returnUrl,
      ...(link.email === undefined ? {} : { shopperEmail: link.email }),
      ...(link.expiresAt === undefined ? {} : { expiresAt: new Date(link.expiresAt).toISOString() }),
    },
  });

/** The exact request of an act. */
export const prepareAdyen = (act: AdyenAct, identity: ActIdentity): PreparedJson => {
  switch (act.kind) {
    case "checkout.create": {
      const amount = paidTotal(act.lines);
      const { successUrl: returnUrl, customerEmail: email, expiresAt } = act;
      return {
        request: linkRequest({ amount, description: describedLines(act.lines), returnUrl, email, expiresAt }, identity),
      };
    }
    case "order.create": {
      const { returnUrl = "", customerEmail: email, description = act.reference } = act;
      return { request: linkRequest({ amount: act, description, returnUrl, email }, identity) };
    }
    case "checkout.expire":
    case "order.cancel": {
      const { objectId } = act;
      const values = { id: objectId };
      const body = { status: "expired" };
      return { objectId, request: jsonRequest({ method: "PATCH", path: "/paymentLinks/{id}", values, body }) };
    }
  }
};

/** What Adyen has no way to do, or nothing that is declared, though it can do acts of the kind. */
export const unableAtAdyen = (act: PaymentAct): Unable | undefined => {
  switch (act.kind) {
    case "checkout.create":
      return (
        unableWhere(act.mode === "subscription", "mode", "payment") ??
        unableWhere(!act.lines.every(isPaidLine), "lines", "names and amounts") ??
        unableWhere(act.customerId !== undefined, "customer", "no customer") ??
        unableWhere(Object.keys(act.metadata).length > 0, "metadata", "no metadata")
      );
    case "order.create":
      return (
        unableWhere(act.returnUrl === undefined, "returnUrl", "an address to which payers come back from its page") ??
        unableWhere(act.capture === "manual", "capture", "auto: what is set aside could not be captured") ??
        unableWhere(Object.keys(act.metadata).length > 0, "metadata", "no metadata")
      );
    case "order.cancel":
      return unableWhere(act.paymentId !== undefined, "orderId", "an order that nobody has paid");
    default:
      return undefined;
  }
};

const readLink = async (id: string, io: VendorIo): Promise<JsonRecord> => {
  const document = await askJsonFor(adyenWire, jsonRequest({ path: "/paymentLinks/{id}", values: { id } }), io);
  if (wordAt(document, "id") !== id) throw unreadableAnswer();
  return document;
};

export const readAdyenCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> =>
  adyenCheckoutOf(await readLink(id, io), io.baseUrl);

export const readAdyenOrder = async (id: string, io: VendorIo): Promise<VendorOrder> =>
  adyenOrderOf(await readLink(id, io), io.baseUrl);

const objectOf = (kind: Kept["kind"], link: JsonRecord, { baseUrl }: VendorIo): VendorObject =>
  kind.startsWith("order.")
    ? { kind: "order", ...adyenOrderOf(link, baseUrl) }
    : { kind: "checkout", ...adyenCheckoutOf(link, baseUrl) };

/** Carries out a request that is kept, and reads its answer. */
export const actAtAdyen = async (act: Kept, io: VendorIo): Promise<VendorObject> => {
  return objectOf(act.kind, await askJsonFor(adyenWire, act.request, io), io);
};

/** What became of a request: of a link that was to be closed it shows; what was made nobody lists. */
export const findAtAdyen = async (act: Kept, io: VendorIo): Promise<VendorObject | "not_done" | "unknown"> => {
  if (act.kind === "checkout.create" || act.kind === "order.create") return "unknown";
  const link = await readLink(act.objectId ?? "", io);
  return wordAt(link, "status") === "expired" ? objectOf(act.kind, link, io) : "not_done";
};
