import type { MeterUsage } from "../../../contracts/payments/payments-vendor.ts";
import { ProviderError, type VendorIo } from "../../../contracts/vendor-call.ts";
import { wordAt } from "../../_wire/json.ts";
import { askStripe } from "./ask-stripe.ts";
import { stripeRequest } from "./stripe-request.ts";

const unreadable = (): ProviderError =>
  new ProviderError({
    kind: "unknown",
    doubt: "unreadable",
    code: "PROVIDER_BAD_RESPONSE",
    about: "route",
    status: 200,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "The vendor's answer could not be understood.",
  });

/**
 * One event of a meter. Stripe counts an identifier once within at least 24 hours, and takes events of the past 35 days.
 * Without an idempotency key: under one, Stripe would repeat its own error 500 for as long.
 * https://docs.stripe.com/api/billing/meter-event/create
 */
export const tellUsage = async (
  { identifier, eventName, customerId, value, at }: MeterUsage,
  io: VendorIo,
): Promise<void> => {
  const request = await stripeRequest((stripe) =>
    stripe.billing.meterEvents.create({
      event_name: eventName,
      identifier,
      payload: { stripe_customer_id: customerId, value: value.toString() },
      timestamp: Math.floor(at.getTime() / 1_000),
    }),
  );
  const { document } = await askStripe(request, io);
  if (wordAt(document, "identifier") !== identifier) throw unreadable();
};
