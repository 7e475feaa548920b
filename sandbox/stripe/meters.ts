import { formOf, formTextOf, type FormObject } from "./params.ts";
import { invalidRequest } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

const day = 86_400;
const pastDays = 35;
const futureSeconds = 300;

/** https://docs.stripe.com/api/billing/meter/create */
export const makeMeter = (store: StripeStore, form: FormObject): Thing => {
  const eventName = formTextOf(form, "event_name") ?? "";
  if (store.all("billing.meter").some((meter) => meter["event_name"] === eventName && meter["status"] === "active"))
    throw invalidRequest(`There is already an active meter with the event name ${eventName}.`, { param: "event_name" });
  return store.put("mtr", "billing.meter", {
    display_name: formTextOf(form, "display_name") ?? null,
    event_name: eventName,
    default_aggregation: { formula: formTextOf(formOf(form, "default_aggregation"), "formula") ?? "sum" },
    customer_mapping: { type: "by_id", event_payload_key: "stripe_customer_id" },
    value_settings: { event_payload_key: "value" },
    status: "active",
  });
};

/** https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api */
export const takeMeterEvent = (store: StripeStore, form: FormObject): unknown => {
  const now = store.now();
  const eventName = formTextOf(form, "event_name") ?? "";
  const payload = formOf(form, "payload");
  const customer = formTextOf(payload, "stripe_customer_id") ?? "";
  const value = formTextOf(payload, "value") ?? "";
  const identifier = formTextOf(form, "identifier") ?? store.newId("idmp");
  const timestamp = Number(formTextOf(form, "timestamp") ?? now);
  if (!store.all("billing.meter").some((meter) => meter["event_name"] === eventName && meter["status"] === "active"))
    throw invalidRequest(`No active meter found for event name ${eventName}.`, { param: "event_name" });
  if (!/^-?\d{1,15}$/.test(value))
    throw invalidRequest("The value of a meter event is a whole number of at most 15 digits.", {
      code: "meter_event_invalid_value",
      param: "payload[value]",
    });
  if (store.of("customer", customer) === undefined)
    throw invalidRequest(`No such customer: '${customer}'`, {
      code: "meter_event_customer_not_found",
      param: "payload[stripe_customer_id]",
    });
  if (timestamp < now - pastDays * day)
    throw invalidRequest("The timestamp must be within the past 35 calendar days.", {
      code: "timestamp_too_far_in_past",
      param: "timestamp",
    });
  if (timestamp > now + futureSeconds)
    throw invalidRequest("The timestamp may be at most 5 minutes in the future.", {
      code: "timestamp_in_future",
      param: "timestamp",
    });
  if (store.usage.isKnown(identifier, now))
    throw invalidRequest(`An event already exists with identifier ${identifier}.`);
  store.usage.count({ identifier, eventName, customer, value: BigInt(value), at: timestamp }, now);
  return {
    object: "billing.meter_event",
    created: now,
    event_name: eventName,
    identifier,
    livemode: false,
    payload: { stripe_customer_id: customer, value },
    timestamp,
  };
};
