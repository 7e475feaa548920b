import { formListOf, formNumberOf, formTextOf, isForm, metadataIn, type FormObject } from "./params.ts";
import { pagePath } from "./page-path.ts";
import { effectOf, num, word } from "./payments.ts";
import { invalidRequest, noSuch } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

const day = 86_400;
const days: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, year: 365 };

/** https://docs.stripe.com/api/customers/create */
export const makeCustomer = (store: StripeStore, form: FormObject): Thing =>
  store.put("cus", "customer", {
    email: formTextOf(form, "email") ?? null,
    name: formTextOf(form, "name") ?? null,
    description: formTextOf(form, "description") ?? null,
    metadata: metadataIn(form),
  });

/** A customer that a request names; it has to be there. */
export const namedCustomer = (store: StripeStore, id: string): Thing => {
  const customer = store.of("customer", id);
  if (customer !== undefined) return customer;
  throw noSuch("customer", id, "customer", 400);
};

const isThing = (value: unknown): value is Thing => typeof value === "object" && value !== null && "id" in value;

/** The items of a subscription, as Stripe shows them: a list. */
export const itemsOf = (subscription: Thing): readonly Thing[] => {
  const list = subscription["items"];
  const data: unknown = typeof list === "object" && list !== null ? Reflect.get(list, "data") : undefined;
  return Array.isArray(data) ? data.filter(isThing) : [];
};

const intervalOf = (price: Thing | undefined): string => {
  const recurring = price?.["recurring"];
  return typeof recurring === "object" && recurring !== null ? String(Reflect.get(recurring, "interval")) : "month";
};

interface Line {
  readonly price: string;
  readonly quantity: number;
}

interface NewSubscription {
  readonly customer: string;
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly metadata: Record<string, string>;
}

/** The first invoice of a subscription, paid as it begins: https://docs.stripe.com/api/invoices/object */
const billFor = (store: StripeStore, subscription: Thing, lines: readonly Line[]): Thing => {
  const total = lines.reduce(
    (sum, { price, quantity }) => sum + num(store.of("price", price) ?? subscription, "unit_amount") * quantity,
    0,
  );
  const invoice = store.put("in", "invoice", {
    amount_due: total,
    amount_paid: total,
    amount_remaining: 0,
    billing_reason: "subscription_create",
    collection_method: "charge_automatically",
    currency: subscription["currency"],
    customer: subscription["customer"],
    due_date: null,
    invoice_pdf: null,
    metadata: {},
    number: `SANDBOX-${String(store.all("invoice").length + 1).padStart(4, "0")}`,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription["metadata"], subscription: subscription.id },
      type: "subscription_details",
    },
    status: "paid",
    subtotal: total,
    total,
  });
  invoice["hosted_invoice_url"] = `${store.origin}${pagePath(invoice.id)}`;
  return invoice;
};

export const subscribe = (store: StripeStore, { customer, currency, lines, metadata }: NewSubscription): Thing => {
  const start = store.now();
  const subscription = store.put("sub", "subscription", {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    currency,
    customer,
    ended_at: null,
    items: {
      object: "list",
      has_more: false,
      data: lines.map(({ price: id, quantity }) => {
        const price = store.of("price", id);
        return {
          id: store.newId("si"),
          object: "subscription_item",
          created: start,
          current_period_start: start,
          current_period_end: start + (days[intervalOf(price)] ?? 30) * day,
          price: { ...price },
          quantity,
        };
      }),
    },
    metadata,
    status: "active",
  });
  billFor(store, subscription, lines);
  return subscription;
};

const requireRunning = (subscription: Thing): void => {
  if (["canceled", "incomplete_expired"].includes(word(subscription, "status")))
    throw invalidRequest("A canceled subscription can only update its cancellation_details and metadata.");
};

const changeItem = (store: StripeStore, subscription: Thing, form: FormObject, at: number): void => {
  const id = formTextOf(form, "id");
  const item = itemsOf(subscription).find((one) => one.id === id);
  if (item === undefined) throw noSuch("subscription_item", id ?? "", `items[${at}][id]`, 400);
  const priceId = formTextOf(form, "price");
  if (priceId !== undefined) {
    const price = store.of("price", priceId);
    if (price === undefined) throw noSuch("price", priceId, `items[${at}][price]`, 400);
    if (price["recurring"] === null)
      throw invalidRequest(
        "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
      );
    if (price["currency"] !== subscription["currency"])
      throw invalidRequest("The price's currency does not match the subscription's.", { param: `items[${at}][price]` });
    item["price"] = { ...price };
  }
  item["quantity"] = formNumberOf(form, "quantity") ?? item["quantity"];
};

/** https://docs.stripe.com/api/subscriptions/update */
export const changeSubscription = (store: StripeStore, subscription: Thing, form: FormObject): Thing => {
  requireRunning(subscription);
  for (const [at, item] of formListOf(form, "items").entries())
    if (isForm(item)) changeItem(store, subscription, item, at);
  const ends = formTextOf(form, "cancel_at_period_end");
  if (ends !== undefined)
    Object.assign(subscription, {
      cancel_at_period_end: ends === "true",
      canceled_at: ends === "true" ? store.now() : null,
      cancel_at:
        ends === "true" ? Math.max(...itemsOf(subscription).map((item) => num(item, "current_period_end"))) : null,
    });
  const metadata = subscription["metadata"];
  subscription["metadata"] = { ...(typeof metadata === "object" ? metadata : {}), ...metadataIn(form) };
  store.effects.did({ kind: "subscription", ...effectOf(subscription) });
  return subscription;
};

/** https://docs.stripe.com/api/subscriptions/cancel: one that is canceled is not there any more. */
export const endSubscription = (store: StripeStore, subscription: Thing): Thing => {
  if (subscription["status"] === "canceled") throw noSuch("subscription", subscription.id, "id");
  const now = store.now();
  Object.assign(subscription, { status: "canceled", canceled_at: now, ended_at: now });
  store.effects.did({ kind: "subscription", ...effectOf(subscription) });
  return subscription;
};

/** https://docs.stripe.com/api/customer_portal/sessions/create */
export const makePortal = (store: StripeStore, form: FormObject, pageOf: (id: string) => string): Thing => {
  const { id: customer } = namedCustomer(store, formTextOf(form, "customer") ?? "");
  const back = formTextOf(form, "return_url");
  if (back !== undefined && !/^https?:$/.test(URL.parse(back)?.protocol ?? ""))
    throw invalidRequest("Not a valid URL", { code: "url_invalid", param: "return_url" });
  const session = store.put("bps", "billing_portal.session", {
    configuration: "bpc_sandbox",
    customer,
    flow: null,
    locale: null,
    on_behalf_of: null,
    return_url: back ?? null,
  });
  session["url"] = pageOf(session.id);
  return session;
};

const listed: ReadonlySet<string> = new Set(["trialing", "active", "past_due", "unpaid", "incomplete", "paused"]);

/** Which subscriptions a list shows: those of the customer and the status; without a status all that have not ended. */
export const isListed = (subscription: Thing, form: FormObject): boolean => {
  const status = formTextOf(form, "status");
  const ofCustomer = formTextOf(form, "customer");
  if (ofCustomer !== undefined && subscription["customer"] !== ofCustomer) return false;
  if (status === "all") return true;
  return status === undefined ? listed.has(word(subscription, "status")) : subscription["status"] === status;
};
