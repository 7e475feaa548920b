import type { SubscriptionQuery, VendorPage } from "../../../contracts/payments/payments-vendor.ts";
import type { VendorSubscription } from "../../../contracts/payments/vendor-objects.ts";

/** A page of all subscriptions of a customer, newest first: of a vendor that lists them by no state. */
export const subscriptionPage = (
  all: readonly VendorSubscription[],
  { status, limit, after }: Omit<SubscriptionQuery, "customerId">,
): VendorPage<VendorSubscription> => {
  const from = all.findIndex(({ providerObjectId }) => providerObjectId === after) + 1;
  const rest = all.slice(from).filter((one) => status === undefined || one.status === status);
  const data = rest.slice(0, limit);
  return { data, next: rest.length > limit ? (data.at(-1)?.providerObjectId ?? null) : null };
};
