import type { PaidObject } from "../../../contracts/payments/payments-vendor.ts";
import type { DisputeStatus } from "../../../contracts/payments/statuses.ts";
import type { VendorDispute } from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askPaypal, unreadable } from "./ask-paypal.ts";
import { momentAt } from "../_json/moment-at.ts";
import { moneyAt } from "./paypal-amounts.ts";
import { readMark } from "./paypal-marks.ts";
import { readOf } from "./paypal-request.ts";
import { disputeOutcomes, disputeWords, saidBy } from "./paypal-words.ts";

const statusOf = (dispute: JsonRecord): DisputeStatus => {
  const status = wordAt(dispute, "status");
  const outcome = wordAt(recordAt(dispute, "dispute_outcome"), "outcome_code");
  // What PayPal calls resolved is told by its outcome alone.
  return status === "RESOLVED"
    ? saidBy(disputeOutcomes, outcome, "unknown" as const)
    : saidBy(disputeWords, status, "unknown" as const);
};

/** The mark of an order is on its transaction, under another name. */
export const paypalDisputeOf = (dispute: JsonRecord): VendorDispute => {
  const [transaction] = arrayAt(dispute, "disputed_transactions");
  const status = statusOf(dispute);
  const outcome = wordAt(recordAt(dispute, "dispute_outcome"), "outcome_code");
  return {
    providerObjectId: wordAt(dispute, "dispute_id") ?? "",
    providerStatus: [wordAt(dispute, "status"), outcome].filter((word) => word !== undefined).join(" "),
    status,
    reason: wordAt(dispute, "reason") ?? null,
    amount: moneyAt(dispute, "dispute_amount"),
    paymentId: wordAt(transaction, "seller_transaction_id") ?? null,
    customerId: null,
    createdAt: momentAt(dispute, "create_time"),
    respondBy: status === "open" ? momentAt(dispute, "seller_response_due_date") : null,
    madeFor: readMark(wordAt(transaction, "custom")).madeFor,
  };
};

export const readPaypalDispute = async (id: string, io: VendorIo): Promise<VendorDispute> => {
  const document = await askPaypal(readOf({ path: "/v1/customer/disputes/{id}", values: { id } }), io);
  if (document === undefined || wordAt(document, "dispute_id") === undefined) throw unreadable(200);
  return paypalDisputeOf(document);
};

/** PayPal names a payment by letters and figures alone. */
const isTransactionId = (id: string): boolean => /^[0-9A-Z]{1,255}$/.test(id);

/** Of a payment. The list tells no outcome: each that is resolved is read on its own. */
export const listPaypalDisputes = async (
  { paymentId }: Pick<PaidObject, "paymentId">,
  io: VendorIo,
): Promise<readonly VendorDispute[]> => {
  if (!isTransactionId(paymentId)) return [];
  const path = `/v1/customer/disputes?disputed_transaction_id=${paymentId}&page_size=50`;
  const listed = arrayAt(await askPaypal(readOf({ path }), io), "items").filter(isRecord);
  return Promise.all(
    listed.map((dispute) => {
      const id = wordAt(dispute, "dispute_id");
      return id === undefined ? Promise.reject(unreadable(200)) : readPaypalDispute(id, io);
    }),
  );
};
