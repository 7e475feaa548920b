import type {
  ListedRefund,
  PaidObject,
  SubscriptionQuery,
  VendorPage,
} from "../../../contracts/payments/payments-vendor.ts";
import type {
  VendorCheckout,
  VendorCustomer,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import { ProviderError, type VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askJsonFor } from "../_json/ask-json.ts";
import { jsonRequest, type KeptJsonRequest } from "../_json/json-request.ts";
import { unreadableAnswer } from "../_json/payment-verdicts.ts";
import { subscriptionPage } from "../_json/subscription-page.ts";
import { idsOfOrder } from "./square-ids.ts";
import {
  squareCheckoutOf,
  squareCustomerOf,
  squareListed,
  squareListedRefundOf,
  squareOrderOf,
  squareRefundOf,
  squareSubscriptionOf,
  type SquareOrder,
} from "./square-objects.ts";
import { squareWire } from "./square-wire.ts";

/** Asks for the object that an answer has under a name; one without an id proves nothing. */
export const askSquareFor = async (name: string, request: KeptJsonRequest, io: VendorIo): Promise<JsonRecord> => {
  const object = recordAt(await askJsonFor(squareWire, request, io), name);
  if (object === undefined || wordAt(object, "id") === undefined) throw unreadableAnswer();
  return object;
};

const read = (name: string, path: string, id: string, io: VendorIo): Promise<JsonRecord> =>
  askSquareFor(name, jsonRequest({ path, values: { id } }), io);

export const readSquarePayment = (id: string, io: VendorIo): Promise<JsonRecord> =>
  read("payment", "/v2/payments/{id}", id, io);

/** The payment of an order: the last of its tenders. */
const paymentIdOf = (order: JsonRecord): string | undefined => {
  const tender = arrayAt(order, "tenders").findLast(isRecord);
  return wordAt(tender, "payment_id") ?? wordAt(tender, "id");
};

/** A link that was closed is gone; its order is not. */
const readLink = async (id: string, io: VendorIo): Promise<JsonRecord | undefined> => {
  try {
    return await read("payment_link", "/v2/online-checkout/payment-links/{id}", id, io);
  } catch (error) {
    if (error instanceof ProviderError && error.failure.status === 404) return undefined;
    throw error;
  }
};

/** An order with all that belongs to it. */
export const readSquareOrderDocuments = async (objectId: string, io: VendorIo): Promise<SquareOrder> => {
  const { order: orderId, link: linkId } = idsOfOrder(objectId);
  const order = await read("order", "/v2/orders/{id}", orderId, io);
  const paymentId = paymentIdOf(order);
  const payment = paymentId === undefined ? undefined : await readSquarePayment(paymentId, io);
  const isOpen = payment === undefined && wordAt(order, "state") === "OPEN";
  const link = linkId !== undefined && isOpen ? await readLink(linkId, io) : undefined;
  return { order, link, linkId, payment };
};

export const readSquareCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> =>
  squareCheckoutOf(await readSquareOrderDocuments(id, io), io.baseUrl);

export const readSquareOrder = async (id: string, io: VendorIo): Promise<VendorOrder> =>
  squareOrderOf(await readSquareOrderDocuments(id, io), io.baseUrl);

const readRefund = (id: string, io: VendorIo): Promise<JsonRecord> => read("refund", "/v2/refunds/{id}", id, io);

export const readSquareRefund = async (id: string, io: VendorIo): Promise<VendorRefund> =>
  squareRefundOf(await readRefund(id, io));

/** The refunds of a payment, which names them all. */
export const refundsOfPayment = async (paymentId: string, io: VendorIo): Promise<readonly JsonRecord[]> => {
  const payment = await readSquarePayment(paymentId, io);
  const ids = arrayAt(payment, "refund_ids").filter((id) => typeof id === "string");
  const refunds: JsonRecord[] = [];
  for (const id of ids) refunds.push(await readRefund(id, io));
  return refunds;
};

export const listSquareRefunds = async ({ paymentId }: PaidObject, io: VendorIo): Promise<readonly ListedRefund[]> =>
  (await refundsOfPayment(paymentId, io)).map(squareListedRefundOf);

export const readSquareCustomer = async (id: string, io: VendorIo): Promise<VendorCustomer> =>
  squareCustomerOf(await read("customer", "/v2/customers/{id}", id, io));

export const readSquareSubscription = async (id: string, io: VendorIo): Promise<VendorSubscription> =>
  squareSubscriptionOf(await read("subscription", "/v2/subscriptions/{id}", id, io));

const mostPages = 100;

/** All that a search finds: Square's pages have a cursor. */
export async function* squareSearch(
  path: string,
  name: string,
  body: object,
  io: VendorIo,
): AsyncGenerator<JsonRecord> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const asked = cursor === undefined ? body : { ...body, cursor };
    const document = await askJsonFor(squareWire, jsonRequest({ path, body: asked }), io);
    yield* squareListed(document, name);
    const next = document["cursor"];
    if (typeof next !== "string" || next === "") return;
    cursor = next;
  }
  throw unreadableAnswer("The vendor's list has no end.");
}

export const listSquareSubscriptions = async (
  { customerId, ...asked }: SubscriptionQuery,
  io: VendorIo,
): Promise<VendorPage<VendorSubscription>> => {
  const query = { query: { filter: { customer_ids: [customerId] } } };
  const all: VendorSubscription[] = [];
  for await (const one of squareSearch("/v2/subscriptions/search", "subscriptions", query, io))
    all.unshift(squareSubscriptionOf(one));
  return subscriptionPage(all, asked);
};
