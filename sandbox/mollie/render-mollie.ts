import { mollieAmount } from "./mollie-money.ts";
import { capturedOf } from "./mollie-payments.ts";
import type {
  MollieCapture,
  MollieCustomer,
  MolliePayment,
  MollieRefund,
  MollieStore,
  MollieSubscription,
} from "./mollie-store.ts";

const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

const day = (ms: number): string => moment(ms).slice(0, 10);

const hal = (href: string) => ({ href, type: "application/hal+json" });
/** Beside every object, and every page of a list. */
export const documented = { documentation: { href: "https://docs.mollie.com/reference/overview", type: "text/html" } };

export const renderMollieCapture = (payment: MolliePayment, one: MollieCapture, site: string) => ({
  resource: "capture",
  id: one.id,
  mode: "test",
  amount: mollieAmount(one),
  status: one.status,
  metadata: one.metadata,
  paymentId: payment.id,
  createdAt: moment(one.createdMs),
  _links: {
    self: hal(`${site}/v2/payments/${payment.id}/captures/${one.id}`),
    payment: hal(`${site}/v2/payments/${payment.id}`),
    ...documented,
  },
});

export const renderMollieRefund = (payment: MolliePayment, one: MollieRefund, site: string) => ({
  resource: "refund",
  id: one.id,
  mode: "test",
  amount: mollieAmount(one),
  status: one.status,
  description: one.description,
  metadata: one.metadata,
  paymentId: payment.id,
  createdAt: moment(one.createdMs),
  _links: {
    self: hal(`${site}/v2/payments/${payment.id}/refunds/${one.id}`),
    payment: hal(`${site}/v2/payments/${payment.id}`),
    ...documented,
  },
});

const embeds = (payment: MolliePayment, site: string, names: readonly string[]) => ({
  ...(names.includes("captures")
    ? { captures: payment.captures.map((one) => renderMollieCapture(payment, one, site)) }
    : {}),
  ...(names.includes("refunds")
    ? { refunds: payment.refunds.map((one) => renderMollieRefund(payment, one, site)) }
    : {}),
});

export const renderMolliePayment = (
  store: MollieStore,
  payment: MolliePayment,
  site: string,
  names: readonly string[] = [],
) => {
  const { currency, status } = payment;
  const captured = capturedOf(payment);
  const refunded = payment.refunds.reduce((sum, { units }) => sum + units, 0);
  const money = (units: number) => mollieAmount({ units, currency });
  return {
    resource: "payment",
    id: payment.id,
    mode: "test",
    amount: mollieAmount(payment),
    ...(captured === 0
      ? {}
      : {
          amountRefunded: money(refunded),
          amountRemaining: money(captured - refunded),
          amountCaptured: money(captured),
        }),
    ...(payment.chargedBack === 0 ? {} : { amountChargedBack: money(payment.chargedBack) }),
    description: payment.description,
    redirectUrl: payment.redirectUrl,
    cancelUrl: payment.cancelUrl,
    method: status === "open" ? null : "creditcard",
    metadata: payment.metadata,
    captureMode: payment.captureMode,
    sequenceType: payment.sequenceType,
    profileId: "pfl_QkEhN94Ba",
    ...(payment.customerId === null ? {} : { customerId: payment.customerId }),
    status,
    isCancelable: status === "open" && payment.isCancelable,
    createdAt: moment(payment.createdMs),
    ...(status === "open" ? { expiresAt: moment(store.expiryOf(payment)) } : {}),
    ...(names.length === 0 ? {} : { _embedded: embeds(payment, site, names) }),
    _links: {
      self: hal(`${site}/v2/payments/${payment.id}`),
      ...(status === "open"
        ? { checkout: { href: `${site}/checkout/select-method/${payment.id.slice(3)}`, type: "text/html" } }
        : {}),
      dashboard: { href: `https://www.mollie.com/dashboard/org_1/payments/${payment.id}`, type: "text/html" },
      ...documented,
    },
  };
};

export const renderMollieCustomer = (one: MollieCustomer, site: string) => ({
  resource: "customer",
  id: one.id,
  mode: "test",
  name: one.name,
  email: one.email,
  locale: null,
  metadata: one.metadata,
  createdAt: moment(one.createdMs),
  _links: {
    self: hal(`${site}/v2/customers/${one.id}`),
    dashboard: { href: `https://www.mollie.com/dashboard/org_1/customers/${one.id}`, type: "text/html" },
    ...documented,
  },
});

const monthMs = 30 * 86_400_000;

export const renderMollieSubscription = (one: MollieSubscription, site: string) => ({
  resource: "subscription",
  id: one.id,
  mode: "test",
  status: one.status,
  amount: mollieAmount(one.amount),
  times: null,
  timesRemaining: null,
  interval: one.interval,
  startDate: day(one.createdMs),
  nextPaymentDate: one.status === "active" ? day(one.createdMs + monthMs) : null,
  description: one.description,
  method: null,
  metadata: one.metadata,
  webhookUrl: null,
  customerId: one.customerId,
  createdAt: moment(one.createdMs),
  ...(one.canceledMs === null ? {} : { canceledAt: moment(one.canceledMs) }),
  _links: {
    self: hal(`${site}/v2/customers/${one.customerId}/subscriptions/${one.id}`),
    customer: hal(`${site}/v2/customers/${one.customerId}`),
    profile: hal(`${site}/v2/profiles/pfl_QkEhN94Ba`),
    ...documented,
  },
});
