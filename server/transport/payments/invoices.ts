import type { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { payments } from "../../contracts/payments.ts";
import type { InvoicePage, InvoiceView } from "../../contracts/payments/answers.ts";
import type { InvoiceOfInput, ListInvoicesInput } from "../../contracts/payments/invoices.ts";
import type { VendorInvoice } from "../../contracts/payments/vendor-objects.ts";
import type { Route } from "../../families/family.ts";
import { paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";
import { findAnyones, findCustomer, isOwn, missing, uncallable } from "./own-objects.ts";
import { ownByCustomer } from "./own-by-customer.ts";

const viewOf = (object: VendorInvoice, provider: string): InvoiceView => {
  const { madeFor: _, ...invoice } = object;
  return { ...invoice, invoiceId: invoice.providerObjectId, provider };
};

/** Reads an invoice of the calling app by its vendor's id. */
export const getInvoice = async (
  ctx: ProcedureContext,
  { provider, invoiceId: id }: z.infer<typeof InvoiceOfInput>,
): Promise<InvoiceView> => {
  const operation = payments.getInvoice;
  const { object, route } = await findAnyones(ctx, {
    operation,
    provider,
    id,
    what: "invoice",
    can: "readInvoice",
    read: (vendor, io) => vendor.readInvoice?.(id, io) ?? uncallable("invoice"),
  });
  if (!(await ownByCustomer(ctx, { operation, provider, object, route }))) throw missing("invoice");
  return viewOf(object, route.target.vendor);
};

/** Of a customer of the app's own all invoices are, but for those that bear another's mark. */
const isListed = ({ madeFor }: VendorInvoice, call: CallContext, route: Route, customer: string | undefined): boolean =>
  (customer !== undefined && madeFor === null) || isOwn(madeFor, call, route, payments.listInvoices);

/** Lists invoices of the calling app, newest first. */
export const listInvoices = async (
  ctx: ProcedureContext,
  { provider, customer, status, limit, after }: ListInvoicesInput,
): Promise<InvoicePage> => {
  const operation = payments.listInvoices;
  const held = customer === undefined ? undefined : await findCustomer(ctx, { operation, provider, id: customer });
  const query = { customerId: customer, status, limit, after };
  const { answer, route } = await askVendor(
    ctx,
    paymentsRead({
      operation,
      place:
        held === undefined ? { accountsAt: provider, can: "listInvoices" } : { pin: held.pin, can: "listInvoices" },
      unable: (vendor) => vendor.unableToList?.(query),
      ask: (vendor, io) => vendor.listInvoices?.(query, io) ?? uncallable("list of invoices"),
    }),
  );
  const own = answer.data.filter((invoice) => isListed(invoice, ctx.call, route, customer));
  return { invoices: own.map((invoice) => viewOf(invoice, route.target.vendor)), next: answer.next };
};
