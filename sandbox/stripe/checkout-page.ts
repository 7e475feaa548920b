import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { shownAmount } from "./shown-amount.ts";
import { behind, paySession, refreshed } from "./sessions.ts";
import { num, word } from "./payments.ts";
import { StripeRefusal } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

const openPage = (session: Thing, problem: string): string => {
  const currency = word(session, "currency");
  const lines = behind(session).lines.map(
    ({ name, quantity }) => `<li><span>${escape(name)}</span><span>× ${quantity}</span></li>`,
  );
  const cancel = word(session, "cancel_url");
  return frame(
    "Sandbox checkout",
    `<h1>Pay ${escape(shownAmount(num(session, "amount_total"), currency))}</h1>
<ul>${lines.join("")}</ul>
${problem === "" ? "" : `<p role="alert">${escape(problem)}</p>`}
<form method="post">
<label>Card <select name="payment_method">
<option value="pm_card_visa">4242 4242 4242 4242: pays</option>
<option value="pm_card_chargeDeclined">4000 0000 0000 0002: is declined</option>
<option value="pm_card_createDispute">4000 0000 0000 0259: pays, and is disputed</option>
</select></label>
<button class="go" type="submit">Pay</button>
</form>
${cancel === "" ? "" : `<p><a href="${escape(cancel)}">Cancel and go back</a></p>`}`,
  );
};

/** Where a payer is sent who has paid; who paid on a link may stay here. */
const afterPayment = (session: Thing): PageAnswer => {
  const location = word(session, "success_url").replaceAll("{CHECKOUT_SESSION_ID}", session.id);
  return location === ""
    ? html(frame("Paid", "<h1>Thank you: it is paid</h1><p>You may close this page.</p>"))
    : { status: 303, body: "", location };
};

/** The page on which a payer pays; `form` is what the payer has sent. */
export const checkoutPage = (store: StripeStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const session = store.of("checkout.session", id);
  if (session === undefined) return html(frame("Not found", "<h1>There is no such checkout</h1>"), 404);
  if (refreshed(store, session)["status"] !== "open")
    return html(frame("Checkout is over", `<h1>This checkout is ${escape(word(session, "status"))}</h1>`), 410);
  if (form === undefined) return html(openPage(session, ""));
  try {
    paySession(store, session, form.get("payment_method") ?? "");
    return afterPayment(session);
  } catch (error) {
    if (!(error instanceof StripeRefusal)) throw error;
    return html(openPage(session, error.message), 402);
  }
};
