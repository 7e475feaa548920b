import type { InvoiceQuery, Unable, VendorPage } from "../../../contracts/payments/payments-vendor.ts";
import type { VendorInvoice } from "../../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askPaypal, askPaypalFor } from "./ask-paypal.ts";
import { momentAt } from "../_json/moment-at.ts";
import { moneyAt } from "./paypal-amounts.ts";
import { pageOf } from "./paypal-objects.ts";
import { readOf } from "./paypal-request.ts";
import { invoiceWords, saidBy } from "./paypal-words.ts";

/** People write invoices in PayPal's dashboard: they bear no mark of ours, and name their customer by an address alone. */
export const paypalInvoiceOf = (invoice: JsonRecord, baseUrl: string): VendorInvoice => {
  const detail = recordAt(invoice, "detail");
  const metadata = recordAt(detail, "metadata");
  const due = recordAt(detail, "payment_term");
  return {
    providerObjectId: wordAt(invoice, "id") ?? "",
    providerStatus: wordAt(invoice, "status") ?? "",
    status: saidBy(invoiceWords, wordAt(invoice, "status"), "unknown" as const),
    number: stringAt(detail, "invoice_number") ?? null,
    customerId: null,
    subscriptionId: null,
    total: moneyAt(invoice, "amount"),
    paid: moneyAt(recordAt(invoice, "payments"), "paid_amount"),
    remaining: moneyAt(invoice, "due_amount"),
    url: pageOf(stringAt(metadata, "recipient_view_url"), baseUrl),
    createdAt: momentAt(metadata, "create_time"),
    dueAt: momentAt(due, "due_date"),
    madeFor: null,
  };
};

export const readPaypalInvoice = async (id: string, io: VendorIo): Promise<VendorInvoice> =>
  paypalInvoiceOf(
    (await askPaypalFor(readOf({ path: "/v2/invoicing/invoices/{id}", values: { id } }), io)).document,
    io.baseUrl,
  );

/** Its list knows no filter; its search knows addresses, and no customers. */
export const unableToListAtPaypal = ({
  customerId,
  status,
}: Omit<InvoiceQuery, "limit" | "after">): Unable | undefined => {
  if (customerId !== undefined) return { field: "customer", expected: "no customer, of whom it keeps none" };
  return status === undefined ? undefined : { field: "status", expected: "no status: it lists all of them" };
};

const mostPages = 1_000;

/** A page's number, as we gave it out; whatever else is asked for is the first page. */
const numberOf = (after: string | undefined): number =>
  after !== undefined && /^[1-9]\d{0,2}$/.test(after) ? Number(after) : 1;

export const listPaypalInvoices = async (
  { limit, after }: InvoiceQuery,
  io: VendorIo,
): Promise<VendorPage<VendorInvoice>> => {
  const page = numberOf(after);
  // Both are whole numbers of ours, so that the address stays the declared one.
  const path = `/v2/invoicing/invoices?page=${page}&page_size=${limit}&total_required=true`;
  const document = await askPaypal(readOf({ path }), io);
  const data = arrayAt(document, "items")
    .filter(isRecord)
    .map((invoice) => paypalInvoiceOf(invoice, io.baseUrl));
  const pages = document?.["total_pages"];
  const more = typeof pages === "number" && page < Math.min(pages, mostPages);
  return { data, next: more ? String(page + 1) : null };
};
