import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { mollieAmount } from "./mollie-money.ts";
import { cancelMolliePayment, payMolliePayment, type MollieOutcome } from "./mollie-payments.ts";
import type { MolliePayment, MollieStore } from "./mollie-store.ts";

const outcomes: Readonly<Record<MollieOutcome, string>> = {
  paid: "Card 4543 4740 0224 9996: pays",
  pending: "Bank transfer: is pending for days",
  failed: "Card 4543 4740 0224 9997: is declined",
};

const isOutcome = (word: string): word is MollieOutcome => Object.hasOwn(outcomes, word);

const openPage = (payment: MolliePayment): PageAnswer => {
  const { currency, value } = mollieAmount(payment);
  const lines = payment.lines.map(
    ({ description, quantity }) => `<li><span>${escape(description)}</span><span>× ${quantity}</span></li>`,
  );
  const options = Object.entries(outcomes).map(([id, name]) => `<option value="${id}">${escape(name)}</option>`);
  return html(
    frame(
      "Sandbox Mollie",
      `<h1>${payment.captureMode === "manual" ? "Authorize" : "Pay"} ${escape(`${currency} ${value}`)}</h1>
<p>${escape(payment.description)}</p>
<ul>${lines.join("")}</ul>
<form method="post">
<label>Pay with <select name="outcome">
${options.join("\n")}
</select></label>
<button type="submit" name="decision" value="pay">Pay</button>
<button type="submit" name="decision" value="cancel">Cancel and go back</button>
</form>`,
    ),
  );
};

const sentTo = (location: string | null): PageAnswer =>
  location === null
    ? html(frame("Done", "<h1>Done: you may close this page</h1>"))
    : { status: 303, body: "", location };

/** The page on which a payer pays; `form` is what the payer has sent. Without `cancelUrl` all come back to `redirectUrl`. */
export const molliePage = (store: MollieStore, code: string, form: URLSearchParams | undefined): PageAnswer => {
  const payment = store.payment(`tr_${code}`);
  if (payment?.status !== "open")
    return html(
      frame("Nothing to pay", "<h1>There is nothing to pay any more</h1>"),
      payment === undefined ? 404 : 410,
    );
  if (form === undefined) return openPage(payment);
  if (form.get("decision") === "cancel") {
    cancelMolliePayment(store, payment);
    return sentTo(payment.cancelUrl ?? payment.redirectUrl);
  }
  const outcome = form.get("outcome") ?? "paid";
  if (!isOutcome(outcome)) return openPage(payment);
  payMolliePayment(store, payment, outcome);
  return sentTo(payment.redirectUrl);
};
