import type { JsonAsked, JsonEndpoint } from "../acting/json-emulator.ts";
import {
  cancelRazorpayLink,
  captureAtRazorpay,
  makeRazorpayLink,
  makeRazorpayOrder,
  refundAtRazorpay,
} from "./razorpay-payments.ts";
import {
  NoRazorpayBody,
  RazorpayCaptureRequest,
  RazorpayLinkRequest,
  RazorpayOrderRequest,
  RazorpayRefundRequest,
  readRazorpayBody,
} from "./razorpay-requests.ts";
import { razorpayRefusal, type RazorpayStore } from "./razorpay-store.ts";
import {
  renderRazorpayLink,
  renderRazorpayOrder,
  renderRazorpayPayment,
  renderRazorpayRefund,
} from "./render-razorpay.ts";

type Asked = JsonAsked<RazorpayStore>;

const there = <T>(found: T | undefined): T => {
  if (found !== undefined) return found;
  throw razorpayRefusal(404, "The id provided does not exist");
};

const idOf = ({ at }: Asked): string => at["id"] ?? "";
const paymentAt = (asked: Asked) => there(asked.store.payments.get(idOf(asked)));
const linkAt = (asked: Asked) => there(asked.store.links.get(idOf(asked)));

const ok = (document: object) => ({ status: 200, document });

const collection = (items: readonly object[], { query }: Asked) => {
  const from = Number(query.get("skip") ?? "0");
  const shown = items.slice(from, from + Number(query.get("count") ?? "10"));
  return ok({ entity: "collection", count: shown.length, items: shown });
};

const exactly = (path: string): RegExp => new RegExp(`^${path}$`);
const order = "/v1/orders/(?<id>order_\\w+)";
const payment = "/v1/payments/(?<id>pay_\\w+)";
const link = "/v1/payment_links/(?<id>plink_\\w+)";

/** https://razorpay.com/docs/api/ */
export const razorpayEndpoints: readonly JsonEndpoint<RazorpayStore>[] = [
  {
    method: "POST",
    path: exactly("/v1/orders"),
    check: ({ body }) => void readRazorpayBody(RazorpayOrderRequest, body),
    answer: ({ store, body }) =>
      ok(renderRazorpayOrder(store, makeRazorpayOrder(store, readRazorpayBody(RazorpayOrderRequest, body)))),
  },
  {
    method: "GET",
    path: exactly("/v1/orders"),
    answer: (asked) => {
      const { store, query } = asked;
      const own = [...store.orders.values()].filter(
        ({ receipt }) => !query.has("receipt") || receipt === query.get("receipt"),
      );
      return collection(
        own.map((one) => renderRazorpayOrder(store, one)),
        asked,
      );
    },
  },
  {
    method: "GET",
    path: exactly(order),
    answer: (asked) => ok(renderRazorpayOrder(asked.store, there(asked.store.orders.get(idOf(asked))))),
  },
  {
    method: "GET",
    path: exactly(`${order}/payments`),
    answer: (asked) => collection(asked.store.paymentsOf(idOf(asked)).map(renderRazorpayPayment), asked),
  },
  { method: "GET", path: exactly(payment), answer: (asked) => ok(renderRazorpayPayment(paymentAt(asked))) },
  {
    method: "POST",
    path: exactly(`${payment}/capture`),
    check: ({ body }) => void readRazorpayBody(RazorpayCaptureRequest, body),
    answer: (asked) => {
      const one = paymentAt(asked);
      captureAtRazorpay(asked.store, one, readRazorpayBody(RazorpayCaptureRequest, asked.body));
      return ok(renderRazorpayPayment(one));
    },
  },
  {
    method: "POST",
    path: exactly(`${payment}/refund`),
    keyed: true,
    check: ({ body }) => void readRazorpayBody(RazorpayRefundRequest, body),
    answer: (asked) => {
      const one = paymentAt(asked);
      const refund = refundAtRazorpay(asked.store, one, readRazorpayBody(RazorpayRefundRequest, asked.body));
      return ok(renderRazorpayRefund(one, refund));
    },
  },
  {
    method: "GET",
    path: exactly(`${payment}/refunds`),
    answer: (asked) => {
      const one = paymentAt(asked);
      return collection(
        one.refunds.map((refund) => renderRazorpayRefund(one, refund)),
        asked,
      );
    },
  },
  {
    method: "GET",
    path: exactly("/v1/refunds/(?<id>rfnd_\\w+)"),
    answer: (asked) => {
      const all = [...asked.store.payments.values()].flatMap((one) => one.refunds.map((refund) => ({ one, refund })));
      const { one, refund } = there(all.find((each) => each.refund.id === idOf(asked)));
      return ok(renderRazorpayRefund(one, refund));
    },
  },
  {
    method: "POST",
    path: exactly("/v1/payment_links"),
    check: ({ body }) => void readRazorpayBody(RazorpayLinkRequest, body),
    answer: ({ store, site, body }) =>
      ok(renderRazorpayLink(store, makeRazorpayLink(store, readRazorpayBody(RazorpayLinkRequest, body)), site)),
  },
  {
    method: "GET",
    path: exactly("/v1/payment_links"),
    answer: ({ store, site, query }) => {
      const own = [...store.links.values()].filter(({ referenceId }) => referenceId === query.get("reference_id"));
      return ok({ payment_links: own.map((one) => renderRazorpayLink(store, one, site)) });
    },
  },
  {
    method: "GET",
    path: exactly(link),
    answer: (asked) => ok(renderRazorpayLink(asked.store, linkAt(asked), asked.site)),
  },
  {
    method: "POST",
    path: exactly(`${link}/cancel`),
    check: ({ body }) => readRazorpayBody(NoRazorpayBody, body),
    answer: (asked) => {
      const one = linkAt(asked);
      cancelRazorpayLink(asked.store, one);
      return ok(renderRazorpayLink(asked.store, one, asked.site));
    },
  },
];
