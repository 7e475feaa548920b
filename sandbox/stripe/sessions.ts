import { makeCustomer, namedCustomer, subscribe } from "./billing.ts";
import { formOf, metadataIn, formNumberOf, formTextOf, type FormObject } from "./params.ts";
import { countPayment, isOpenLink } from "./payment-links.ts";
import { createIntent, effectOf, num, payIntent, word } from "./payments.ts";
import { lineFacts, pricedLines } from "./priced-lines.ts";
import { invalidRequest } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

const minute = 60;
const day = 86_400;

const expiry = (store: StripeStore, form: FormObject): number => {
  const asked = formNumberOf(form, "expires_at");
  if (asked === undefined) return store.now() + day;
  if (asked < store.now() + 30 * minute - 5 || asked > store.now() + day + 5)
    throw invalidRequest("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", {
      param: "expires_at",
    });
  return asked;
};

interface Behind {
  readonly lines: readonly ReturnType<typeof lineFacts>[];
  readonly metadata: Record<string, string>;
  readonly capture: string;
}

interface NewSession {
  readonly mode: string;
  readonly total: number;
  readonly currency: string;
  readonly cancelUrl: string | undefined;
  readonly successUrl: string | undefined;
  readonly clientReferenceId: string | undefined;
  readonly customer: string | undefined;
  readonly email: string | undefined;
  readonly expiresAt: number;
  readonly metadata: Record<string, string>;
  /** The payment link on which it was opened. */
  readonly link: string | undefined;
  readonly behind: Behind;
}

/** A session as Stripe keeps it, whoever opened it. */
export const putSession = (store: StripeStore, pageOf: (id: string) => string, made: NewSession): Thing => {
  const session = store.put("cs_test", "checkout.session", {
    amount_subtotal: made.total,
    amount_total: made.total,
    cancel_url: made.cancelUrl ?? null,
    client_reference_id: made.clientReferenceId ?? null,
    currency: made.currency,
    customer: made.customer ?? null,
    customer_email: made.email ?? null,
    expires_at: made.expiresAt,
    metadata: made.metadata,
    mode: made.mode,
    payment_intent: null,
    payment_link: made.link ?? null,
    payment_status: "unpaid",
    status: "open",
    subscription: null,
    success_url: made.successUrl ?? null,
    ui_mode: "hosted_page",
  });
  session["url"] = pageOf(session.id);
  // What Stripe keeps and does not show on the session.
  Object.defineProperty(session, "behind", { enumerable: false, value: made.behind });
  return session;
};

/** https://docs.stripe.com/api/checkout/sessions/create */
export const createSession = (store: StripeStore, form: FormObject, pageOf: (id: string) => string): Thing => {
  const mode = formTextOf(form, "mode") ?? "";
  if (mode === "setup")
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
  const { lines, currency, total, recurring } = pricedLines(store, form);
  if (recurring !== (mode === "subscription"))
    throw invalidRequest(
      recurring
        ? "You specified `payment` mode but passed a recurring price."
        : "You must provide at least one recurring price in `subscription` mode.",
    );
  const data = formOf(form, mode === "payment" ? "payment_intent_data" : "subscription_data");
  const session = putSession(store, pageOf, {
    cancelUrl: formTextOf(form, "cancel_url"),
    clientReferenceId: formTextOf(form, "client_reference_id"),
    customer,
    email: formTextOf(form, "customer_email"),
    expiresAt: expiry(store, form),
    metadata: metadataIn(form),
    successUrl: formTextOf(form, "success_url"),
    link: undefined,
    total,
    currency,
    mode,
    behind: {
      lines: lines.map(lineFacts),
      metadata: metadataIn(data),
      capture: formTextOf(data, "capture_method") ?? "automatic",
    },
  });
  store.effects.did({ kind: "checkout", ...effectOf(session), amount: total });
  return session;
};

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
  const link = store.of("payment_link", word(session, "payment_link"));
  if (link !== undefined && !isOpenLink(link)) throw invalidRequest("This payment link takes no more payments.");
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
  if (link !== undefined) countPayment(link);
};
