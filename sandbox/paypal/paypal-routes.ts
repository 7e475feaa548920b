import { notFound } from "./paypal-refusal.ts";
import { pageOfDisputes, renderDispute } from "./paypal-disputes.ts";
import { pageOfInvoices, renderInvoice } from "./paypal-invoices.ts";
import {
  setOrderAside,
  captureAuthorization,
  takeOrder,
  makeOrder,
  reauthorize,
  refundCapture,
  requireRequestId,
  voidAuthorization,
} from "./paypal-orders.ts";
import {
  CaptureRequest,
  NoFields,
  OrderRequest,
  readBodyAs,
  ReasonRequest,
  ReauthorizeRequest,
  RefundRequest,
  ReviseRequest,
  SubscriptionRequest,
} from "./paypal-requests.ts";
import type { Authorization, Capture, Order, PaypalStore, Subscription } from "./paypal-store.ts";
import { createSubscription, isMove, moveSubscription, reviseSubscription } from "./paypal-subscriptions.ts";
import {
  renderAuthorization,
  renderCapture,
  renderOrder,
  planOf,
  renderRefund,
  renderRevision,
  renderSubscription,
  type Site,
} from "./render-paypal.ts";

/** Which of PayPal's APIs an endpoint is of: each keeps keys for a time of its own. */
export type Api = "orders" | "payments" | "subscriptions" | "invoicing" | "disputes";

interface Asked {
  readonly store: PaypalStore;
  readonly site: Site;
  readonly id: string;
  readonly verb: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly key: string | null;
}

interface Endpoint {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly api: Api;
  /** Whether `PayPal-Request-Id` means anything here. */
  readonly keyed: boolean;
  /** Refuses what is not well-formed, before anything is done or kept. */
  readonly check: (asked: Asked) => void;
  readonly answer: (asked: Asked) => { readonly status: number; readonly document: unknown };
}

const found = <T>(one: T | undefined): T => {
  if (one === undefined) throw notFound();
  return one;
};

const findOrder = ({ store, id }: Asked): Order => found(store.order(id));
const findSubscription = ({ store, id }: Asked): Subscription => found(store.subscriptions.get(id));

const findAuthorization = ({ store, id }: Asked): { readonly order: Order; readonly authorization: Authorization } => {
  const order = found(store.orderWith(({ authorizations }) => authorizations.some((one) => one.id === id)));
  return { order, authorization: found(order.authorizations.find((one) => one.id === id)) };
};

const findCapture = ({ store, id }: Asked): { readonly order: Order; readonly capture: Capture } => {
  const order = found(store.orderWith(({ captures }) => captures.some((one) => one.id === id)));
  return { order, capture: found(order.captures.find((one) => one.id === id)) };
};

const none = (): void => undefined;
const ok = (document: unknown) => ({ status: 200, document });
const made = (document: unknown) => ({ status: 201, document });

const orders = { api: "orders" } as const;
const payments = { api: "payments" } as const;
const subscriptions = { api: "subscriptions" } as const;
const invoicing = { api: "invoicing" } as const;
const disputes = { api: "disputes" } as const;

/** What the emulator answers; whatever is not here is not there. */
export const paypalEndpoints: readonly Endpoint[] = [
  {
    ...orders,
    method: "POST",
    path: /^\/v2\/checkout\/orders$/,
    keyed: true,
    check: ({ body, key }) => requireRequestId(readBodyAs(OrderRequest, body), key),
    answer: ({ store, site, body }) => {
      const order = makeOrder(store, readBodyAs(OrderRequest, body));
      // With a way to pay it is answered as one whose payer has to act.
      return order.wallet ? ok(renderOrder(order, site)) : made(renderOrder(order, site));
    },
  },
  {
    ...orders,
    method: "GET",
    path: /^\/v2\/checkout\/orders\/(?<id>[A-Z0-9]{1,36})$/,
    keyed: false,
    check: none,
    answer: (asked) => ok(renderOrder(findOrder(asked), asked.site)),
  },
  {
    ...orders,
    method: "POST",
    path: /^\/v2\/checkout\/orders\/(?<id>[A-Z0-9]{1,36})\/(?<verb>capture|authorize)$/,
    keyed: true,
    check: ({ body }) => void readBodyAs(NoFields, body),
    answer: (asked) => {
      const order = findOrder(asked);
      if (asked.verb === "capture") takeOrder(asked.store, order);
      else setOrderAside(asked.store, order);
      return made(renderOrder(order, asked.site));
    },
  },
  {
    ...payments,
    method: "GET",
    path: /^\/v2\/payments\/authorizations\/(?<id>[A-Z0-9]{1,36})$/,
    keyed: false,
    check: none,
    answer: (asked) => {
      const { order, authorization } = findAuthorization(asked);
      return ok(renderAuthorization(order, authorization, asked.site));
    },
  },
  {
    ...payments,
    method: "POST",
    path: /^\/v2\/payments\/authorizations\/(?<id>[A-Z0-9]{1,36})\/capture$/,
    keyed: true,
    check: ({ body }) => void readBodyAs(CaptureRequest, body),
    answer: (asked) => {
      const target = findAuthorization(asked);
      const capture = captureAuthorization(asked.store, target, readBodyAs(CaptureRequest, asked.body));
      return made(renderCapture(target.order, capture, asked.site));
    },
  },
  {
    ...payments,
    method: "POST",
    path: /^\/v2\/payments\/authorizations\/(?<id>[A-Z0-9]{1,36})\/void$/,
    keyed: false,
    check: none,
    answer: (asked) => {
      const { order, authorization } = findAuthorization(asked);
      voidAuthorization(asked.store, order, authorization);
      return ok(renderAuthorization(order, authorization, asked.site));
    },
  },
  {
    ...payments,
    method: "POST",
    path: /^\/v2\/payments\/authorizations\/(?<id>[A-Z0-9]{1,36})\/reauthorize$/,
    keyed: true,
    check: ({ body }) => void readBodyAs(ReauthorizeRequest, body),
    answer: (asked) => {
      const { order, authorization } = findAuthorization(asked);
      return made(renderAuthorization(order, reauthorize(asked.store, order, authorization), asked.site));
    },
  },
  {
    ...payments,
    method: "GET",
    path: /^\/v2\/payments\/captures\/(?<id>[A-Z0-9]{1,36})$/,
    keyed: false,
    check: none,
    answer: (asked) => {
      const { order, capture } = findCapture(asked);
      return ok(renderCapture(order, capture, asked.site));
    },
  },
  {
    ...payments,
    method: "POST",
    path: /^\/v2\/payments\/captures\/(?<id>[A-Z0-9]{1,36})\/refund$/,
    keyed: true,
    check: ({ body }) => void readBodyAs(RefundRequest, body),
    answer: (asked) => {
      const target = findCapture(asked);
      const refund = refundCapture(asked.store, target, readBodyAs(RefundRequest, asked.body));
      return made(renderRefund(target.order, refund, asked.site));
    },
  },
  {
    ...payments,
    method: "GET",
    path: /^\/v2\/payments\/refunds\/(?<id>[A-Z0-9]{1,36})$/,
    keyed: false,
    check: none,
    answer: ({ store, site, id }) => {
      const order = found(store.orderWith(({ refunds }) => refunds.some((one) => one.id === id)));
      return ok(renderRefund(order, found(order.refunds.find((one) => one.id === id)), site));
    },
  },
  {
    ...subscriptions,
    method: "POST",
    path: /^\/v1\/billing\/subscriptions$/,
    keyed: true,
    check: ({ body }) => void readBodyAs(SubscriptionRequest, body),
    answer: ({ store, site, body }) =>
      made(renderSubscription(store, createSubscription(store, readBodyAs(SubscriptionRequest, body)), site)),
  },
  {
    ...subscriptions,
    method: "GET",
    path: /^\/v1\/billing\/subscriptions\/(?<id>I-[A-Z0-9]{1,40})$/,
    keyed: false,
    check: none,
    answer: (asked) => ok(renderSubscription(asked.store, findSubscription(asked), asked.site)),
  },
  {
    ...subscriptions,
    method: "POST",
    path: /^\/v1\/billing\/subscriptions\/(?<id>I-[A-Z0-9]{1,40})\/(?<verb>suspend|activate|cancel)$/,
    keyed: false,
    check: ({ body }) => void readBodyAs(ReasonRequest, body),
    answer: (asked) => {
      const { reason } = readBodyAs(ReasonRequest, asked.body);
      if (isMove(asked.verb)) moveSubscription(asked.store, findSubscription(asked), asked.verb, reason);
      return { status: 204, document: undefined };
    },
  },
  {
    ...subscriptions,
    method: "POST",
    path: /^\/v1\/billing\/subscriptions\/(?<id>I-[A-Z0-9]{1,40})\/revise$/,
    keyed: false,
    check: ({ body }) => void readBodyAs(ReviseRequest, body),
    answer: (asked) => {
      const one = findSubscription(asked);
      reviseSubscription(asked.store, one, readBodyAs(ReviseRequest, asked.body));
      return ok(renderRevision(one, asked.site));
    },
  },
  {
    ...subscriptions,
    method: "GET",
    path: /^\/v1\/billing\/plans\/(?<id>P-[A-Z0-9-]{1,48})$/,
    keyed: false,
    check: none,
    answer: ({ store, id }) => ok(planOf(found(store.plans.get(id)))),
  },
  {
    ...invoicing,
    method: "GET",
    path: /^\/v2\/invoicing\/invoices$/,
    keyed: false,
    check: none,
    answer: ({ store, query, site }) => ok(pageOfInvoices(store, query, site)),
  },
  {
    ...invoicing,
    method: "GET",
    path: /^\/v2\/invoicing\/invoices\/(?<id>INV2(?:-[A-Z0-9]{1,10}){1,4})$/,
    keyed: false,
    check: none,
    answer: ({ store, site, id }) => ok(renderInvoice(found(store.invoices.get(id)), site)),
  },
  {
    ...disputes,
    method: "GET",
    path: /^\/v1\/customer\/disputes$/,
    keyed: false,
    check: none,
    answer: ({ store, query, site }) => ok(pageOfDisputes(store, query, site)),
  },
  {
    ...disputes,
    method: "GET",
    path: /^\/v1\/customer\/disputes\/(?<id>[A-Za-z0-9-]{1,255})$/,
    keyed: false,
    check: none,
    answer: ({ store, site, id }) => ok(renderDispute(found(store.disputes.get(id)), site)),
  },
];
