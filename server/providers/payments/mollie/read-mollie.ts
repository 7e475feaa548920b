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
import { type VendorIo } from "../../../contracts/vendor-call.ts";
import { recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askJsonFor } from "../_json/ask-json.ts";
import { jsonRequest } from "../_json/json-request.ts";
import { unreadableAnswer } from "../_json/payment-verdicts.ts";
import { subscriptionPage } from "../_json/subscription-page.ts";
import { idsOf } from "./mollie-ids.ts";
import {
  embedded,
  mollieCheckoutOf,
  mollieCustomerOf,
  mollieId,
  mollieListedRefundOf,
  mollieOrderOf,
  mollieRefundOf,
  mollieSubscriptionOf,
} from "./mollie-objects.ts";
import { mollieWire } from "./mollie-wire.ts";

/** Mollie lists as many on a page at most. */
const pageSize = 250;
const mostPages = 100;

/** Asks for one object; an answer that is another one proves nothing. */
export const readMollie = async (
  kind: string,
  path: string,
  values: Readonly<Record<string, string>>,
  io: VendorIo,
): Promise<JsonRecord> => {
  const document = await askJsonFor(mollieWire, jsonRequest({ path, values }), io);
  if (wordAt(document, "resource") !== kind || mollieId(document) === "") throw unreadableAnswer();
  return document;
};

/** A payment with what was done to it. */
export const readPayment = (id: string, io: VendorIo): Promise<JsonRecord> =>
  readMollie("payment", "/v2/payments/{id}?embed=captures,refunds", { id }, io);

interface Listed {
  readonly path: string;
  readonly values?: Readonly<Record<string, string>>;
  /** As the list names what it embeds. */
  readonly name: string;
}

/** Where the next page begins, by the address that a page names. */
const nextPageOf = (document: JsonRecord): string | undefined => {
  const next = URL.parse(stringAt(recordAt(recordAt(document, "_links"), "next"), "href") ?? "");
  const from = next?.searchParams.get("from") ?? undefined;
  return from !== undefined && /^\w{1,64}$/.test(from) ? from : undefined;
};

/** The pages of a list, newest first, as long as somebody reads on. */
export async function* mollieList({ path, values = {}, name }: Listed, io: VendorIo): AsyncGenerator<JsonRecord> {
  let from: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = `limit=${pageSize}${from === undefined ? "" : `&from=${from}`}`;
    const document = await askJsonFor(mollieWire, jsonRequest({ path: `${path}?${query}`, values }), io);
    yield* embedded(document, name);
    from = nextPageOf(document);
    if (from === undefined) return;
  }
  throw unreadableAnswer("The vendor's list has no end.");
}

const wholeList = async (listed: Listed, io: VendorIo): Promise<readonly JsonRecord[]> => {
  const all: JsonRecord[] = [];
  for await (const one of mollieList(listed, io)) all.push(one);
  return all;
};

export const readMollieCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> =>
  mollieCheckoutOf(await readPayment(id, io), io.baseUrl);

export const readMollieOrder = async (id: string, io: VendorIo): Promise<VendorOrder> =>
  mollieOrderOf(await readPayment(id, io), io.baseUrl);

export const readMollieRefund = async (objectId: string, io: VendorIo): Promise<VendorRefund> => {
  const { above: payment, id } = idsOf(objectId);
  return mollieRefundOf(await readMollie("refund", "/v2/payments/{payment}/refunds/{id}", { payment, id }, io));
};

/** All of them: what is not read would count as not refunded. */
export const listMollieRefunds = async ({ paymentId }: PaidObject, io: VendorIo): Promise<readonly ListedRefund[]> =>
  (await wholeList({ path: "/v2/payments/{id}/refunds", values: { id: paymentId }, name: "refunds" }, io)).map(
    mollieListedRefundOf,
  );

export const readMollieCustomer = async (id: string, io: VendorIo): Promise<VendorCustomer> =>
  mollieCustomerOf(await readMollie("customer", "/v2/customers/{id}", { id }, io));

export const readMollieSubscription = async (objectId: string, io: VendorIo): Promise<VendorSubscription> => {
  const { above: customer, id } = idsOf(objectId);
  const values = { customer, id: id === "" ? "none" : id };
  return mollieSubscriptionOf(
    await readMollie("subscription", "/v2/customers/{customer}/subscriptions/{id}", values, io),
  );
};

/** All of a customer are read: Mollie lists them by no state. */
export const listMollieSubscriptions = async (
  { customerId, ...asked }: SubscriptionQuery,
  io: VendorIo,
): Promise<VendorPage<VendorSubscription>> => {
  const path = "/v2/customers/{id}/subscriptions";
  const listed = await wholeList({ path, values: { id: customerId }, name: "subscriptions" }, io);
  const all = listed.map(mollieSubscriptionOf);
  return subscriptionPage(all, asked);
};
