import type Stripe from "stripe";
import type {
  ListedRefund,
  PaidObject,
  SubscriptionQuery,
  VendorPage,
} from "../../../contracts/payments/payments-vendor.ts";
import type { KeptPrice } from "../../../contracts/payments/payment-act.ts";
import type { DisputeStatus } from "../../../contracts/payments/statuses.ts";
import type {
  VendorCheckout,
  VendorCustomer,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askStripe, askStripeFor } from "./ask-stripe.ts";
import { isSessionId } from "./prepare-stripe.ts";
import { operationKey } from "./stripe-marks.ts";
import {
  checkoutOf,
  customerOf,
  keptPriceOf,
  metadataOf,
  orderOf,
  refundOf,
  sessionOrderOf,
  subscriptionOf,
} from "./stripe-objects.ts";
import { stripeRequest } from "./stripe-request.ts";
import { disputeStatus } from "./stripe-words.ts";

/** Stripe lists as many on a page at most. */
const pageSize = 100;

const read = async (kind: string, io: VendorIo, call: (stripe: Stripe) => Promise<unknown>): Promise<JsonRecord> =>
  (await askStripeFor(await stripeRequest(call), kind, io)).document;

const list = async (io: VendorIo, call: (stripe: Stripe) => Promise<unknown>): Promise<readonly JsonRecord[]> =>
  arrayAt((await askStripe(await stripeRequest(call), io)).document, "data").filter(isRecord);

/** Only a charge that says so is asked after: how its dispute stands is on the dispute alone. */
const disputeOf = async (intent: JsonRecord | undefined, io: VendorIo): Promise<DisputeStatus> => {
  const paymentId = wordAt(intent, "id");
  if (paymentId === undefined || recordAt(intent, "latest_charge")?.["disputed"] !== true) return "none";
  const [dispute] = await list(io, (stripe) => stripe.disputes.list({ payment_intent: paymentId, limit: 1 }));
  return disputeStatus(wordAt(dispute, "status"));
};

const charge = "latest_charge.balance_transaction";

export const readCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> => {
  const expand = [`payment_intent.${charge}`];
  return checkoutOf(await read("checkout.session", io, (stripe) => stripe.checkout.sessions.retrieve(id, { expand })));
};

export const readOrder = async (id: string, io: VendorIo): Promise<VendorOrder> => {
  if (isSessionId(id)) {
    const expand = [`payment_intent.${charge}`];
    const session = await read("checkout.session", io, (stripe) => stripe.checkout.sessions.retrieve(id, { expand }));
    return sessionOrderOf(session, await disputeOf(recordAt(session, "payment_intent"), io));
  }
  const intent = await read("payment_intent", io, (stripe) => stripe.paymentIntents.retrieve(id, { expand: [charge] }));
  return orderOf(intent, await disputeOf(intent, io));
};

export const readRefund = async (id: string, io: VendorIo): Promise<VendorRefund> =>
  refundOf(await read("refund", io, (stripe) => stripe.refunds.retrieve(id)));

const mostPages = 100;

/** All of them: what is not read would count as not refunded. */
export const listRefunds = async ({ paymentId }: PaidObject, io: VendorIo): Promise<readonly ListedRefund[]> => {
  const refunds: ListedRefund[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const after = refunds.at(-1)?.providerObjectId;
    const request = await stripeRequest((stripe) =>
      stripe.refunds.list({
        payment_intent: paymentId,
        limit: pageSize,
        ...(after === undefined ? {} : { starting_after: after }),
      }),
    );
    const { document } = await askStripe(request, io);
    for (const refund of arrayAt(document, "data").filter(isRecord))
      refunds.push({ ...refundOf(refund), operationId: metadataOf(refund)[operationKey] });
    if (document["has_more"] !== true) return refunds;
  }
  throw new Error(`more than ${mostPages * pageSize} refunds of a payment`);
};

export const readSubscription = async (id: string, io: VendorIo): Promise<VendorSubscription> =>
  subscriptionOf(await read("subscription", io, (stripe) => stripe.subscriptions.retrieve(id)));

/** One that was deleted is still found by its id, with nothing but that. */
export const readCustomer = async (id: string, io: VendorIo): Promise<VendorCustomer> =>
  customerOf(await read("customer", io, (stripe) => stripe.customers.retrieve(id)));

export const readSubscriptions = async (
  { customerId, status, limit, after }: SubscriptionQuery,
  io: VendorIo,
): Promise<VendorPage<VendorSubscription>> => {
  const request = await stripeRequest((stripe) =>
    stripe.subscriptions.list({
      customer: customerId,
      status: status ?? "all",
      limit,
      ...(after === undefined ? {} : { starting_after: after }),
    }),
  );
  const { document } = await askStripe(request, io);
  return { data: arrayAt(document, "data").filter(isRecord).map(subscriptionOf), more: document["has_more"] === true };
};

export const readPrice = async (id: string, io: VendorIo): Promise<KeptPrice | undefined> =>
  keptPriceOf(await read("price", io, (stripe) => stripe.prices.retrieve(id)));
