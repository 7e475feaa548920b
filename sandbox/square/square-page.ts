import { escape, frame, html, type PageAnswer } from "../page-frame.ts";
import { paySquareLink } from "./square-payments.ts";
import type { SquareLink, SquareOrderRecord, SquareStore } from "./square-store.ts";

const shown = ({ amount, currency }: SquareOrderRecord["total"]): string =>
  `${currency} ${currency === "JPY" ? amount : (amount / 100).toFixed(2)}`;

const openPage = (order: SquareOrderRecord): PageAnswer =>
  html(
    frame(
      "Sandbox Square",
      `<h1>Pay ${escape(shown(order.total))}</h1>
<ul>${order.lines.map(({ name, quantity }) => `<li><span>${escape(name)}</span><span>× ${escape(quantity)}</span></li>`).join("")}</ul>
<form method="post">
<label>Card <select name="card"><option value="ok">4111 1111 1111 1111: pays</option></select></label>
<button type="submit">Pay</button>
</form>`,
    ),
  );

const payable = (
  store: SquareStore,
  id: string,
): { readonly link: SquareLink; readonly order: SquareOrderRecord } | undefined => {
  const link = store.links.get(id);
  const order = link && store.orders.get(link.orderId);
  if (link === undefined || order === undefined) return undefined;
  return order.state === "OPEN" && order.paymentIds.length === 0 ? { link, order } : undefined;
};

/** The page on which a payer pays; `form` is what the payer has sent. It has no way back but by paying. */
export const squarePage = (store: SquareStore, id: string, form: URLSearchParams | undefined): PageAnswer => {
  const found = payable(store, id);
  if (found === undefined) return html(frame("Nothing to pay", "<h1>There is nothing to pay any more</h1>"), 410);
  if (form === undefined) return openPage(found.order);
  paySquareLink(store, found.link);
  return found.link.redirectUrl === null
    ? html(frame("Done", "<h1>Done: you may close this page</h1>"))
    : { status: 303, body: "", location: found.link.redirectUrl };
};
