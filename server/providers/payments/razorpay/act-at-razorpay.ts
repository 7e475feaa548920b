import type { ListedRefund, PaidObject } from "../../../contracts/payments/payments-vendor.ts";
import type {
  VendorCheckout,
  VendorObject,
  VendorOrder,
  VendorRefund,
} from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askJsonFor } from "../_json/ask-json.ts";
import type { KeptJsonAct } from "../_json/json-payments.ts";
import { jsonRequest, type KeptJsonRequest } from "../_json/json-request.ts";
import { markedOperation } from "../_json/object-marks.ts";
import { unreadableAnswer } from "../_json/payment-verdicts.ts";
import type { razorpayActs } from "./prepare-razorpay.ts";
import {
  razorpayCheckoutOf,
  razorpayId,
  razorpayListedRefundOf,
  razorpayOrderOf,
  razorpayRefundOf,
  type RazorpayPaid,
} from "./razorpay-objects.ts";
import { razorpayWire } from "./razorpay-wire.ts";

type Kept = KeptJsonAct<(typeof razorpayActs)[number]>;

/** Asks for one object; an answer that is another one, or has no id, proves nothing. A link says of itself nothing but its id. */
const askFor = async (prefix: string, request: KeptJsonRequest, io: VendorIo): Promise<JsonRecord> => {
  const document = await askJsonFor(razorpayWire, request, io);
  if (!razorpayId(document).startsWith(`${prefix}_`)) throw unreadableAnswer();
  return document;
};

const read = (prefix: string, path: string, id: string, io: VendorIo): Promise<JsonRecord> =>
  askFor(prefix, jsonRequest({ path, values: { id } }), io);

const itemsOf = async (request: KeptJsonRequest, name: string, io: VendorIo): Promise<readonly JsonRecord[]> =>
  arrayAt(await askJsonFor(razorpayWire, request, io), name).filter(isRecord);

const counted = ["captured", "refunded", "authorized", "created"];

/** Of all tries the one that took money, or may still. */
const paymentAmong = (payments: readonly JsonRecord[]): JsonRecord | undefined =>
  counted.flatMap((status) => payments.filter((one) => wordAt(one, "status") === status))[0] ?? payments.at(-1);

const readPaidOrder = async (id: string, io: VendorIo): Promise<RazorpayPaid> => {
  const of = await read("order", "/v1/orders/{id}", id, io);
  const request = jsonRequest({ path: "/v1/orders/{id}/payments", values: { id } });
  return { of, payment: paymentAmong(await itemsOf(request, "items", io)) };
};

/** A link names its payments, and no more of them than that. */
const paidLink = async (of: JsonRecord, io: VendorIo): Promise<RazorpayPaid> => {
  const named = arrayAt(of, "payments").findLast(isRecord);
  const id = wordAt(named, "payment_id");
  return { of, payment: id === undefined ? undefined : await read("pay", "/v1/payments/{id}", id, io) };
};

const readPaidLink = async (id: string, io: VendorIo): Promise<RazorpayPaid> =>
  paidLink(await read("plink", "/v1/payment_links/{id}", id, io), io);

export const readRazorpayCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> =>
  razorpayCheckoutOf(await readPaidLink(id, io), io.baseUrl);

/** A refund of a checkout looks at its payment as at that of an order. */
export const readRazorpayOrder = async (id: string, io: VendorIo): Promise<VendorOrder> =>
  razorpayOrderOf(await (id.startsWith("plink_") ? readPaidLink(id, io) : readPaidOrder(id, io)));

export const readRazorpayRefund = async (id: string, io: VendorIo): Promise<VendorRefund> =>
  razorpayRefundOf(await read("rfnd", "/v1/refunds/{id}", id, io));

const pageSize = 100;

/** All of them: what is not read would count as not refunded. */
const refundsOf = async (paymentId: string, io: VendorIo): Promise<readonly JsonRecord[]> => {
  const all: JsonRecord[] = [];
  for (;;) {
    const path = `/v1/payments/{id}/refunds?count=${pageSize}&skip=${all.length}`;
    const page = await itemsOf(jsonRequest({ path, values: { id: paymentId } }), "items", io);
    all.push(...page);
    if (page.length < pageSize) return all;
  }
};

export const listRazorpayRefunds = async ({ paymentId }: PaidObject, io: VendorIo): Promise<readonly ListedRefund[]> =>
  (await refundsOf(paymentId, io)).map(razorpayListedRefundOf);

const orderAfter = async (objectId: string, payment: JsonRecord, io: VendorIo): Promise<VendorObject> => {
  try {
    return { kind: "order", ...(await readRazorpayOrder(objectId, io)) };
  } catch {
    const of = { id: objectId, status: "paid", amount: payment["amount"], currency: payment["currency"] };
    return { kind: "order", ...razorpayOrderOf({ of, payment }) };
  }
};

/** A payment is captured whole: with its own amount. */
const capture = async ({ request, objectId = "", paymentId = "" }: Kept, io: VendorIo): Promise<VendorObject> => {
  const { amount, currency } = await read("pay", "/v1/payments/{id}", paymentId, io);
  const whole = { ...request, body: JSON.stringify({ amount, currency }) };
  return orderAfter(objectId, await askFor("pay", whole, io), io);
};

const objectOf = (kind: Kept["kind"], of: JsonRecord, { baseUrl }: VendorIo): VendorObject =>
  kind === "order.create"
    ? { kind: "order", ...razorpayOrderOf({ of, payment: undefined }) }
    : { kind: "checkout", ...razorpayCheckoutOf({ of, payment: undefined }, baseUrl) };

/** Carries out a request that is kept, and reads its answer. */
export const actAtRazorpay = async (act: Kept, io: VendorIo): Promise<VendorObject> => {
  const { kind, request } = act;
  switch (kind) {
    case "checkout.create":
    case "checkout.expire":
      return objectOf(kind, await askFor("plink", request, io), io);
    case "order.create":
      return objectOf(kind, await askFor("order", request, io), io);
    case "order.capture":
      return capture(act, io);
    case "refund.create":
      return { kind: "refund", ...razorpayRefundOf(await askFor("rfnd", request, io)) };
  }
};

/** What became of a request: by our operation's id, or by the object that it changes. */
export const findAtRazorpay = async (act: Kept, io: VendorIo): Promise<VendorObject | "not_done"> => {
  const { kind, objectId = "", paymentId = "" } = act;
  switch (kind) {
    case "checkout.create": {
      const request = jsonRequest({ path: `/v1/payment_links?reference_id=${io.operationId}` });
      const [own] = await itemsOf(request, "payment_links", io);
      if (own === undefined) return "not_done";
      return { kind: "checkout", ...razorpayCheckoutOf(await paidLink(own, io), io.baseUrl) };
    }
    case "order.create": {
      const [own] = await itemsOf(jsonRequest({ path: `/v1/orders?receipt=${io.operationId}` }), "items", io);
      return own === undefined ? "not_done" : objectOf(kind, own, io);
    }
    case "checkout.expire": {
      const link = await readPaidLink(objectId, io);
      return wordAt(link.of, "status") === "cancelled"
        ? { kind: "checkout", ...razorpayCheckoutOf(link, io.baseUrl) }
        : "not_done";
    }
    case "order.capture": {
      const payment = await read("pay", "/v1/payments/{id}", paymentId, io);
      return ["captured", "refunded"].includes(wordAt(payment, "status") ?? "")
        ? orderAfter(objectId, payment, io)
        : "not_done";
    }
    case "refund.create": {
      const refunds = await refundsOf(paymentId, io);
      const own = refunds.find((one) => markedOperation(recordAt(one, "notes")) === io.operationId);
      return own === undefined ? "not_done" : { kind: "refund", ...razorpayRefundOf(own) };
    }
  }
};
