import type { JsonAsked, JsonEndpoint } from "../acting/json-emulator.ts";
import {
  renderSquareCustomer,
  renderSquareLink,
  renderSquareOrder,
  renderSquarePayment,
  renderSquareRefund,
  renderSquareSubscription,
  squareLocation,
} from "./render-square.ts";
import {
  cancelSquareKey,
  cancelSquarePayment,
  cancelSquareSubscription,
  completeSquarePayment,
  deleteSquareLink,
  makeSquareCustomer,
  makeSquareLink,
  makeSquareOrder,
  makeSquarePayment,
  refundSquarePayment,
} from "./square-payments.ts";
import { unknownAtSquare } from "./square-refusal.ts";
import {
  NoSquareBody,
  NoSquareFields,
  readSquareBody,
  SquareCustomerRequest,
  SquareCustomerSearch,
  SquareKeyRequest,
  SquareLinkRequest,
  SquareOrderRequest,
  SquareOrderSearch,
  SquarePaymentRequest,
  SquareRefundRequest,
  SquareSubscriptionChange,
  SquareSubscriptionSearch,
} from "./square-requests.ts";
import type { SquareStore } from "./square-store.ts";

type Asked = JsonAsked<SquareStore>;

const there = <T>(found: T | undefined, what: string): T => {
  if (found !== undefined) return found;
  throw unknownAtSquare(what);
};

const idOf = ({ at }: Asked): string => at["id"] ?? "";
const linkAt = (asked: Asked) => there(asked.store.links.get(idOf(asked)), "Payment link");
const orderAt = (asked: Asked) => there(asked.store.orders.get(idOf(asked)), "Order");
const paymentAt = (asked: Asked) => there(asked.store.payments.get(idOf(asked)), "Payment");
const subscriptionAt = (asked: Asked) => there(asked.store.subscriptions.get(idOf(asked)), "Subscription");

const ok = (document: object) => ({ status: 200, document });

const pageSize = 100;

/** A page of a list; the cursor is how far it got. */
const page = (name: string, all: readonly object[], cursor: string | null | undefined) => {
  const from = Number(cursor ?? "0");
  const next = from + pageSize;
  return ok({ [name]: all.slice(from, next), ...(next < all.length ? { cursor: String(next) } : {}) });
};

const exactly = (path: string): RegExp => new RegExp(`^${path}$`);
const links = "/v2/online-checkout/payment-links";
const id = "(?<id>[\\w-]+)";

/** https://developer.squareup.com/reference/square */
export const squareEndpoints: readonly JsonEndpoint<SquareStore>[] = [
  {
    method: "GET",
    path: exactly(`/v2/locations/${id}`),
    answer: (asked) =>
      ok({
        location: there(
          idOf(asked) === squareLocation ? { id: squareLocation, name: "Sandbox", status: "ACTIVE" } : undefined,
          "Location",
        ),
      }),
  },
  {
    method: "POST",
    path: exactly(links),
    keyed: true,
    check: ({ body }) => void readSquareBody(SquareLinkRequest, body),
    answer: ({ store, site, body }) => {
      const link = makeSquareLink(store, readSquareBody(SquareLinkRequest, body));
      const order = there(store.orders.get(link.orderId), "Order");
      return ok({
        payment_link: renderSquareLink(link, site),
        related_resources: { orders: [renderSquareOrder(store, order)] },
      });
    },
  },
  {
    method: "GET",
    path: exactly(links),
    answer: ({ store, site, query }) =>
      page(
        "payment_links",
        [...store.links.values()].map((link) => renderSquareLink(link, site)),
        query.get("cursor"),
      ),
  },
  {
    method: "GET",
    path: exactly(`${links}/${id}`),
    answer: (asked) => ok({ payment_link: renderSquareLink(linkAt(asked), asked.site) }),
  },
  {
    method: "DELETE",
    path: exactly(`${links}/${id}`),
    answer: (asked) => {
      const link = linkAt(asked);
      deleteSquareLink(asked.store, link);
      return ok({ id: link.id, cancelled_order_id: link.orderId });
    },
  },
  {
    method: "POST",
    path: exactly("/v2/orders"),
    keyed: true,
    check: ({ body }) => void readSquareBody(SquareOrderRequest, body),
    answer: ({ store, body }) =>
      ok({ order: renderSquareOrder(store, makeSquareOrder(store, readSquareBody(SquareOrderRequest, body))) }),
  },
  {
    method: "POST",
    path: exactly("/v2/orders/search"),
    reads: true,
    answer: ({ store, body }) => {
      const { query, cursor } = readSquareBody(SquareOrderSearch, body);
      const since = Date.parse(query.filter.date_time_filter.created_at.start_at);
      const found = [...store.orders.values()].filter(({ createdMs }) => createdMs >= since).toReversed();
      return page(
        "orders",
        found.map((order) => renderSquareOrder(store, order)),
        cursor,
      );
    },
  },
  {
    method: "GET",
    path: exactly(`/v2/orders/${id}`),
    answer: (asked) => ok({ order: renderSquareOrder(asked.store, orderAt(asked)) }),
  },
  {
    method: "POST",
    path: exactly("/v2/payments"),
    keyed: true,
    check: ({ body }) => void readSquareBody(SquarePaymentRequest, body),
    answer: ({ store, body }) =>
      ok({ payment: renderSquarePayment(makeSquarePayment(store, readSquareBody(SquarePaymentRequest, body))) }),
  },
  {
    method: "POST",
    path: exactly("/v2/payments/cancel"),
    reads: true,
    answer: ({ store, body }) => {
      cancelSquareKey(store, readSquareBody(SquareKeyRequest, body).idempotency_key);
      return ok({});
    },
  },
  {
    method: "GET",
    path: exactly(`/v2/payments/${id}`),
    answer: (asked) => ok({ payment: renderSquarePayment(paymentAt(asked)) }),
  },
  {
    method: "POST",
    path: exactly(`/v2/payments/${id}/complete`),
    check: ({ body }) => void readSquareBody(NoSquareFields, body),
    answer: (asked) => {
      const payment = paymentAt(asked);
      completeSquarePayment(asked.store, payment);
      return ok({ payment: renderSquarePayment(payment) });
    },
  },
  {
    method: "POST",
    path: exactly(`/v2/payments/${id}/cancel`),
    check: ({ body }) => readSquareBody(NoSquareBody, body),
    answer: (asked) => {
      const payment = paymentAt(asked);
      cancelSquarePayment(asked.store, payment);
      return ok({ payment: renderSquarePayment(payment) });
    },
  },
  {
    method: "POST",
    path: exactly("/v2/refunds"),
    keyed: true,
    check: ({ body }) => void readSquareBody(SquareRefundRequest, body),
    answer: ({ store, body }) =>
      ok({ refund: renderSquareRefund(refundSquarePayment(store, readSquareBody(SquareRefundRequest, body))) }),
  },
  {
    method: "GET",
    path: exactly(`/v2/refunds/${id}`),
    answer: (asked) => {
      const all = [...asked.store.payments.values()].flatMap(({ refunds }) => refunds);
      return ok({
        refund: renderSquareRefund(
          there(
            all.find((one) => one.id === idOf(asked)),
            "Refund",
          ),
        ),
      });
    },
  },
  {
    method: "POST",
    path: exactly("/v2/customers"),
    keyed: true,
    check: ({ body }) => void readSquareBody(SquareCustomerRequest, body),
    answer: ({ store, body }) =>
      ok({ customer: renderSquareCustomer(makeSquareCustomer(store, readSquareBody(SquareCustomerRequest, body))) }),
  },
  {
    method: "POST",
    path: exactly("/v2/customers/search"),
    reads: true,
    answer: ({ store, body }) => {
      const { query, cursor } = readSquareBody(SquareCustomerSearch, body);
      const found = [...store.customers.values()].filter((one) => one.referenceId === query.filter.reference_id.exact);
      return page("customers", found.map(renderSquareCustomer), cursor);
    },
  },
  {
    method: "GET",
    path: exactly(`/v2/customers/${id}`),
    answer: (asked) =>
      ok({ customer: renderSquareCustomer(there(asked.store.customers.get(idOf(asked)), "Customer")) }),
  },
  {
    method: "POST",
    path: exactly("/v2/subscriptions/search"),
    reads: true,
    answer: ({ store, body }) => {
      const { query, cursor } = readSquareBody(SquareSubscriptionSearch, body);
      const { customer_ids: ids } = query.filter;
      const found = [...store.subscriptions.values()].filter(({ customerId }) => ids.includes(customerId));
      return page("subscriptions", found.map(renderSquareSubscription), cursor);
    },
  },
  {
    method: "GET",
    path: exactly(`/v2/subscriptions/${id}`),
    answer: (asked) => ok({ subscription: renderSquareSubscription(subscriptionAt(asked)) }),
  },
  {
    method: "PUT",
    path: exactly(`/v2/subscriptions/${id}`),
    check: ({ body }) => void readSquareBody(SquareSubscriptionChange, body),
    answer: (asked) => {
      const one = subscriptionAt(asked);
      one.override = readSquareBody(SquareSubscriptionChange, asked.body).subscription.price_override_money;
      return ok({ subscription: renderSquareSubscription(one) });
    },
  },
  {
    method: "POST",
    path: exactly(`/v2/subscriptions/${id}/cancel`),
    check: ({ body }) => readSquareBody(NoSquareBody, body),
    answer: (asked) => {
      const one = subscriptionAt(asked);
      cancelSquareSubscription(asked.store, one);
      return ok({ subscription: renderSquareSubscription(one) });
    },
  },
];
