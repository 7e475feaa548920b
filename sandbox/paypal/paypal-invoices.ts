import { amountOf } from "./paypal-money.ts";
import { invalidRequestField } from "./paypal-refusal.ts";
import type { PaypalInvoice, PaypalStore } from "./paypal-store.ts";
import type { Site } from "./render-paypal.ts";

export const renderInvoice = (one: PaypalInvoice, site: Site) => {
  const { currency } = one;
  return {
    id: one.id,
    status: one.status,
    detail: {
      currency_code: currency,
      invoice_number: one.number,
      invoice_date: new Date(one.createdMs).toISOString().slice(0, 10),
      payment_term: { due_date: one.due },
      metadata: {
        create_time: new Date(one.createdMs).toISOString(),
        recipient_view_url: `${site.origin}/invoice/p/${one.id}`,
      },
    },
    primary_recipients: [{ billing_info: { email_address: one.email } }],
    amount: amountOf(one),
    due_amount: amountOf({ units: one.units - one.paidUnits, currency }),
    ...(one.paidUnits === 0 ? {} : { payments: { paid_amount: amountOf({ units: one.paidUnits, currency }) } }),
    links: [{ href: `${site.origin}/v2/invoicing/invoices/${one.id}`, rel: "self", method: "GET" }],
  };
};

const ranges = { page: 1_000, page_size: 100 } as const;

const numberIn = (query: URLSearchParams, name: keyof typeof ranges, otherwise: number): number => {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > ranges[name])
    throw invalidRequestField("INVALID_PARAMETER_VALUE", `/${name}`);
  return Number(text);
};

const known: ReadonlySet<string> = new Set(["page", "page_size", "total_required", "fields"]);

/** https://developer.paypal.com/docs/api/invoicing/v2/#invoices_list: newest first. */
export const pageOfInvoices = (store: PaypalStore, query: URLSearchParams, site: Site): unknown => {
  for (const name of query.keys())
    if (!known.has(name)) throw invalidRequestField("INVALID_PARAMETER_SYNTAX", `/${name}`);
  const page = numberIn(query, "page", 1);
  const size = numberIn(query, "page_size", 20);
  const all = [...store.invoices.values()].toReversed();
  return {
    ...(query.get("total_required") === "true"
      ? { total_pages: Math.ceil(all.length / size), total_items: all.length }
      : {}),
    items: all.slice((page - 1) * size, page * size).map((one) => renderInvoice(one, site)),
    links: [{ href: `${site.origin}/v2/invoicing/invoices`, rel: "self", method: "GET" }],
  };
};
