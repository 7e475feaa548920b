import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import { nothingMetered, ProviderError, type Answered, type VendorIo } from "../../../contracts/vendor-call.ts";
import { isRecord, parseJson, type JsonRecord } from "../../_wire/json.ts";
import { askPaypal, askPaypalFor, unreadable } from "./ask-paypal.ts";
import { moneyAt } from "./paypal-amounts.ts";
import { paypalCheckoutOf, paypalSubscriptionOf } from "./paypal-checkouts.ts";
import { captureStatus, moneyOf, paypalOrderOf, paypalRefundOf } from "./paypal-objects.ts";
import type { KeptPaypalAct } from "./paypal-request.ts";
import { readOrderDocument, readSubscriptionDocument } from "./read-paypal.ts";

/** A document as the object that it stands for. */
export const paypalObjectOf = (
  kind: KeptPaypalAct["makes"],
  document: JsonRecord,
  { baseUrl }: Pick<VendorIo, "baseUrl">,
): VendorObject => {
  if (kind === "checkout") return { kind, ...paypalCheckoutOf(document, baseUrl) };
  if (kind === "subscription") return { kind, ...paypalSubscriptionOf(document, baseUrl) };
  return kind === "refund" ? { kind, ...paypalRefundOf(document) } : { kind, ...paypalOrderOf(document, baseUrl) };
};

const amountIn = (document: unknown) => {
  const body = isRecord(document) ? document : {};
  return moneyAt(body, "amount") ?? moneyAt(moneyOf(body).unit, "amount");
};

/** PayPal says back what it was told; another amount than that one is nothing that may be believed. */
const requireAmount = ({ request }: KeptPaypalAct, document: JsonRecord): void => {
  const asked = amountIn(parseJson(request.body));
  const told = amountIn(document);
  if (asked === null || told === null) return;
  if (asked.amount !== told.amount || asked.currency !== told.currency) throw unreadable(200);
};

/** What was done to a payment, as the order it belongs to, where that cannot be read just now. */
const orderAround = (orderId: string, payments: JsonRecord, amount: unknown): JsonRecord => ({
  id: orderId,
  status: "COMPLETED",
  purchase_units: [{ amount, payments }],
});

/** Whether it was done is settled: reading the whole order adds to it, and cannot take it back. */
const withOrder = async (orderId: string, io: VendorIo, otherwise: JsonRecord): Promise<JsonRecord> => {
  try {
    return await readOrderDocument(orderId, io);
  } catch {
    return otherwise;
  }
};

/** It was done to it, whether it can be read just now or not. */
const readSubscriptionAfter = async (id: string, io: VendorIo, known: JsonRecord): Promise<JsonRecord> => {
  try {
    return { ...(await readSubscriptionDocument(id, io)), ...known };
  } catch {
    return { id, status: "ACTIVE", ...known };
  }
};

/** Whether money was taken of it, or set aside: then it is not closed by saying so. */
export const isTaken = (order: JsonRecord): boolean => {
  const { captures, authorizations } = moneyOf(order);
  return (
    captures.some((capture) => captureStatus(capture) !== "failed") ||
    authorizations.some(({ status }) => status !== "VOIDED" && status !== "DENIED")
  );
};

const takenMeanwhile = (): ProviderError =>
  new ProviderError({
    kind: "refused",
    code: "PROVIDER_REJECTED",
    about: "request",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "Money was taken or set aside for it meanwhile.",
  });

const answerOf = async (act: KeptPaypalAct, io: VendorIo): Promise<JsonRecord> => {
  const { changes, answeredBy, request } = act;
  if (changes?.act === "close") {
    const order = await readOrderDocument(changes.objectId, io);
    if (isTaken(order)) throw takenMeanwhile();
    return order;
  }
  if (changes?.act === "void") {
    // 204 says as much as the authorization does.
    const voided = { ...(await askPaypal(request, io)), status: "VOIDED" };
    return withOrder(changes.objectId, io, orderAround(changes.objectId, { authorizations: [voided] }, undefined));
  }
  if (changes?.act === "end") {
    await askPaypal(request, io);
    return readSubscriptionAfter(changes.objectId, io, { status: "CANCELLED" });
  }
  if (changes?.act === "revise") {
    const { links } = { links: undefined, ...(await askPaypal(request, io)) };
    // What was asked for holds once the payer has approved it, on the page that this answer alone names.
    return { ...(await readSubscriptionAfter(changes.objectId, io, {})), links };
  }
  const { document } = await askPaypalFor(request, io);
  requireAmount(act, document);
  if (answeredBy !== "capture" || changes === undefined) return document;
  const { objectId } = changes;
  return withOrder(objectId, io, orderAround(objectId, { captures: [document] }, document["amount"]));
};

/** Carries out a request that is kept, and reads its answer. */
export const sendPaypal = async (act: KeptPaypalAct, io: VendorIo): Promise<Answered<VendorObject>> => {
  const result = paypalObjectOf(act.makes, await answerOf(act, io), io);
  if (result.providerObjectId === "") throw unreadable(200);
  return { ...nothingMetered(result.providerObjectId), result };
};
