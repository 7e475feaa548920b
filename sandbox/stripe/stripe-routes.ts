import { requireAmount } from "./amounts.ts";
import { endSubscription, makeCustomer, makePortal, isListed, namedCustomer, changeSubscription } from "./billing.ts";
import { endpointParams } from "./endpoint-params.ts";
import { makeMeter, takeMeterEvent } from "./meters.ts";
import {
  formOf,
  metadataIn,
  formNumberOf,
  paramError,
  formTextOf,
  type FormObject,
  type FormParams,
} from "./params.ts";
import { cancelIntent, captureIntent, createIntent, makeRefund, effectOf, num, payIntent, word } from "./payments.ts";
import { changePaymentLink, createPaymentLink, lineItemsOf } from "./payment-links.ts";
import { createPrice } from "./priced-lines.ts";
import { createSession, expireSession, refreshed } from "./sessions.ts";
import { invalidRequest, noSuch } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

interface Asked {
  readonly store: StripeStore;
  readonly form: FormObject;
  readonly id: string;
  /** Where payers and customers find a page of the emulator's. */
  readonly pageOf: (id: string) => string;
}

interface Endpoint {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: RegExp;
  readonly params: FormParams;
  readonly required?: readonly string[];
  readonly answer: (asked: Asked) => unknown;
}

const objects = {
  "checkout/sessions": ["checkout.session", "checkout.session"],
  payment_intents: ["payment_intent", "payment_intent"],
  refunds: ["refund", "refund"],
  prices: ["price", "price"],
  subscriptions: ["subscription", "subscription"],
  customers: ["customer", "customer"],
  charges: ["charge", "charge"],
  payment_links: ["payment_link", "payment_link"],
  invoices: ["invoice", "invoice"],
  disputes: ["dispute", "dispute"],
} as const;

const find = ({ store, id }: Asked, object: string, what = object): Thing => {
  const thing = store.of(object, id);
  if (thing === undefined) throw noSuch(what, id, "id");
  return object === "checkout.session" ? refreshed(store, thing) : thing;
};

const isListedInvoice = (invoice: Thing, form: FormObject): boolean =>
  (["customer", "status"] as const).every((name) => {
    const asked = formTextOf(form, name);
    return asked === undefined || invoice[name] === asked;
  });

/** A page of a list, newest first. https://docs.stripe.com/api/pagination */
const page = ({ store, form }: Asked, object: string, url: string): unknown => {
  const created = formOf(form, "created");
  const gte = formNumberOf(created, "gte") ?? 0;
  const lte = formNumberOf(created, "lte") ?? Number.MAX_SAFE_INTEGER;
  const payment = formTextOf(form, "payment_intent");
  const customer = formTextOf(form, "customer");
  if (customer !== undefined) namedCustomer(store, customer);
  const all = store
    .all(object)
    .filter((thing) => object !== "subscription" || isListed(thing, form))
    .filter((thing) => object === "payment_link" || (thing.created >= gte && thing.created <= lte))
    .filter((thing) => object !== "invoice" || isListedInvoice(thing, form))
    .filter((thing) => payment === undefined || thing["payment_intent"] === payment);
  const after = formTextOf(form, "starting_after");
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const limit = formNumberOf(form, "limit") ?? 10;
  const data = all.slice(from, from + limit);
  return { object: "list", url: `/v1/${url}`, has_more: from + limit < all.length, data };
};

const intentOf = (store: StripeStore, form: FormObject): Thing => {
  const id = formTextOf(form, "payment_intent");
  const charge = formTextOf(form, "charge");
  const found = store.of("payment_intent", id ?? word(store.of("charge", charge), "payment_intent"));
  if (found !== undefined) return found;
  if (id === undefined && charge === undefined)
    throw invalidRequest("One of the following params should be provided for this request: payment_intent or charge.");
  throw noSuch("payment_intent", id ?? charge ?? "", "payment_intent");
};

const listParams: Readonly<Record<string, FormParams>> = {
  subscriptions: endpointParams.listSubscriptions,
  payment_links: endpointParams.listPaymentLinks,
  invoices: endpointParams.listInvoices,
  disputes: endpointParams.listDisputes,
};

const reads = Object.entries(objects).flatMap(([url, [object, what]]): Endpoint[] => [
  {
    method: "GET",
    path: new RegExp(`^/v1/${url}/(\\w+)$`),
    params: endpointParams.retrieve,
    answer: (asked) => find(asked, object, what),
  },
  {
    method: "GET",
    path: new RegExp(`^/v1/${url}$`),
    params: listParams[url] ?? endpointParams.list,
    answer: (asked) => page(asked, object, url),
  },
]);

/** What the emulator answers; whatever is not here is not there. */
export const endpoints: readonly Endpoint[] = [
  ...reads,
  {
    method: "GET",
    path: /^\/v1\/balance$/,
    params: endpointParams.retrieve,
    answer: () => ({ object: "balance", available: [], pending: [], livemode: false }),
  },
  {
    method: "POST",
    path: /^\/v1\/payment_links$/,
    params: endpointParams.createPaymentLink,
    required: ["line_items"],
    answer: ({ store, form, pageOf }) => createPaymentLink(store, form, pageOf),
  },
  {
    method: "POST",
    path: /^\/v1\/payment_links\/(\w+)$/,
    params: endpointParams.changePaymentLink,
    answer: (asked) => changePaymentLink(find(asked, "payment_link"), asked.form),
  },
  {
    method: "POST",
    path: /^\/v1\/prices$/,
    params: endpointParams.createPrice,
    required: ["currency"],
    answer: ({ store, form }) => createPrice(store, form, "price"),
  },
  {
    method: "POST",
    path: /^\/v1\/billing\/meters$/,
    params: endpointParams.createMeter,
    required: ["display_name", "event_name", "default_aggregation"],
    answer: ({ store, form }) => makeMeter(store, form),
  },
  {
    method: "POST",
    path: /^\/v1\/billing\/meter_events$/,
    params: endpointParams.createMeterEvent,
    required: ["event_name", "payload"],
    answer: ({ store, form }) => takeMeterEvent(store, form),
  },
  {
    method: "POST",
    path: /^\/v1\/checkout\/sessions$/,
    params: endpointParams.createSession,
    required: ["mode"],
    answer: ({ store, form, pageOf }) => createSession(store, form, pageOf),
  },
  {
    method: "POST",
    path: /^\/v1\/checkout\/sessions\/(\w+)\/expire$/,
    params: endpointParams.none,
    answer: (asked) => {
      const session = find(asked, "checkout.session");
      expireSession(asked.store, session);
      asked.store.effects.did({ kind: "expire", ...effectOf(session) });
      return session;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents$/,
    params: endpointParams.createIntent,
    required: ["amount", "currency"],
    answer: ({ store, form }) => {
      const amount = formNumberOf(form, "amount") ?? 0;
      const currency = formTextOf(form, "currency") ?? "";
      requireAmount(amount, currency, "amount");
      const intent = createIntent(store, {
        amount,
        currency,
        capture_method: formTextOf(form, "capture_method") ?? "automatic",
        metadata: metadataIn(form),
        description: formTextOf(form, "description") ?? null,
        customer: formTextOf(form, "customer") ?? null,
      });
      store.effects.did({ kind: "order", ...effectOf(intent) });
      if (formTextOf(form, "confirm") === "true") payIntent(store, intent, formTextOf(form, "payment_method") ?? "");
      return intent;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents\/(\w+)\/confirm$/,
    params: endpointParams.confirmIntent,
    required: ["payment_method"],
    answer: (asked) => {
      const intent = find(asked, "payment_intent");
      payIntent(asked.store, intent, formTextOf(asked.form, "payment_method") ?? "");
      return intent;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents\/(\w+)\/capture$/,
    params: endpointParams.captureIntent,
    answer: (asked) => {
      const intent = find(asked, "payment_intent");
      captureIntent(asked.store, intent, formNumberOf(asked.form, "amount_to_capture"));
      asked.store.effects.did({ kind: "capture", ...effectOf(intent), amount: num(intent, "amount_received") });
      return intent;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/payment_intents\/(\w+)\/cancel$/,
    params: endpointParams.cancelIntent,
    answer: (asked) => {
      const intent = find(asked, "payment_intent");
      cancelIntent(intent, formTextOf(asked.form, "cancellation_reason") ?? null, asked.store.now());
      asked.store.effects.did({ kind: "cancel", ...effectOf(intent) });
      return intent;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/customers$/,
    params: endpointParams.createCustomer,
    answer: ({ store, form }) => {
      const customer = makeCustomer(store, form);
      store.effects.did({ kind: "customer", ...effectOf(customer) });
      return customer;
    },
  },
  {
    method: "POST",
    path: /^\/v1\/billing_portal\/sessions$/,
    params: endpointParams.createPortal,
    required: ["customer"],
    answer: ({ store, form, pageOf }) => makePortal(store, form, pageOf),
  },
  {
    method: "POST",
    path: /^\/v1\/subscriptions\/(\w+)$/,
    params: endpointParams.updateSubscription,
    answer: (asked) => changeSubscription(asked.store, find(asked, "subscription"), asked.form),
  },
  {
    method: "DELETE",
    path: /^\/v1\/subscriptions\/(\w+)$/,
    params: endpointParams.cancelSubscription,
    answer: (asked) => endSubscription(asked.store, find(asked, "subscription")),
  },
  {
    method: "POST",
    path: /^\/v1\/refunds$/,
    params: endpointParams.makeRefund,
    answer: ({ store, form }) => {
      const refund = makeRefund(store, intentOf(store, form), {
        amount: formNumberOf(form, "amount"),
        reason: formTextOf(form, "reason") ?? null,
        metadata: metadataIn(form),
      });
      store.effects.did({ kind: "refund", ...effectOf(refund) });
      return refund;
    },
  },
];

/** Refuses what is not documented, before anything is done or kept. */
export const requireParams = ({ params, required = [] }: Endpoint, form: FormObject): void => {
  const wrong = paramError({ is: "object", of: params, required }, form, "");
  if (wrong !== undefined) throw invalidRequest(wrong.message, { code: wrong.code, param: wrong.param });
};

const expandable: ReadonlySet<string> = new Set([
  "payment_intent",
  "latest_charge",
  "balance_transaction",
  "charge",
  "customer",
  "subscription",
  "latest_invoice",
]);

/** An answer with the ids that were to be expanded replaced by their objects. */
export const expanded = (store: StripeStore, value: unknown, paths: readonly (readonly string[])[]): unknown => {
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = { ...value };
  for (const [field, deeper] of Map.groupBy(paths, ([first = ""]) => first)) {
    const below = deeper.map((path) => path.slice(1)).filter((path) => path.length > 0);
    const { data } = copy;
    if (field === "data" && Array.isArray(data)) {
      copy["data"] = data.map((one: unknown) => expanded(store, one, below));
      continue;
    }
    if (field === "line_items") {
      const link = store.of("payment_link", String(copy["id"]));
      if (link === undefined)
        throw invalidRequest("This property cannot be expanded (line_items).", { param: "expand" });
      copy["line_items"] = lineItemsOf(link);
      continue;
    }
    if (!expandable.has(field))
      throw invalidRequest(`This property cannot be expanded (${field}).`, { param: "expand" });
    const id = copy[field];
    const thing = typeof id === "string" ? store.things.get(id) : undefined;
    if (thing !== undefined) copy[field] = expanded(store, thing, below);
  }
  return copy;
};
