import { endSubscription, itemsOf, changeSubscription } from "./billing.ts";
import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { num, word } from "./payments.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

/** A page that nobody opened soon enough is gone, as Stripe's is. */
const lifetimeS = 3_600;

const until = (subscription: Thing): string =>
  new Date(Math.max(...itemsOf(subscription).map((item) => num(item, "current_period_end"))) * 1_000)
    .toISOString()
    .slice(0, 10);

const row = (subscription: Thing): string => {
  const ends = subscription["cancel_at_period_end"] === true;
  const state = `${word(subscription, "status")}${ends ? `, ends ${until(subscription)}` : ""}`;
  const form =
    subscription["status"] === "canceled"
      ? ""
      : `<form method="post"><input type="hidden" name="subscription" value="${escape(subscription.id)}">
<button name="do" value="${ends ? "keep" : "end"}">${ends ? "Keep it" : "Cancel at the end of the period"}</button>
<button name="do" value="cancel">Cancel now</button></form>`;
  return `<section><h2>${escape(subscription.id)}</h2><p>${escape(state)}</p>${form}</section>`;
};

const change = (store: StripeStore, subscription: Thing, what: string | null): void => {
  if (subscription["status"] === "canceled") return;
  if (what === "cancel") endSubscription(store, subscription);
  else if (what === "end" || what === "keep")
    changeSubscription(store, subscription, { cancel_at_period_end: String(what === "end") });
};

/** The page on which a customer looks after subscriptions; `form` is what the customer has sent. */
export const portalPage = (store: StripeStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const session = store.of("billing_portal.session", id);
  if (session === undefined || store.now() - session.created > lifetimeS)
    return html(frame("Not found", "<h1>This page is no longer there</h1>"), 404);
  const own = store.all("subscription").filter((one) => one["customer"] === session["customer"]);
  const meant = own.find((one) => one.id === form?.get("subscription"));
  if (meant !== undefined) change(store, meant, form?.get("do") ?? null);
  const back = word(session, "return_url");
  return html(
    frame(
      "Sandbox customer portal",
      `<h1>Your subscriptions</h1>
${own.map(row).join("") || "<p>There are none.</p>"}
${back === "" ? "" : `<p><a href="${escape(back)}">Go back</a></p>`}`,
    ),
  );
};
