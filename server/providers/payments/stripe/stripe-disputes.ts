import type { PaidObject } from "../../../contracts/payments/payments-vendor.ts";
import type { DisputeStatus } from "../../../contracts/payments/statuses.ts";
import type { VendorDispute } from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askStripe, askStripeFor } from "./ask-stripe.ts";
import { idAt, madeForOf, stripeMomentAt, stripeMoneyAt } from "./stripe-fields.ts";
import { stripeRequest } from "./stripe-request.ts";
import { disputeStatus } from "./stripe-words.ts";

/** Whose payment is disputed is written on the payment. */
export const disputeOf = (dispute: JsonRecord): VendorDispute => {
  const intent = recordAt(dispute, "payment_intent");
  return {
    providerObjectId: wordAt(dispute, "id") ?? "",
    providerStatus: wordAt(dispute, "status") ?? "",
    status: disputeStatus(wordAt(dispute, "status")),
    reason: wordAt(dispute, "reason") ?? null,
    amount: stripeMoneyAt(dispute, "amount"),
    paymentId: idAt(dispute, "payment_intent"),
    customerId: intent === undefined ? null : idAt(intent, "customer"),
    createdAt: stripeMomentAt(dispute, "created"),
    respondBy: stripeMomentAt(recordAt(dispute, "evidence_details"), "due_by"),
    madeFor: intent === undefined ? null : madeForOf(intent),
  };
};

export const readDispute = async (id: string, io: VendorIo): Promise<VendorDispute> => {
  const request = await stripeRequest((stripe) => stripe.disputes.retrieve(id, { expand: ["payment_intent"] }));
  return disputeOf((await askStripeFor(request, "dispute", io)).document);
};

/** A payment has as many disputes as charges at most: far fewer than a page has. */
export const listStripeDisputes = async (
  { paymentId }: Pick<PaidObject, "paymentId">,
  io: VendorIo,
): Promise<readonly VendorDispute[]> => {
  const request = await stripeRequest((stripe) => stripe.disputes.list({ payment_intent: paymentId, limit: 100 }));
  return arrayAt((await askStripe(request, io)).document, "data")
    .filter(isRecord)
    .map(disputeOf);
};

/** How the latest dispute of a payment stands. Only a charge that says so is asked after: how it stands is on the dispute alone. */
export const disputeOfPayment = async (intent: JsonRecord | undefined, io: VendorIo): Promise<DisputeStatus> => {
  const paymentId = wordAt(intent, "id");
  if (paymentId === undefined || recordAt(intent, "latest_charge")?.["disputed"] !== true) return "none";
  const [latest] = await listStripeDisputes({ paymentId }, io);
  return latest?.status ?? "unknown";
};
