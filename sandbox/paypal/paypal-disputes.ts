import { amountOf } from "./paypal-money.ts";
import { invalidRequestField } from "./paypal-refusal.ts";
import type { Capture, Order, PaypalDispute, PaypalStore } from "./paypal-store.ts";
import type { Site } from "./render-paypal.ts";

const respondMs = 10 * 86_400_000;

/** A payer complains about a payment: https://developer.paypal.com/docs/api/customer-disputes/v1/ */
export const openPaypalDispute = (store: PaypalStore, order: Order, capture: Capture): PaypalDispute => {
  const { units, currency } = capture;
  const dispute: PaypalDispute = {
    id: `PP-D-${store.newId(6)}`,
    captureId: capture.id,
    customId: order.customId,
    createdMs: store.now(),
    units,
    currency,
    status: "WAITING_FOR_SELLER_RESPONSE",
    outcome: null,
  };
  store.disputes.set(dispute.id, dispute);
  // What is disputed is held: `status_details.reason` of a capture.
  capture.status = "PENDING";
  return dispute;
};

const moment = (ms: number): string => new Date(ms).toISOString();

const inBrief = (one: PaypalDispute, site: Site) => ({
  dispute_id: one.id,
  create_time: moment(one.createdMs),
  update_time: moment(one.createdMs),
  reason: "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
  status: one.status,
  dispute_amount: amountOf(one),
  dispute_life_cycle_stage: "INQUIRY",
  dispute_channel: "INTERNAL",
  ...(one.outcome === null ? { seller_response_due_date: moment(one.createdMs + respondMs) } : {}),
  links: [{ href: `${site.origin}/v1/customer/disputes/${one.id}`, rel: "self", method: "GET" }],
});

export const renderDispute = (one: PaypalDispute, site: Site) => ({
  ...inBrief(one, site),
  disputed_transactions: [
    {
      seller_transaction_id: one.captureId,
      transaction_status: "PENDING",
      gross_amount: amountOf(one),
      ...(one.customId === null ? {} : { custom: one.customId }),
    },
  ],
  ...(one.outcome === null ? {} : { dispute_outcome: { outcome_code: one.outcome } }),
});

const known: ReadonlySet<string> = new Set(["disputed_transaction_id", "page_size"]);

/** https://developer.paypal.com/docs/api/customer-disputes/v1/#disputes_list: in brief, without their outcome. */
export const pageOfDisputes = (store: PaypalStore, query: URLSearchParams, site: Site): unknown => {
  for (const name of query.keys())
    if (!known.has(name)) throw invalidRequestField("INVALID_PARAMETER_SYNTAX", `/${name}`);
  const size = query.get("page_size") ?? "10";
  if (!/^([1-9]|[1-4][0-9]|50)$/.test(size)) throw invalidRequestField("INVALID_PARAMETER_VALUE", "/page_size");
  const transaction = query.get("disputed_transaction_id");
  if (transaction !== null && !/^[0-9A-Z_]{1,255}$/.test(transaction))
    throw invalidRequestField("INVALID_PARAMETER_VALUE", "/disputed_transaction_id");
  const items = [...store.disputes.values()]
    .filter(({ captureId }) => transaction === null || captureId === transaction)
    .slice(0, Number(size))
    .map((one) => inBrief(one, site));
  return {
    ...(items.length === 0 ? {} : { items }),
    links: [{ href: `${site.origin}/v1/customer/disputes`, rel: "self", method: "GET" }],
  };
};
