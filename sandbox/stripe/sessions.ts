import { requireAmount, requireCurrency } from "./amounts.ts";
import { makeCustomer, namedCustomer, subscribe } from "./billing.ts";
import {
  formOf,
  formListOf,
  isForm,
  metadataIn,
  formNumberOf,
  formTextOf,
  type FormObject,
  type FormValue,
} from "./params.ts";
import { createIntent, effectOf, num, payIntent, word } from "./payments.ts";
import { invalidRequest, noSuch } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

const minute = 60;
const day = 86_400;

/** A price of its own for what a caller describes inline. */
export const createPrice = (store: StripeStore, form: FormObject, at: string): Thing => {
  const currency = formTextOf(form, "currency") ?? "";
  requireCurrency(currency, `${at}[currency]`);
  const amount = formNumberOf(form, "unit_amount");
  const hasProduct = formTextOf(form, "product") !== undefined;
  const data = formOf(form, "product_data");
  if (amount === undefined)
    throw invalidRequest(`Missing required param: ${at}[unit_amount].`, { code: "parameter_missing" });
  if (hasProduct === (formTextOf(data, "name") !== undefined))
    throw invalidRequest(`You must pass one of ${at}[product] and ${at}[product_data].`, { code: "parameter_missing" });
  const recurring = formOf(form, "recurring");
  const interval = formTextOf(recurring, "interval");
  return store.put("price", "price", {
    active: true,
    billing_scheme: "per_unit",
    currency,
    metadata: metadataIn(form),
    nickname: formTextOf(data, "name") ?? null,
    product: formTextOf(form, "product") ?? store.newId("prod"),
    recurring:
      interval === undefined
        ? null
        : {
            interval,
            interval_count: formNumberOf(recurring, "interval_count") ?? 1,
            usage_type: formTextOf(recurring, "usage_type") ?? "licensed",
          },
    type: interval === undefined ? "one_time" : "recurring",
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  });
};

interface Line {
  readonly price: Thing;
  readonly quantity: number;
}

const lineOf = (store: StripeStore, item: FormValue, at: number): Line => {
  const form = isForm(item) ? item : {};
  const id = formTextOf(form, "price");
  const inline = formOf(form, "price_data");
  const place = `line_items[${at}]`;
  if ((id === undefined) === (Object.keys(inline).length === 0))
    throw invalidRequest(`You must pass one of ${place}[price] and ${place}[price_data].`, {
      code: "parameter_missing",
    });
  const price = id === undefined ? createPrice(store, inline, `${place}[price_data]`) : store.of("price", id);
  if (price === undefined) throw noSuch("price", id ?? "", `${place}[price]`);
  const quantity = formNumberOf(form, "quantity");
  if (quantity === undefined)
    throw invalidRequest(`Missing required param: ${place}[quantity].`, { code: "parameter_missing" });
  return { price, quantity };
};

const expiry = (store: StripeStore, form: FormObject): number => {
  const asked = formNumberOf(form, "expires_at");
  if (asked === undefined) return store.now() + day;
  if (asked < store.now() + 30 * minute - 5 || asked > store.now() + day + 5)
    throw invalidRequest("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", {
      param: "expires_at",
    });
  return asked;
};

const lineFacts = ({ price, quantity }: Line) => ({
  price: price.id,
  quantity,
  name: word(price, "nickname") || "Subscription",
});

/** https://docs.stripe.com/api/checkout/sessions/create */
export const createSession = (store: StripeStore, form: FormObject, pageOf: (id: string) => string): Thing => {
  const mode = formTextOf(form, "mode") ?? "";
  const items = formListOf(form, "line_items");
  if (mode === "setup" || items.length === 0)
    throw invalidRequest("Missing required param: line_items.", { code: "parameter_missing", param: "line_items" });
  if (formTextOf(form, "success_url") === undefined)
    throw invalidRequest("Missing required param: success_url.", { code: "parameter_missing", param: "success_url" });
  for (const name of ["success_url", "cancel_url"] as const) {
    const url = formTextOf(form, name);
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
      throw invalidRequest("Not a valid URL", { code: "url_invalid", param: name });
  }
  const customer = formTextOf(form, "customer");
  if (customer !== undefined) namedCustomer(store, customer);
  if (customer !== undefined && formTextOf(form, "customer_email") !== undefined)
    throw invalidRequest("You may only specify one of these parameters: customer, customer_email.");
  const foreign = mode === "payment" ? "subscription_data" : "payment_intent_data";
  if (Object.keys(formOf(form, foreign)).length > 0)
    throw invalidRequest(`You can not pass \`${foreign}\` in \`${mode}\` mode.`, { param: foreign });
  const lines = items.map((item, at) => lineOf(store, item, at));
  const [first] = lines;
  const currency = word(first?.price, "currency");
  if (lines.some(({ price }) => price["currency"] !== currency))
    throw invalidRequest("All prices on a Checkout session must be in the same currency.", { param: "line_items" });
  const recurring = lines.some(({ price }) => price["recurring"] !== null);
  if (recurring !== (mode === "subscription"))
    throw invalidRequest(
      recurring
        ? "You specified `payment` mode but passed a recurring price."
        : "You must provide at least one recurring price in `subscription` mode.",
    );
  const total = lines.reduce((sum, { price, quantity }) => sum + num(price, "unit_amount") * quantity, 0);
  if (mode === "payment") requireAmount(total, currency, "line_items");
  const data = formOf(form, mode === "payment" ? "payment_intent_data" : "subscription_data");
  const session = store.put("cs_test", "checkout.session", {
    amount_subtotal: total,
    amount_total: total,
    cancel_url: formTextOf(form, "cancel_url") ?? null,
    client_reference_id: formTextOf(form, "client_reference_id") ?? null,
    currency,
    customer: customer ?? null,
    customer_email: formTextOf(form, "customer_email") ?? null,
    expires_at: expiry(store, form),
    metadata: metadataIn(form),
    mode,
    payment_intent: null,
    payment_status: "unpaid",
    status: "open",
    subscription: null,
    success_url: formTextOf(form, "success_url"),
    ui_mode: "hosted_page",
  });
  session["url"] = pageOf(session.id);
  // What Stripe keeps and does not show on the session.
  Object.defineProperty(session, "behind", {
    enumerable: false,
    value: {
      lines: lines.map(lineFacts),
      metadata: metadataIn(data),
      capture: formTextOf(data, "capture_method") ?? "automatic",
    },
  });
  store.effects.did({ kind: "checkout", ...effectOf(session), amount: total });
  return session;
};

interface Behind {
  readonly lines: readonly ReturnType<typeof lineFacts>[];
  readonly metadata: Record<string, string>;
  readonly capture: string;
}

/** What the page shows; put there by `createSession`. */
export const behind = (session: Thing): Behind => session["behind"] as Behind;

/** A session is over at its time, whoever looks. */
export const refreshed = (store: StripeStore, session: Thing): Thing => {
  if (session["status"] === "open" && store.now() >= num(session, "expires_at"))
    Object.assign(session, { status: "expired", url: null });
  return session;
};

export const expireSession = (store: StripeStore, session: Thing): void => {
  if (refreshed(store, session)["status"] !== "open")
    throw invalidRequest(`Only Checkout Sessions with a status in ["open"] can be expired.`, {
      code: "checkout_session_unexpected_state",
    });
  Object.assign(session, { status: "expired", url: null });
};

/** The payer pays on the page. */
export const paySession = (store: StripeStore, session: Thing, method: string): void => {
  if (refreshed(store, session)["status"] !== "open") throw invalidRequest("This page is no longer open.");
  const { lines, metadata, capture } = behind(session);
  if (session["mode"] === "subscription") {
    session["customer"] ??= makeCustomer(store, { email: word(session, "customer_email") || "payer@example.com" }).id;
    session["subscription"] = subscribe(store, {
      customer: word(session, "customer"),
      currency: word(session, "currency"),
      lines,
      metadata,
    }).id;
    session["payment_status"] = "paid";
    store.effects.did({ kind: "payment", ...effectOf(session), amount: num(session, "amount_total") });
  } else {
    const known = store.of("payment_intent", word(session, "payment_intent"));
    const intent =
      known ??
      createIntent(store, {
        amount: num(session, "amount_total"),
        currency: word(session, "currency"),
        capture_method: capture,
        metadata,
        description: null,
        customer: word(session, "customer") || null,
      });
    session["payment_intent"] = intent.id;
    payIntent(store, intent, method);
    session["payment_status"] = intent["status"] === "succeeded" ? "paid" : "unpaid";
  }
  Object.assign(session, { status: "complete", url: null });
};
