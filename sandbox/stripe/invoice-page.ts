import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { num, word } from "./payments.ts";
import { shownAmount } from "./shown-amount.ts";
import type { StripeStore } from "./stripe-store.ts";

/** The page on which a customer reads an invoice. */
export const invoicePage = (store: StripeStore, id: string): PageAnswer => {
  const invoice = store.of("invoice", id);
  if (invoice === undefined) return html(frame("Not found", "<h1>There is no such invoice</h1>"), 404);
  const amount = (field: string): string => escape(shownAmount(num(invoice, field), word(invoice, "currency")));
  return html(
    frame(
      "Sandbox invoice",
      `<h1>Invoice ${escape(word(invoice, "number"))}</h1>
<ul>
<li><span>Status</span><span>${escape(word(invoice, "status"))}</span></li>
<li><span>Total</span><span>${amount("total")}</span></li>
<li><span>Paid</span><span>${amount("amount_paid")}</span></li>
<li><span>To be paid</span><span>${amount("amount_remaining")}</span></li>
</ul>`,
    ),
  );
};
