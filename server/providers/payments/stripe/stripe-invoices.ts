import type { VendorInvoice } from "../../../contracts/payments/vendor-objects.ts";
import type { InvoiceQuery, Unable, VendorPage } from "../../../contracts/payments/payments-vendor.ts";
import type { VendorIo } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { askStripe, askStripeFor } from "./ask-stripe.ts";
import { idAt, madeForOf, stripeMomentAt, stripeMoneyAt, urlAt } from "./stripe-fields.ts";
import { stripeRequest } from "./stripe-request.ts";
import { invoiceStatus, invoiceWordOf } from "./stripe-words.ts";

/** What Stripe bills for a subscription bears the subscription's mark; its own metadata is whoever's wrote it. */
export const invoiceOf = (invoice: JsonRecord): VendorInvoice => {
  const subscription = recordAt(recordAt(invoice, "parent"), "subscription_details");
  return {
    providerObjectId: wordAt(invoice, "id") ?? "",
    providerStatus: wordAt(invoice, "status") ?? "",
    status: invoiceStatus(wordAt(invoice, "status")),
    number: stringAt(invoice, "number") ?? null,
    customerId: idAt(invoice, "customer"),
    subscriptionId: idAt(subscription, "subscription"),
    total: stripeMoneyAt(invoice, "total"),
    paid: stripeMoneyAt(invoice, "amount_paid"),
    remaining: stripeMoneyAt(invoice, "amount_remaining"),
    url: urlAt(invoice, "hosted_invoice_url"),
    createdAt: stripeMomentAt(invoice, "created"),
    dueAt: stripeMomentAt(invoice, "due_date"),
    madeFor: madeForOf(invoice) ?? (subscription === undefined ? null : madeForOf(subscription)),
  };
};

export const readInvoice = async (id: string, io: VendorIo): Promise<VendorInvoice> =>
  invoiceOf(
    (await askStripeFor(await stripeRequest((stripe) => stripe.invoices.retrieve(id)), "invoice", io)).document,
  );

/** Stripe has no word for what is paid or given back in part. */
export const unableToListAtStripe = ({ status }: Pick<InvoiceQuery, "status">): Unable | undefined =>
  status === undefined || invoiceWordOf(status) !== undefined
    ? undefined
    : { field: "status", expected: "draft, open, paid, uncollectible or canceled" };

export const listStripeInvoices = async (
  { customerId, status, limit, after }: InvoiceQuery,
  io: VendorIo,
): Promise<VendorPage<VendorInvoice>> => {
  const word = status && invoiceWordOf(status);
  const request = await stripeRequest((stripe) =>
    stripe.invoices.list({
      ...(customerId === undefined ? {} : { customer: customerId }),
      ...(word === undefined ? {} : { status: word }),
      limit,
      ...(after === undefined ? {} : { starting_after: after }),
    }),
  );
  const { document } = await askStripe(request, io);
  const data = arrayAt(document, "data").filter(isRecord).map(invoiceOf);
  return { data, next: document["has_more"] === true ? (data.at(-1)?.providerObjectId ?? null) : null };
};
