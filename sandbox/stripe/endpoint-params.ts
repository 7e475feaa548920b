import type { Param, FormParams } from "./params.ts";

const text = (most = 5_000): Param => ({ is: "text", most });
const id = (prefix: string): Param => ({ is: "text", most: 255, matches: new RegExp(`^${prefix}_\\w+$`) });
const integer = (least = 0, most?: number): Param => ({
  is: "integer",
  least,
  ...(most === undefined ? {} : { most }),
});
const word = (...of: readonly string[]): Param => ({ is: "word", of });
const metadata: Param = { is: "metadata" };
const expand: Param = { is: "list", of: text(), most: 20 };
const currency: Param = { is: "text", matches: /^[a-z]{3}$/ };

const productData: Param = {
  is: "object",
  of: { name: text(250), description: text(), metadata, images: { is: "list", of: text(), most: 8 } },
  required: ["name"],
};
const recurring: Param = {
  is: "object",
  of: {
    interval: word("day", "week", "month", "year"),
    interval_count: integer(1, 36),
    usage_type: word("licensed", "metered"),
  },
  required: ["interval"],
};

const priceData: Param = {
  is: "object",
  of: { currency, unit_amount: integer(), product: id("prod"), product_data: productData, recurring },
  required: ["currency"],
};

/** The endpoints that the emulator has, each with all that its documentation lists of what Nexus can send, and a little more. */
export const endpointParams = {
  // https://docs.stripe.com/api/checkout/sessions/create; `payment_method_types` is gone since 2026-10-28.endive.
  createSession: {
    mode: word("payment", "subscription", "setup"),
    line_items: {
      is: "list",
      most: 100,
      of: { is: "object", of: { price: id("price"), price_data: priceData, quantity: integer(0, 999_999_999) } },
    },
    success_url: text(),
    cancel_url: text(),
    client_reference_id: text(200),
    customer: id("cus"),
    customer_email: { is: "text", most: 800, matches: /^[^@\s]+@[^@\s]+$/ },
    expires_at: integer(),
    metadata,
    payment_intent_data: {
      is: "object",
      of: {
        metadata,
        capture_method: word("automatic", "automatic_async", "manual"),
        description: text(1_000),
        receipt_email: text(800),
      },
    },
    subscription_data: { is: "object", of: { metadata, description: text(500), trial_period_days: integer(1, 730) } },
    locale: text(10),
    allow_promotion_codes: { is: "boolean" },
    expand,
  },
  // https://docs.stripe.com/api/payment_intents/create
  createIntent: {
    amount: integer(1, 99_999_999),
    currency,
    capture_method: word("automatic", "automatic_async", "manual"),
    description: text(1_000),
    receipt_email: text(800),
    customer: id("cus"),
    metadata,
    confirm: { is: "boolean" },
    payment_method: id("pm"),
    automatic_payment_methods: {
      is: "object",
      of: { enabled: { is: "boolean" }, allow_redirects: word("always", "never") },
      required: ["enabled"],
    },
    expand,
  },
  confirmIntent: { payment_method: id("pm"), return_url: text(), expand },
  captureIntent: { amount_to_capture: integer(1, 99_999_999), metadata, final_capture: { is: "boolean" }, expand },
  cancelIntent: { cancellation_reason: word("duplicate", "fraudulent", "requested_by_customer", "abandoned"), expand },
  makeRefund: {
    payment_intent: id("pi"),
    charge: id("ch"),
    amount: integer(1, 99_999_999),
    reason: word("duplicate", "fraudulent", "requested_by_customer"),
    metadata,
    expand,
  },
  createPrice: {
    currency,
    unit_amount: integer(),
    product: id("prod"),
    product_data: productData,
    recurring,
    metadata,
    expand,
  },
  // https://docs.stripe.com/api/customers/create
  createCustomer: {
    email: { is: "text", most: 512, matches: /^[^@\s]+@[^@\s]+$/ },
    name: text(256),
    description: text(350),
    metadata,
    expand,
  },
  // https://docs.stripe.com/api/customer_portal/sessions/create
  createPortal: { customer: id("cus"), return_url: text(), configuration: id("bpc"), locale: text(10), expand },
  // https://docs.stripe.com/api/billing/meter/create
  createMeter: {
    display_name: text(250),
    event_name: text(100),
    default_aggregation: { is: "object", of: { formula: word("count", "sum", "last") }, required: ["formula"] },
    customer_mapping: { is: "object", of: { type: word("by_id"), event_payload_key: text(100) } },
    value_settings: { is: "object", of: { event_payload_key: text(100) } },
    expand,
  },
  // https://docs.stripe.com/api/billing/meter-event/create
  createMeterEvent: {
    event_name: text(100),
    identifier: text(100),
    payload: {
      is: "object",
      of: { stripe_customer_id: text(255), value: text(40) },
      required: ["stripe_customer_id", "value"],
    },
    timestamp: integer(),
    expand,
  },
  // https://docs.stripe.com/api/subscriptions/update
  updateSubscription: {
    items: {
      is: "list",
      most: 20,
      of: {
        is: "object",
        of: { id: id("si"), price: id("price"), quantity: integer(0, 999_999_999), deleted: { is: "boolean" } },
      },
    },
    proration_behavior: word("create_prorations", "always_invoice", "none"),
    cancel_at_period_end: { is: "boolean" },
    metadata,
    expand,
  },
  cancelSubscription: { invoice_now: { is: "boolean" }, prorate: { is: "boolean" }, expand },
  listSubscriptions: {
    customer: id("cus"),
    status: word(
      "all",
      "ended",
      "incomplete",
      "incomplete_expired",
      "trialing",
      "active",
      "past_due",
      "unpaid",
      "paused",
      "canceled",
    ),
    price: id("price"),
    created: { is: "object", of: { gt: integer(), gte: integer(), lt: integer(), lte: integer() } },
    limit: integer(1, 100),
    starting_after: text(255),
    ending_before: text(255),
    expand,
  },
  // https://docs.stripe.com/api/payment_links/payment_links/create
  createPaymentLink: {
    line_items: {
      is: "list",
      most: 20,
      of: { is: "object", of: { price: id("price"), price_data: priceData, quantity: integer(0, 999_999_999) } },
    },
    after_completion: {
      is: "object",
      of: {
        type: word("redirect", "hosted_confirmation"),
        redirect: { is: "object", of: { url: text() }, required: ["url"] },
        hosted_confirmation: { is: "object", of: { custom_message: text(500) } },
      },
      required: ["type"],
    },
    restrictions: {
      is: "object",
      of: { completed_sessions: { is: "object", of: { limit: integer(1) }, required: ["limit"] } },
      required: ["completed_sessions"],
    },
    metadata,
    payment_intent_data: {
      is: "object",
      of: { metadata, capture_method: word("automatic", "automatic_async", "manual"), description: text(1_000) },
    },
    subscription_data: { is: "object", of: { metadata, description: text(500), trial_period_days: integer(1, 730) } },
    inactive_message: text(500),
    expand,
  },
  // https://docs.stripe.com/api/payment_links/payment_links/update
  changePaymentLink: { active: { is: "boolean" }, metadata, inactive_message: text(500), expand },
  listPaymentLinks: {
    active: { is: "boolean" },
    limit: integer(1, 100),
    starting_after: text(255),
    ending_before: text(255),
    expand,
  },
  // https://docs.stripe.com/api/invoices/list
  listInvoices: {
    customer: id("cus"),
    status: word("draft", "open", "paid", "uncollectible", "void"),
    subscription: id("sub"),
    collection_method: word("charge_automatically", "send_invoice"),
    created: { is: "object", of: { gt: integer(), gte: integer(), lt: integer(), lte: integer() } },
    limit: integer(1, 100),
    starting_after: text(255),
    ending_before: text(255),
    expand,
  },
  // https://docs.stripe.com/api/disputes/list
  listDisputes: {
    charge: id("ch"),
    payment_intent: id("pi"),
    created: { is: "object", of: { gt: integer(), gte: integer(), lt: integer(), lte: integer() } },
    limit: integer(1, 100),
    starting_after: text(255),
    ending_before: text(255),
    expand,
  },
  retrieve: { expand },
  list: {
    created: { is: "object", of: { gt: integer(), gte: integer(), lt: integer(), lte: integer() } },
    limit: integer(1, 100),
    starting_after: text(255),
    ending_before: text(255),
    payment_intent: id("pi"),
    customer: id("cus"),
    expand,
  },
  none: { expand },
} as const satisfies Record<string, FormParams>;
