import type { JsonAsked, JsonEndpoint } from "../acting/json-emulator.ts";
import { mollieUnits } from "./mollie-money.ts";
import {
  cancelMolliePayment,
  cancelMollieSubscription,
  captureMolliePayment,
  finishCapture,
  makeMollieCustomer,
  makeMolliePayment,
  makeMollieSubscription,
  refundMolliePayment,
  releaseMolliePayment,
} from "./mollie-payments.ts";
import { mollieRefusal, unknownAtMollie } from "./mollie-refusal.ts";
import {
  MollieCaptureRequest,
  MollieCustomerRequest,
  MollieRefundRequest,
  MollieSubscriptionChange,
  MollieSubscriptionRequest,
  NothingAsked,
  PaymentRequest,
  readMollieBody,
} from "./mollie-requests.ts";
import type { MolliePayment, MollieStore, MollieSubscription } from "./mollie-store.ts";
import {
  documented,
  renderMollieCapture,
  renderMollieCustomer,
  renderMolliePayment,
  renderMollieRefund,
  renderMollieSubscription,
} from "./render-mollie.ts";

type Asked = JsonAsked<MollieStore>;

const there = <T>(found: T | undefined, what: string): T => {
  if (found !== undefined) return found;
  throw unknownAtMollie(what);
};

const paymentOf = ({ store, at }: Asked): MolliePayment => there(store.payment(at["id"] ?? ""), "payment");

const subscriptionOf = ({ store, at }: Asked): MollieSubscription => {
  const one = store.subscriptions.get(at["sub"] ?? "");
  return there(one?.customerId === at["id"] ? one : undefined, "subscription");
};

const embedsOf = ({ query }: Asked): readonly string[] => (query.get("embed") ?? "").split(",").filter(Boolean);

/** A page, newest first: `from` is its first one, and `limit` has at most 250. https://docs.mollie.com/reference/pagination */
const page = (asked: Asked, name: string, rendered: readonly { readonly id: string }[]) => {
  const { query, site } = asked;
  const limit = Number(query.get("limit") ?? "50");
  if (!Number.isInteger(limit) || limit < 1 || limit > 250) throw mollieRefusal(400, "Invalid limit", "limit");
  const newest = rendered.toReversed();
  const from = query.get("from");
  const start = from === null ? 0 : newest.findIndex(({ id }) => id === from);
  if (start < 0) throw mollieRefusal(400, "Invalid cursor value", "from");
  const shown = newest.slice(start, start + limit);
  const next = newest[start + limit];
  return {
    status: 200,
    document: {
      count: shown.length,
      _embedded: { [name]: shown },
      _links: {
        self: { href: `${site}/v2`, type: "application/hal+json" },
        previous: null,
        next:
          next === undefined
            ? null
            : { href: `${site}/v2?from=${next.id}&limit=${limit}`, type: "application/hal+json" },
        ...documented,
      },
    },
  };
};

const payment = "/v2/payments/(?<id>tr_\\w+)";
const customer = "/v2/customers/(?<id>cst_\\w+)";
const exactly = (path: string): RegExp => new RegExp(`^${path}$`);

/** https://docs.mollie.com/reference/overview */
export const mollieEndpoints: readonly JsonEndpoint<MollieStore>[] = [
  {
    method: "GET",
    path: exactly("/v2/methods"),
    answer: (asked) => page(asked, "methods", [{ id: "creditcard" }, { id: "ideal" }]),
  },
  {
    method: "POST",
    path: exactly("/v2/payments"),
    keyed: true,
    check: ({ body }) => void readMollieBody(PaymentRequest, body),
    answer: ({ store, site, body }) => {
      const made = makeMolliePayment(store, readMollieBody(PaymentRequest, body));
      return { status: 201, document: renderMolliePayment(store, made, site) };
    },
  },
  {
    method: "GET",
    path: exactly("/v2/payments"),
    answer: (asked) =>
      page(
        asked,
        "payments",
        [...asked.store.payments.values()].map((one) => renderMolliePayment(asked.store, one, asked.site)),
      ),
  },
  {
    method: "GET",
    path: exactly(payment),
    answer: (asked) => ({
      status: 200,
      document: renderMolliePayment(asked.store, paymentOf(asked), asked.site, embedsOf(asked)),
    }),
  },
  {
    method: "DELETE",
    path: exactly(payment),
    keyed: true,
    answer: (asked) => {
      const found = paymentOf(asked);
      cancelMolliePayment(asked.store, found);
      return { status: 200, document: renderMolliePayment(asked.store, found, asked.site) };
    },
  },
  {
    method: "POST",
    path: exactly(`${payment}/release-authorization`),
    keyed: true,
    check: ({ body }) => void readMollieBody(NothingAsked, body),
    answer: (asked) => {
      releaseMolliePayment(asked.store, paymentOf(asked));
      return { status: 202 };
    },
  },
  {
    method: "POST",
    path: exactly(`${payment}/captures`),
    keyed: true,
    check: ({ body }) => void readMollieBody(MollieCaptureRequest, body),
    answer: (asked) => {
      const found = paymentOf(asked);
      const capture = captureMolliePayment(asked.store, found, readMollieBody(MollieCaptureRequest, asked.body));
      const document = renderMollieCapture(found, capture, asked.site);
      finishCapture(found, capture);
      return { status: 201, document };
    },
  },
  {
    method: "POST",
    path: exactly(`${payment}/refunds`),
    keyed: true,
    check: ({ body }) => void readMollieBody(MollieRefundRequest, body),
    answer: (asked) => {
      const found = paymentOf(asked);
      const refund = refundMolliePayment(asked.store, found, readMollieBody(MollieRefundRequest, asked.body));
      return { status: 201, document: renderMollieRefund(found, refund, asked.site) };
    },
  },
  {
    method: "GET",
    path: exactly(`${payment}/refunds`),
    answer: (asked) => {
      const found = paymentOf(asked);
      return page(
        asked,
        "refunds",
        found.refunds.map((one) => renderMollieRefund(found, one, asked.site)),
      );
    },
  },
  {
    method: "GET",
    path: exactly(`${payment}/refunds/(?<refund>re_\\w+)`),
    answer: (asked) => {
      const found = paymentOf(asked);
      const refund = there(
        found.refunds.find(({ id }) => id === asked.at["refund"]),
        "refund",
      );
      return { status: 200, document: renderMollieRefund(found, refund, asked.site) };
    },
  },
  {
    method: "POST",
    path: exactly("/v2/customers"),
    keyed: true,
    check: ({ body }) => void readMollieBody(MollieCustomerRequest, body),
    answer: ({ store, site, body }) => ({
      status: 201,
      document: renderMollieCustomer(makeMollieCustomer(store, readMollieBody(MollieCustomerRequest, body)), site),
    }),
  },
  {
    method: "GET",
    path: exactly("/v2/customers"),
    answer: (asked) =>
      page(
        asked,
        "customers",
        [...asked.store.customers.values()].map((one) => renderMollieCustomer(one, asked.site)),
      ),
  },
  {
    method: "GET",
    path: exactly(customer),
    answer: ({ store, site, at }) => ({
      status: 200,
      document: renderMollieCustomer(there(store.customers.get(at["id"] ?? ""), "customer"), site),
    }),
  },
  {
    method: "POST",
    path: exactly(`${customer}/subscriptions`),
    keyed: true,
    check: ({ body }) => void readMollieBody(MollieSubscriptionRequest, body),
    answer: ({ store, site, at, body }) => {
      const request = readMollieBody(MollieSubscriptionRequest, body);
      const made = makeMollieSubscription(store, at["id"] ?? "", request);
      return { status: 201, document: renderMollieSubscription(made, site) };
    },
  },
  {
    method: "GET",
    path: exactly(`${customer}/subscriptions`),
    answer: (asked) => {
      const { store, at, site } = asked;
      there(store.customers.get(at["id"] ?? ""), "customer");
      const own = [...store.subscriptions.values()].filter(({ customerId }) => customerId === at["id"]);
      return page(
        asked,
        "subscriptions",
        own.map((one) => renderMollieSubscription(one, site)),
      );
    },
  },
  {
    method: "GET",
    path: exactly(`${customer}/subscriptions/(?<sub>sub_\\w+)`),
    answer: (asked) => ({ status: 200, document: renderMollieSubscription(subscriptionOf(asked), asked.site) }),
  },
  {
    method: "PATCH",
    path: exactly(`${customer}/subscriptions/(?<sub>sub_\\w+)`),
    keyed: true,
    check: ({ body }) => void readMollieBody(MollieSubscriptionChange, body),
    answer: (asked) => {
      const one = subscriptionOf(asked);
      if (one.status === "canceled") throw mollieRefusal(422, "The subscription has been canceled");
      const { amount } = readMollieBody(MollieSubscriptionChange, asked.body);
      if (amount !== undefined) one.amount = mollieUnits(amount, "amount");
      return { status: 200, document: renderMollieSubscription(one, asked.site) };
    },
  },
  {
    method: "DELETE",
    path: exactly(`${customer}/subscriptions/(?<sub>sub_\\w+)`),
    keyed: true,
    answer: (asked) => {
      const one = subscriptionOf(asked);
      cancelMollieSubscription(asked.store, one);
      return { status: 200, document: renderMollieSubscription(one, asked.site) };
    },
  },
];
