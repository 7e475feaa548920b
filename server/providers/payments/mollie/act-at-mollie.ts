import { timeOfOperation } from "../_json/time-of-operation.ts";
import type { VendorObject, VendorOrder } from "../../../contracts/payments/vendor-objects.ts";
import { type VendorIo } from "../../../contracts/vendor-call.ts";
import { wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askJson, askJsonFor } from "../_json/ask-json.ts";
import type { KeptJsonAct } from "../_json/json-payments.ts";
import { unreadableAnswer } from "../_json/payment-verdicts.ts";
import { isRecord, parseJson } from "../../_wire/json.ts";
import { mollieMoneyAt } from "./mollie-amounts.ts";
import { idsOf } from "./mollie-ids.ts";
import {
  embedded,
  madeBy,
  mollieCheckoutOf,
  mollieCustomerOf,
  mollieId,
  mollieOrderOf,
  mollieRefundOf,
  mollieSubscriptionOf,
} from "./mollie-objects.ts";
import type { mollieActs } from "./prepare-mollie.ts";
import { mollieList, readMollie, readPayment } from "./read-mollie.ts";
import { mollieWire } from "./mollie-wire.ts";

type Kept = KeptJsonAct<(typeof mollieActs)[number]>;

const resources = {
  "checkout.create": "payment",
  "checkout.expire": "payment",
  "order.create": "payment",
  "order.capture": "capture",
  "order.cancel": "payment",
  "refund.create": "refund",
  "customer.create": "customer",
  "subscription.update": "subscription",
  "subscription.cancel": "subscription",
} as const satisfies Record<Kept["kind"], string>;

const objectOf = (kind: Kept["kind"], document: JsonRecord, { baseUrl }: VendorIo): VendorObject => {
  switch (kind) {
    case "checkout.create":
    case "checkout.expire":
      return { kind: "checkout", ...mollieCheckoutOf(document, baseUrl) };
    case "order.create":
    case "order.capture":
    case "order.cancel":
      return { kind: "order", ...mollieOrderOf(document, baseUrl) };
    case "refund.create":
      return { kind: "refund", ...mollieRefundOf(document) };
    case "customer.create":
      return { kind: "customer", ...mollieCustomerOf(document) };
    case "subscription.update":
    case "subscription.cancel":
      return { kind: "subscription", ...mollieSubscriptionOf(document) };
  }
};

/** A release is taken up, and done later or never: whether it is, the payer's bank decides. */
const releasing = (order: VendorOrder): VendorOrder =>
  order.status === "authorized" ? { ...order, status: "pending", next: "wait" } : order;

/** It was done, whether the payment can be read just now or not. */
const orderAfter = async (paymentId: string, io: VendorIo, status: string): Promise<VendorOrder> => {
  try {
    return mollieOrderOf(await readPayment(paymentId, io), io.baseUrl);
  } catch {
    return mollieOrderOf({ id: paymentId, status }, io.baseUrl);
  }
};

/** Carries out a request that is kept, and reads its answer. */
export const actAtMollie = async (act: Kept, io: VendorIo): Promise<VendorObject> => {
  const { kind, request, objectId = "" } = act;
  if (kind === "order.cancel" && act.paymentId !== undefined) {
    await askJson(mollieWire, request, io);
    return { kind: "order", ...releasing(await orderAfter(objectId, io, "pending")) };
  }
  const document = await askJsonFor(mollieWire, request, io);
  if (wordAt(document, "resource") !== resources[kind] || mollieId(document) === "") throw unreadableAnswer();
  return kind === "order.capture"
    ? { kind: "order", ...(await orderAfter(objectId, io, "pending")) }
    : objectOf(kind, document, io);
};

/** What is older than this before the act cannot be its object. */
const aroundMs = 120_000;

/** Looks for what an operation made: what was made since is listed, newest first, and compared by what was written onto it. */
const findMade = async (act: Kept, path: string, name: string, io: VendorIo): Promise<VendorObject | "not_done"> => {
  const since = timeOfOperation(io.operationId) - aroundMs;
  for await (const one of mollieList({ path, name }, io)) {
    if (madeBy(one) === io.operationId) return objectOf(act.kind, one, io);
    if (Date.parse(wordAt(one, "createdAt") ?? "") < since) return "not_done";
  }
  return "not_done";
};

const askedAmount = ({ request }: Kept) => {
  const body = parseJson(request.body);
  return isRecord(body) ? mollieMoneyAt(body, "amount") : null;
};

const readSubscriptionOf = (objectId: string, io: VendorIo): Promise<JsonRecord> => {
  const { above: customer, id } = idsOf(objectId);
  return readMollie("subscription", "/v2/customers/{customer}/subscriptions/{id}", { customer, id }, io);
};

/** What became of a request: by our operation's id, or by the object that it changes. */
export const findAtMollie = async (act: Kept, io: VendorIo): Promise<VendorObject | "not_done"> => {
  const { kind, objectId = "", paymentId = "" } = act;
  switch (kind) {
    case "checkout.create":
    case "order.create":
      return findMade(act, "/v2/payments", "payments", io);
    case "customer.create":
      return findMade(act, "/v2/customers", "customers", io);
    case "checkout.expire":
    case "order.cancel": {
      const payment = await readPayment(objectId, io);
      return wordAt(payment, "status") === "canceled" ? objectOf(kind, payment, io) : "not_done";
    }
    case "order.capture": {
      const payment = await readPayment(objectId, io);
      const own = embedded(payment, "captures").some((one) => madeBy(one) === io.operationId);
      return own ? objectOf(kind, payment, io) : "not_done";
    }
    case "refund.create": {
      const path = "/v2/payments/{id}/refunds";
      for await (const one of mollieList({ path, values: { id: paymentId }, name: "refunds" }, io))
        if (madeBy(one) === io.operationId) return objectOf(kind, one, io);
      return "not_done";
    }
    case "subscription.update": {
      const document = await readSubscriptionOf(objectId, io);
      const asked = askedAmount(act);
      const now = mollieMoneyAt(document, "amount");
      const same = asked !== null && asked.amount === now?.amount && asked.currency === now.currency;
      return same ? objectOf(kind, document, io) : "not_done";
    }
    case "subscription.cancel": {
      const document = await readSubscriptionOf(objectId, io);
      return wordAt(document, "status") === "canceled" ? objectOf(kind, document, io) : "not_done";
    }
  }
};
