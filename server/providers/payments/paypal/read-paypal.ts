import type { KeptPrice } from "../../../contracts/payments/payment-act.ts";
import type { ListedRefund, PaidObject } from "../../../contracts/payments/payments-vendor.ts";
import type {
  VendorCheckout,
  VendorOrder,
  VendorRefund,
  VendorSubscription,
} from "../../../contracts/payments/vendor-objects.ts";
import { ProviderError, type VendorIo } from "../../../contracts/vendor-call.ts";
import { wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askPaypalFor } from "./ask-paypal.ts";
import { paypalCheckoutOf, isSubscriptionId, planPriceOf, paypalSubscriptionOf } from "./paypal-checkouts.ts";
import { readMark } from "./paypal-marks.ts";
import { moneyOf, paypalOrderOf, paypalRefundOf } from "./paypal-objects.ts";
import { readOf } from "./paypal-request.ts";

const read = async (path: string, id: string, io: VendorIo): Promise<JsonRecord> =>
  (await askPaypalFor(readOf({ path, values: { id } }), io)).document;

const gone = "RESOURCE_NOT_FOUND";

/** PayPal forgets an order that nobody has paid: after three hours at the earliest. What was paid it keeps. */
const forgotten = (id: string): JsonRecord => ({ id, status: gone });

/** An order; one that PayPal has forgotten is one that nobody can pay any more. */
export const readOrderDocument = async (id: string, io: VendorIo): Promise<JsonRecord> => {
  try {
    return await read("/v2/checkout/orders/{id}", id, io);
  } catch (error) {
    const { reason, status } = error instanceof ProviderError ? error.failure : {};
    if (status === 404 && reason?.type === gone) return forgotten(id);
    throw error;
  }
};

export const readSubscriptionDocument = (id: string, io: VendorIo): Promise<JsonRecord> =>
  read("/v1/billing/subscriptions/{id}", id, io);

export const readPaypalCheckout = async (id: string, io: VendorIo): Promise<VendorCheckout> => {
  const document = isSubscriptionId(id) ? readSubscriptionDocument(id, io) : readOrderDocument(id, io);
  return paypalCheckoutOf(await document, io.baseUrl);
};

export const readPaypalOrder = async (id: string, io: VendorIo): Promise<VendorOrder> =>
  paypalOrderOf(await readOrderDocument(id, io), io.baseUrl);

export const readPaypalRefund = async (id: string, io: VendorIo): Promise<VendorRefund> =>
  paypalRefundOf(await read("/v2/payments/refunds/{id}", id, io));

/** Refunds are listed on the order, those of the dashboard too. */
export const listPaypalRefunds = async ({ objectId }: PaidObject, io: VendorIo): Promise<readonly ListedRefund[]> => {
  const { refunds } = moneyOf(await readOrderDocument(objectId, io));
  return refunds.map((refund) => ({
    ...paypalRefundOf(refund),
    operationId: readMark(wordAt(refund, "custom_id")).operationId,
  }));
};

export const readPaypalSubscription = async (id: string, io: VendorIo): Promise<VendorSubscription> =>
  paypalSubscriptionOf(await readSubscriptionDocument(id, io), io.baseUrl);

export const readPlanPrice = async (id: string, io: VendorIo): Promise<KeptPrice | undefined> =>
  planPriceOf(await read("/v1/billing/plans/{id}", id, io));
