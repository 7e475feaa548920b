import type Stripe from "stripe";
import type {
  ListedRefund,
  PaidObject,
  SubscriptionQuery,
  VendorPage,
} from "../../../contracts/payments/payments-vendor.ts";
import type { KeptPrice } from "../../../contracts/payments/payment-act.ts";
import type {
  VendorCheckout,
  VendorCustomer,
  VendorLink,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, type JsonRecord } from "../../_wire/json.ts";
import { askStripe, askStripeFor } from "./ask-stripe.ts";
import { isSessionId } from "./prepare-stripe.ts";
import { disputeOfPayment } from "./stripe-disputes.ts";
import { linkExpand, linkOf } from "./stripe-links.ts";
import { operationKey } from "./stripe-marks.ts";
import {
  checkoutOf,
  customerOf,
  keptPriceOf,
  orderOf,
  refundOf,
  sessionOrderOf,
  subscriptionOf,
} from "./stripe-objects.ts";
import { metadataOf } from "./stripe-fields.ts";
import { stripeRequest } from "./stripe-request.ts";

/** Stripe lists as many on a page at most. */
const pageSize = 100;

const read = async (kind: string, io: VendorIo, call: (stripe: Stripe) => Promise<unknown>): Promise<JsonRecord> =>
  (await askStripeFor(await stripeRequest(call), kind, io)).document;

const charge = "latest_charge.balance_transaction";

export const readCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> => {
  const expand = [`payment_intent.${charge}`];
  const session = await read("checkout.session", io, (stripe) => stripe.checkout.sessions.retrieve(id, { expand }));
  return checkoutOf(session, await disputeOfPayment(recordAt(session, "payment_intent"), io));
};

export const readOrder = async (id: string, io: VendorIo): Promise<VendorOrder> => {
  if (isSessionId(id)) {
    const expand = [`payment_intent.${charge}`];
    const session = await read("checkout.session", io, (stripe) => stripe.checkout.sessions.retrieve(id, { expand }));
    return sessionOrderOf(session, await disputeOfPayment(recordAt(session, "payment_intent"), io));
  }
  const intent = await read("payment_intent", io, (stripe) => stripe.paymentIntents.retrieve(id, { expand: [charge] }));
  return orderOf(intent, await disputeOfPayment(intent, io));
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
  const data = arrayAt(document, "data").filter(isRecord).map(subscriptionOf);
  return { data, next: document["has_more"] === true ? (data.at(-1)?.providerObjectId ?? null) : null };
};

export const readLink = async (id: string, io: VendorIo): Promise<VendorLink> =>
  linkOf(await read("payment_link", io, (stripe) => stripe.paymentLinks.retrieve(id, { expand: linkExpand })));

export const readPrice = async (id: string, io: VendorIo): Promise<KeptPrice | undefined> =>
  keptPriceOf(await read("price", io, (stripe) => stripe.prices.retrieve(id)));
