import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { InvoicePage, InvoiceView } from "./answers.ts";
import { HolderName, ProviderObjectId } from "./input-parts.ts";
import { InvoiceStatus } from "./statuses.ts";

export const InvoiceOfInput = z.strictObject({
  provider: HolderName.describe("The vendor that wrote it"),
  invoiceId: ProviderObjectId,
});

export const ListInvoicesInput = z.strictObject({
  provider: HolderName.describe("The vendor whose invoices are listed"),
  customer: ProviderObjectId.optional().describe(
    "The vendor's id of a customer of yours; all of your invoices where absent",
  ),
  status: InvoiceStatus.exclude(["unknown"]).optional().describe("All of them where absent"),
  limit: z.int().min(1).max(100).default(20),
  after: ProviderObjectId.optional().describe("`next` of the page before"),
});
export type ListInvoicesInput = z.infer<typeof ListInvoicesInput>;

const family = "payments";

/** Operations of invoices, which vendors write for subscriptions, and people in the vendor's dashboard. */
export const invoices = {
  getInvoice: defineOperation({
    id: "payments.invoice.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read an invoice by its vendor's id, as an app does that was told of it",
    input: InvoiceOfInput,
    output: InvoiceView,
  }),
  listInvoices: defineOperation({
    id: "payments.invoice.list",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "List the invoices of a customer, or all of the app's",
    input: ListInvoicesInput,
    output: InvoicePage,
  }),
} as const;
