import { amountOf, paypalFee } from "./paypal-money.ts";
import type { Authorization, Capture, Order, PaypalStore, PaypalPlan, Refund, Subscription } from "./paypal-store.ts";

/** Where the emulator and its pages are. */
export interface Site {
  readonly origin: string;
}

const day = 86_400_000;
export const payerId = "QYR5Z8XDVJNXQ";

const moment = (ms: number): string => new Date(ms).toISOString();

const link = (rel: string, href: string, method: string) => ({ href, rel, method });

const selfLinks = (site: Site, path: string, orderId: string) => [
  link("self", `${site.origin}${path}`, "GET"),
  link("up", `${site.origin}/v2/checkout/orders/${orderId}`, "GET"),
];

export const renderAuthorization = (order: Order, one: Authorization, site: Site) => ({
  id: one.id,
  status: one.status,
  amount: amountOf(one),
  ...(order.customId === null ? {} : { custom_id: order.customId }),
  seller_protection: { status: "ELIGIBLE", dispute_categories: ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"] },
  expiration_time: moment(one.createdMs + 29 * day),
  create_time: moment(one.createdMs),
  update_time: moment(one.createdMs),
  links: selfLinks(site, `/v2/payments/authorizations/${one.id}`, order.id),
});

/** A status changes with the refunds of a capture. */
const statusOf = (order: Order, one: Capture): string => {
  if (one.status !== "COMPLETED") return one.status;
  const refunded = order.refunds
    .filter(({ captureId }) => captureId === one.id)
    .reduce((sum, { units }) => sum + units, 0);
  return refunded === 0 ? "COMPLETED" : refunded < one.units ? "PARTIALLY_REFUNDED" : "REFUNDED";
};

const reasonOf: Readonly<Record<string, string>> = { PENDING: "ECHECK", DECLINED: "OTHER" };

export const renderCapture = (order: Order, one: Capture, site: Site) => {
  const { units, currency } = one;
  const reason = order.funding === "disputed" && one.status === "PENDING" ? "BUYER_COMPLAINT" : reasonOf[one.status];
  const fee = paypalFee(units);
  return {
    id: one.id,
    status: statusOf(order, one),
    ...(reason === undefined ? {} : { status_details: { reason } }),
    amount: amountOf(one),
    final_capture: one.final,
    ...(order.customId === null ? {} : { custom_id: order.customId }),
    seller_protection: { status: "ELIGIBLE", dispute_categories: ["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"] },
    ...(one.status === "COMPLETED"
      ? {
          seller_receivable_breakdown: {
            gross_amount: amountOf(one),
            paypal_fee: amountOf({ units: fee, currency }),
            net_amount: amountOf({ units: Math.max(units - fee, 0), currency }),
          },
        }
      : {}),
    create_time: moment(one.createdMs),
    update_time: moment(one.createdMs),
    links: selfLinks(site, `/v2/payments/captures/${one.id}`, order.id),
  };
};

export const renderRefund = (order: Order, one: Refund, site: Site) => ({
  id: one.id,
  status: one.status,
  amount: amountOf(one),
  ...(one.customId === null ? {} : { custom_id: one.customId }),
  ...(one.note === null ? {} : { note_to_payer: one.note }),
  seller_payable_breakdown: {
    gross_amount: amountOf(one),
    paypal_fee: amountOf({ units: 0, currency: one.currency }),
    net_amount: amountOf(one),
    total_refunded_amount: amountOf({
      currency: one.currency,
      units: order.refunds
        .filter(({ captureId }) => captureId === one.captureId)
        .reduce((sum, { units }) => sum + units, 0),
    }),
  },
  create_time: moment(one.createdMs),
  update_time: moment(one.createdMs),
  links: selfLinks(site, `/v2/payments/refunds/${one.id}`, order.id),
});

const orderLinks = (order: Order, site: Site) => {
  const self = `${site.origin}/v2/checkout/orders/${order.id}`;
  const page = `${site.origin}/checkoutnow?token=${order.id}`;
  const verb = order.intent.toLowerCase();
  switch (order.status) {
    case "CREATED":
      return [link("self", self, "GET"), link("approve", page, "GET"), link(verb, `${self}/${verb}`, "POST")];
    case "PAYER_ACTION_REQUIRED":
      return [link("self", self, "GET"), link("payer-action", page, "GET")];
    case "APPROVED":
      return [link("self", self, "GET"), link(verb, `${self}/${verb}`, "POST")];
    default:
      return [link("self", self, "GET")];
  }
};

export const renderOrder = (order: Order, site: Site) => {
  const { authorizations, captures, refunds } = order;
  const payments = {
    ...(authorizations.length === 0
      ? {}
      : { authorizations: authorizations.map((one) => renderAuthorization(order, one, site)) }),
    ...(captures.length === 0 ? {} : { captures: captures.map((one) => renderCapture(order, one, site)) }),
    ...(refunds.length === 0 ? {} : { refunds: refunds.map((one) => renderRefund(order, one, site)) }),
  };
  return {
    id: order.id,
    intent: order.intent,
    status: order.status,
    ...(order.email === null
      ? order.wallet
        ? { payment_source: { paypal: {} } }
        : {}
      : {
          payment_source: {
            paypal: { email_address: order.email, account_id: payerId, account_status: "VERIFIED" },
          },
          payer: { email_address: order.email, payer_id: payerId },
        }),
    purchase_units: [
      {
        reference_id: order.referenceId,
        amount: {
          ...amountOf(order),
          ...(order.items.length === 0 ? {} : { breakdown: { item_total: amountOf(order) } }),
        },
        ...(order.description === null ? {} : { description: order.description }),
        ...(order.customId === null ? {} : { custom_id: order.customId }),
        ...(order.items.length === 0 ? {} : { items: order.items }),
        ...(Object.keys(payments).length === 0 ? {} : { payments }),
      },
    ],
    create_time: moment(order.createdMs),
    links: orderLinks(order, site),
  };
};

const scheme = (plan: PaypalPlan) => ({ fixed_price: amountOf(plan.price) });

export const planOf = (plan: PaypalPlan) => ({
  id: plan.id,
  product_id: "PROD-SANDBOX",
  name: plan.name,
  status: "ACTIVE",
  billing_cycles: [
    ...(plan.trial
      ? [
          {
            frequency: { interval_unit: "MONTH", interval_count: 1 },
            tenure_type: "TRIAL",
            sequence: 1,
            total_cycles: 1,
          },
        ]
      : []),
    {
      frequency: { interval_unit: plan.interval, interval_count: 1 },
      tenure_type: "REGULAR",
      sequence: plan.trial ? 2 : 1,
      total_cycles: 0,
      pricing_scheme: scheme(plan),
    },
  ],
  payment_preferences: { auto_bill_outstanding: true, payment_failure_threshold: 1 },
  quantity_supported: true,
});

/** What a change that was asked for is answered with: the page on which the payer approves it. */
export const renderRevision = ({ id, planId, quantity, revision }: Subscription, site: Site) => ({
  plan_id: revision?.planId ?? planId,
  quantity: String(revision?.quantity ?? quantity),
  plan_overridden: false,
  links: [
    link("approve", `${site.origin}/webapps/billing/subscriptions/update?ba_token=BA-${id}`, "GET"),
    link("self", `${site.origin}/v1/billing/subscriptions/${id}`, "GET"),
  ],
});

const cycleMs = { MONTH: 30 * day, YEAR: 365 * day } as const;

export const renderSubscription = (store: PaypalStore, one: Subscription, site: Site) => {
  const plan = store.plans.get(one.planId);
  const currency = plan?.price.currency ?? "USD";
  const active = one.status === "ACTIVE";
  return {
    id: one.id,
    plan_id: one.planId,
    status: one.status,
    status_update_time: moment(one.changedMs),
    ...(one.note === null ? {} : { status_change_note: one.note }),
    start_time: moment(one.createdMs),
    quantity: String(one.quantity),
    ...(one.customId === null ? {} : { custom_id: one.customId }),
    ...(one.email === null ? {} : { subscriber: { email_address: one.email, payer_id: payerId } }),
    ...(one.status === "APPROVAL_PENDING"
      ? {}
      : {
          billing_info: {
            outstanding_balance: amountOf({ units: 0, currency }),
            failed_payments_count: 0,
            ...(one.lastPayment === null
              ? {}
              : { last_payment: { amount: amountOf(one.lastPayment), time: moment(one.lastPayment.atMs) } }),
            ...(active ? { next_billing_time: moment(one.createdMs + cycleMs[plan?.interval ?? "MONTH"]) } : {}),
          },
        }),
    create_time: moment(one.createdMs),
    links:
      one.status === "APPROVAL_PENDING"
        ? [
            link("approve", `${site.origin}/webapps/billing/subscriptions?ba_token=BA-${one.id}`, "GET"),
            link("self", `${site.origin}/v1/billing/subscriptions/${one.id}`, "GET"),
          ]
        : [link("self", `${site.origin}/v1/billing/subscriptions/${one.id}`, "GET")],
  };
};
