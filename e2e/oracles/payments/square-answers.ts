import { operationId } from "../../../test/adapter-io.ts";
import { type SdkOracle } from "./sdk-twin.ts";

const openOrder = "OPENORDER";
const linkId = "LINK00000001";
const linked = `${openOrder}-${linkId}`;
const paidOrder = "PAIDORDER";
const paymentId = "PAYMENT1";
const refundId = "REFUND1";
const customerId = "CUSTOMER1";
const subscriptionId = "SUBSCRIPTION1";

const answered = {
  order: (id: string) => ({
    id,
    location_id: "L1",
    reference_id: operationId,
    state: "OPEN",
    total_money: { amount: 10_000, currency: "USD" },
    ...(id === paidOrder ? { tenders: [{ id: paymentId, type: "CARD", payment_id: paymentId }] } : {}),
  }),
  link: {
    id: linkId,
    version: 1,
    order_id: openOrder,
    url: "https://square.link/u/a",
    long_url: "https://squareup.com/a",
  },
  payment: {
    id: paymentId,
    status: "COMPLETED",
    order_id: paidOrder,
    reference_id: operationId,
    amount_money: { amount: 10_000, currency: "USD" },
    refund_ids: [refundId],
  },
  refund: {
    id: refundId,
    status: "PENDING",
    amount_money: { amount: 2_500, currency: "USD" },
    payment_id: paymentId,
    reason: `Paid twice (${operationId})`,
  },
  customer: { id: customerId, email_address: "payer@example.com", reference_id: `${operationId}|org_a|srv_shop` },
  subscription: { id: subscriptionId, status: "ACTIVE", customer_id: customerId, canceled_date: "2027-01-01" },
};

const answers: readonly (readonly [RegExp, (id: string) => object])[] = [
  [/^GET \/v2\/online-checkout\/payment-links$/, () => ({ payment_links: [answered.link] })],
  [/^DELETE \/v2\/online-checkout\/payment-links\//, () => ({ id: linkId, cancelled_order_id: openOrder })],
  [
    /\/v2\/online-checkout\/payment-links/,
    () => ({ payment_link: answered.link, related_resources: { orders: [answered.order(openOrder)] } }),
  ],
  [/\/v2\/orders\/search$/, () => ({ orders: [answered.order(openOrder)] })],
  [/\/v2\/orders(?:\/(\w+))?$/, (id) => ({ order: answered.order(id === "" ? openOrder : id) })],
  [/\/v2\/payments\/cancel$/, () => ({})],
  [/\/v2\/payments/, () => ({ payment: answered.payment })],
  [/\/v2\/refunds/, () => ({ refund: answered.refund })],
  [/\/v2\/customers\/search$/, () => ({ customers: [answered.customer] })],
  [/\/v2\/customers/, () => ({ customer: answered.customer })],
  [/\/v2\/subscriptions\/search$/, () => ({ subscriptions: [answered.subscription] })],
  [/\/v2\/subscriptions/, () => ({ subscription: answered.subscription })],
];

/** What there is. */
export const squareIds = {
  openOrder,
  linkId,
  linked,
  paidOrder,
  paymentId,
  refundId,
  customerId,
  subscriptionId,
} as const;

/** A success for each request, as Square's reference shows it: https://developer.squareup.com/reference/square */
export const squareAnswer: SdkOracle["answer"] = ({ method, path }) => {
  for (const [pattern, document] of answers) {
    const match = pattern.exec(`${method} ${path}`);
    if (match !== null) return { status: 200, document: document(match[1] ?? "") };
  }
  return undefined;
};
