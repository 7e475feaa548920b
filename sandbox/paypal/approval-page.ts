import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { amountOf } from "./paypal-money.ts";
import { fundings, type Funding, type Order, type PaypalStore, type Subscription } from "./paypal-store.ts";
import { approveRevision, startSubscription } from "./paypal-subscriptions.ts";
import { payerId } from "./render-paypal.ts";

const shown = (money: { readonly units: number; readonly currency: string }): string => {
  const { currency_code: currency, value } = amountOf(money);
  return `${currency} ${value}`;
};

const isFunding = (word: string): word is Funding => Object.hasOwn(fundings, word);

const fundingOptions = Object.entries(fundings)
  .map(([id, name]) => `<option value="${id}">${escape(name)}</option>`)
  .join("\n");

const buttons = (
  verb: string,
): string => `<button class="go" type="submit" name="decision" value="approve">${verb}</button>
<button type="submit" name="decision" value="cancel">Cancel and go back</button>`;

const orderPage = (order: Order): PageAnswer => {
  const lines = order.items.map(
    ({ name, quantity }) => `<li><span>${escape(name)}</span><span>× ${escape(quantity)}</span></li>`,
  );
  const verb = order.intent === "AUTHORIZE" ? "Authorize" : "Pay";
  return html(
    frame(
      "Sandbox PayPal",
      `<h1>${verb} ${escape(shown(order))}</h1>
${order.description === null ? "" : `<p>${escape(order.description)}</p>`}
<ul>${lines.join("")}</ul>
<form method="post">
<label>Pay with <select name="funding">
${fundingOptions}
</select></label>
${buttons("Approve")}
</form>`,
    ),
  );
};

type Wanted = Pick<Subscription, "planId" | "quantity">;

const subscriptionPage = (store: PaypalStore, one: Wanted, verb: "Subscribe" | "Change"): PageAnswer => {
  const plan = store.plans.get(one.planId);
  const price = plan?.price ?? { units: 0, currency: "USD" };
  const each = plan?.interval === "YEAR" ? "year" : "month";
  return html(
    frame(
      "Sandbox PayPal",
      `<h1>${verb}: ${escape(shown({ ...price, units: price.units * one.quantity }))} each ${each}</h1>
<p>${escape(plan?.name ?? one.planId)} × ${one.quantity}</p>
<form method="post">
${buttons(verb)}
</form>`,
    ),
  );
};

const over = (): PageAnswer => html(frame("Nothing to approve", "<h1>There is nothing to approve any more</h1>"), 410);

/** Where PayPal sends a payer: what is returned to names what was approved. */
const returnTo = (url: string | null, more: Readonly<Record<string, string>>): PageAnswer => {
  const target = URL.parse(url ?? "");
  if (target === null) return html(frame("Done", "<h1>Done: you may close this page</h1>"));
  for (const [name, value] of Object.entries(more)) target.searchParams.set(name, value);
  return { status: 303, body: "", location: target.href };
};

const decideOrder = (order: Order, form: URLSearchParams): PageAnswer => {
  if (form.get("decision") !== "approve") return returnTo(order.cancelUrl, { token: order.id });
  const funding = form.get("funding") ?? "balance";
  if (!isFunding(funding)) return orderPage(order);
  order.funding = funding;
  order.status = "APPROVED";
  order.email ??= "payer@example.com";
  return returnTo(order.returnUrl, { token: order.id, PayerID: payerId });
};

/** The page on which a payer approves an order; `form` is what the payer has sent. */
export const orderApproval = (store: PaypalStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const order = store.order(id);
  if (order === undefined || !["CREATED", "PAYER_ACTION_REQUIRED"].includes(order.status)) return over();
  return form === undefined ? orderPage(order) : decideOrder(order, form);
};

/** The same of a subscription. */
export const subscriptionApproval = (store: PaypalStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const one = store.subscriptions.get(id);
  if (one?.status !== "APPROVAL_PENDING") return over();
  if (form === undefined) return subscriptionPage(store, one, "Subscribe");
  const named = { subscription_id: one.id, ba_token: `BA-${one.id}`, token: one.id };
  if (form.get("decision") !== "approve") return returnTo(one.cancelUrl, named);
  startSubscription(store, one);
  return returnTo(one.returnUrl, named);
};

/** The page on which a payer approves that a subscription changes. */
export const revisionApproval = (store: PaypalStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const one = store.subscriptions.get(id);
  const revision = one?.revision;
  if (one === undefined || revision === null || revision === undefined) return over();
  if (form === undefined) return subscriptionPage(store, revision, "Change");
  const named = { subscription_id: one.id, ba_token: `BA-${one.id}` };
  if (form.get("decision") !== "approve") return returnTo(revision.cancelUrl, named);
  approveRevision(one, revision);
  return returnTo(revision.returnUrl, named);
};
