import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { recordAt, wordAt, isRecord, parseJson, type JsonRecord } from "../../_wire/json.ts";
import { askJsonFor } from "../_json/ask-json.ts";
import type { KeptJsonAct } from "../_json/json-payments.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { unreadableAnswer } from "../_json/payment-verdicts.ts";
import { timeOfOperation } from "../_json/time-of-operation.ts";
import type { squareActs } from "./prepare-square.ts";
import {
  askSquareFor,
  readSquareOrderDocuments,
  readSquarePayment,
  readSquareSubscription,
  refundsOfPayment,
  squareSearch,
} from "./read-square.ts";
import {
  refundingOperation,
  squareCheckoutOf,
  squareCustomerOf,
  squareOperationOf,
  squareOrderOf,
  squareRefundOf,
  squareSubscriptionOf,
  type SquareOrder,
} from "./square-objects.ts";
import { squareWire } from "./square-wire.ts";

type Kept = KeptJsonAct<(typeof squareActs)[number]>;

const orderObject = (kind: Kept["kind"], of: SquareOrder, { baseUrl }: VendorIo): VendorObject =>
  kind.startsWith("checkout.")
    ? { kind: "checkout", ...squareCheckoutOf(of, baseUrl) }
    : { kind: "order", ...squareOrderOf(of, baseUrl) };

/** What was done to it is settled: reading the whole order adds to it, and cannot take it back. */
const orderAfter = async (act: Kept, payment: JsonRecord | undefined, io: VendorIo): Promise<VendorObject> => {
  const objectId = act.objectId ?? "";
  try {
    return orderObject(act.kind, await readSquareOrderDocuments(objectId, io), io);
  } catch {
    const order = {
      id: objectId,
      state: payment === undefined ? "CANCELED" : "OPEN",
      total_money: payment?.["amount_money"],
    };
    return orderObject(act.kind, { order, payment }, io);
  }
};

/** A link is answered with its order beside it, of which only the amount is still to be read where it is not there. */
const actOnLink = async (act: Kept, io: VendorIo): Promise<VendorObject> => {
  const document = await askJsonFor(squareWire, act.request, io);
  const link = recordAt(document, "payment_link");
  const [linkId, orderId] = [wordAt(link, "id"), wordAt(link, "order_id")];
  if (linkId === undefined || orderId === undefined) throw unreadableAnswer();
  const related = recordAt(document, "related_resources")?.["orders"];
  const told = Array.isArray(related)
    ? related.filter(isRecord).find((one) => wordAt(one, "id") === orderId)
    : undefined;
  const order =
    told ?? (await askSquareFor("order", jsonRequest({ path: "/v2/orders/{id}", values: { id: orderId } }), io));
  return orderObject(act.kind, { order, link, linkId }, io);
};

const isLinkRequest = ({ request }: Kept): boolean => request.path.startsWith("/v2/online-checkout/");

/** Carries out a request that is kept, and reads its answer. */
export const actAtSquare = async (act: Kept, io: VendorIo): Promise<VendorObject> => {
  const { kind, request } = act;
  switch (kind) {
    case "checkout.create":
      return actOnLink(act, io);
    case "order.create":
      return isLinkRequest(act)
        ? actOnLink(act, io)
        : orderObject(kind, { order: await askSquareFor("order", request, io) }, io);
    case "order.authorize":
    case "order.capture":
      return orderAfter(act, await askSquareFor("payment", request, io), io);
    case "checkout.expire":
    case "order.cancel": {
      if (act.paymentId !== undefined) return orderAfter(act, await askSquareFor("payment", request, io), io);
      await askJsonFor(squareWire, request, io);
      return isLinkRequest(act)
        ? orderAfter(act, undefined, io)
        : orderObject(kind, await readSquareOrderDocuments(act.objectId ?? "", io), io);
    }
    case "refund.create":
      return { kind: "refund", ...squareRefundOf(await askSquareFor("refund", request, io)) };
    case "customer.create":
      return { kind: "customer", ...squareCustomerOf(await askSquareFor("customer", request, io)) };
    case "subscription.update":
    case "subscription.cancel":
      return { kind: "subscription", ...squareSubscriptionOf(await askSquareFor("subscription", request, io)) };
  }
};

const aroundMs = 120_000;

/** Orders bear our operation's id; what was made since is searched for it, and then its link by the order. */
const findOrder = async (act: Kept, io: VendorIo): Promise<VendorObject | "not_done"> => {
  const since = new Date(timeOfOperation(io.operationId) - aroundMs).toISOString();
  const query = {
    location_ids: [""],
    query: {
      filter: { date_time_filter: { created_at: { start_at: since } } },
      sort: { sort_field: "CREATED_AT", sort_order: "DESC" },
    },
  };
  for await (const order of squareSearch("/v2/orders/search", "orders", query, io)) {
    if (squareOperationOf(order) !== io.operationId) continue;
    if (!isLinkRequest(act)) return orderObject(act.kind, { order }, io);
    const link = await linkOf(wordAt(order, "id") ?? "", io);
    if (link !== undefined) return orderObject(act.kind, { order, link, linkId: wordAt(link, "id") }, io);
  }
  return "not_done";
};

const linkOf = async (orderId: string, io: VendorIo): Promise<JsonRecord | undefined> => {
  let cursor = "";
  do {
    const path = `/v2/online-checkout/payment-links${cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`}`;
    const document = await askJsonFor(squareWire, jsonRequest({ path }), io);
    const listed = document["payment_links"];
    const own = Array.isArray(listed)
      ? listed.filter(isRecord).find((one) => wordAt(one, "order_id") === orderId)
      : undefined;
    if (own !== undefined) return own;
    cursor = wordAt(document, "cursor") ?? "";
  } while (cursor !== "");
  return undefined;
};

const askedOverride = ({ request }: Kept): unknown => {
  const body = parseJson(request.body);
  return JSON.stringify(recordAt(recordAt(body, "subscription"), "price_override_money"));
};

/** What became of a request: by our operation's id, or by the object that it changes. */
export const findAtSquare = async (act: Kept, io: VendorIo): Promise<VendorObject | "not_done" | "unknown"> => {
  const { kind, objectId = "", paymentId = "" } = act;
  switch (kind) {
    case "checkout.create":
    case "order.create":
      return findOrder(act, io);
    case "order.authorize": {
      const of = await readSquareOrderDocuments(objectId, io);
      return squareOperationOf(of.payment) === io.operationId ? orderObject(kind, of, io) : "not_done";
    }
    case "order.capture": {
      const payment = await readSquarePayment(paymentId, io);
      return wordAt(payment, "status") === "COMPLETED" ? orderAfter(act, payment, io) : "not_done";
    }
    case "checkout.expire":
    case "order.cancel": {
      const of = await readSquareOrderDocuments(objectId, io);
      const over = act.paymentId === undefined ? wordAt(of.order, "state") : wordAt(of.payment, "status");
      return over === "CANCELED" ? orderObject(kind, of, io) : "not_done";
    }
    case "refund.create": {
      const refunds = await refundsOfPayment(paymentId, io);
      const own = refunds.find((one) => refundingOperation(one) === io.operationId);
      return own === undefined ? "not_done" : { kind: "refund", ...squareRefundOf(own) };
    }
    case "customer.create": {
      const reference = wordAt(parseJson(act.request.body), "reference_id");
      const query = { query: { filter: { reference_id: { exact: reference } } } };
      for await (const one of squareSearch("/v2/customers/search", "customers", query, io))
        if (squareOperationOf(one) === io.operationId) return { kind: "customer", ...squareCustomerOf(one) };
      return "not_done";
    }
    case "subscription.update": {
      if (act.request.method !== "PUT") return canceledSubscription(objectId, io);
      const request = jsonRequest({ path: "/v2/subscriptions/{id}", values: { id: objectId } });
      const document = await askSquareFor("subscription", request, io);
      const same = JSON.stringify(recordAt(document, "price_override_money")) === askedOverride(act);
      return same ? { kind: "subscription", ...squareSubscriptionOf(document) } : "not_done";
    }
    case "subscription.cancel":
      return canceledSubscription(objectId, io);
  }
};

const canceledSubscription = async (id: string, io: VendorIo): Promise<VendorObject | "not_done"> => {
  const subscription = await readSquareSubscription(id, io);
  const ends = subscription.cancelAtPeriodEnd || subscription.status === "canceled";
  return ends ? { kind: "subscription", ...subscription } : "not_done";
};
