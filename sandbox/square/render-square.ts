import { chargedThrough } from "./square-payments.ts";
import type {
  SquareCustomerRecord,
  SquareLink,
  SquareOrderRecord,
  SquarePaymentRecord,
  SquareRefundRecord,
  SquareStore,
  SquareSubscriptionRecord,
} from "./square-store.ts";

const moment = (ms: number): string => new Date(ms).toISOString();

const day = (ms: number): string => moment(ms).slice(0, 10);

export const squareLocation = "L88917AVBK2S5";

export const renderSquareOrder = (store: SquareStore, one: SquareOrderRecord) => ({
  id: one.id,
  location_id: squareLocation,
  ...(one.referenceId === null ? {} : { reference_id: one.referenceId }),
  ...(one.customerId === null ? {} : { customer_id: one.customerId }),
  line_items: one.lines.map((line, at) => ({ uid: String(at), ...line })),
  metadata: one.metadata,
  state: one.state,
  version: 1,
  total_money: one.total,
  created_at: moment(one.createdMs),
  updated_at: moment(one.createdMs),
  ...(one.paymentIds.length === 0
    ? {}
    : {
        tenders: one.paymentIds.map((id) => ({
          id,
          location_id: squareLocation,
          type: "CARD",
          amount_money: one.total,
          payment_id: id,
          created_at: moment(store.payments.get(id)?.createdMs ?? one.createdMs),
        })),
      }),
});

export const renderSquareLink = (one: SquareLink, site: string) => ({
  id: one.id,
  version: 1,
  ...(one.description === null ? {} : { description: one.description }),
  order_id: one.orderId,
  ...(one.redirectUrl === null ? {} : { checkout_options: { redirect_url: one.redirectUrl } }),
  url: `${site}/u/${one.id}`,
  long_url: `${site}/merchant/checkout/${one.id}`,
  created_at: moment(one.createdMs),
});

/** What Square takes of a payment that is not made in a shop. */
const feeOf = (amount: number): number => Math.round(amount * 0.029) + 30;

export const renderSquarePayment = (one: SquarePaymentRecord) => {
  const { currency } = one.money;
  const refunded = one.refunds.reduce((sum, { money }) => sum + money.amount, 0);
  return {
    id: one.id,
    created_at: moment(one.createdMs),
    updated_at: moment(one.createdMs),
    amount_money: one.money,
    total_money: one.money,
    ...(one.status === "APPROVED" ? { approved_money: one.money, delay_action: "CANCEL" } : {}),
    ...(one.status === "COMPLETED"
      ? { processing_fee: [{ type: "INITIAL", amount_money: { amount: feeOf(one.money.amount), currency } }] }
      : {}),
    ...(refunded === 0
      ? {}
      : { refunded_money: { amount: refunded, currency }, refund_ids: one.refunds.map(({ id }) => id) }),
    status: one.status,
    source_type: "CARD",
    location_id: squareLocation,
    order_id: one.orderId,
    ...(one.referenceId === null ? {} : { reference_id: one.referenceId }),
  };
};

export const renderSquareRefund = (one: SquareRefundRecord) => ({
  id: one.id,
  status: "COMPLETED",
  location_id: squareLocation,
  amount_money: one.money,
  payment_id: one.paymentId,
  ...(one.reason === null ? {} : { reason: one.reason }),
  created_at: moment(one.createdMs),
  updated_at: moment(one.createdMs),
});

export const renderSquareCustomer = (one: SquareCustomerRecord) => ({
  id: one.id,
  created_at: moment(one.createdMs),
  updated_at: moment(one.createdMs),
  ...(one.name === null ? {} : { given_name: one.name }),
  ...(one.email === null ? {} : { email_address: one.email }),
  ...(one.referenceId === null ? {} : { reference_id: one.referenceId }),
  creation_source: "THIRD_PARTY",
  version: 0,
});

export const renderSquareSubscription = (one: SquareSubscriptionRecord) => ({
  id: one.id,
  location_id: squareLocation,
  plan_variation_id: "6JHXF3B2CW3YKHDV4XEM674H",
  customer_id: one.customerId,
  start_date: day(one.createdMs),
  charged_through_date: day(chargedThrough(one)),
  ...(one.endsMs === null ? {} : { canceled_date: day(one.endsMs) }),
  status: one.status,
  ...(one.override === null ? {} : { price_override_money: one.override }),
  version: 1,
  created_at: moment(one.createdMs),
  timezone: "UTC",
});
