import type { NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import type { CallGateway } from "./call-gateway.ts";
import { showMoney } from "./money.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

type Invoice = Awaited<ReturnType<NexusClient["payments"]["invoice"]["get"]["query"]>>;
type Dispute = Awaited<ReturnType<NexusClient["payments"]["dispute"]["get"]["query"]>>;

interface At {
  readonly provider: string;
  readonly json?: boolean;
}

interface Page extends At {
  readonly customer?: string;
  readonly limit: string;
  readonly after?: string;
}

const provider = ["--provider <vendor>", "the vendor that has it", "stripe"] as const;

const dayOf = (moment: string | null): string => moment?.slice(0, 10) ?? "–";

const invoicesTold = (invoices: readonly Invoice[]): string =>
  table(
    ["INVOICE", "NUMBER", "STATUS", "TOTAL", "TO BE PAID", "OF"],
    invoices.map(({ invoiceId, number, status, total, remaining, createdAt }) => [
      invoiceId,
      number ?? "–",
      status,
      showMoney(total),
      showMoney(remaining),
      dayOf(createdAt),
    ]),
    ["TOTAL", "TO BE PAID"],
  );

const disputesTold = (disputes: readonly Dispute[]): string =>
  table(
    ["DISPUTE", "STATUS", "WHY", "AMOUNT", "ANSWER UNTIL"],
    disputes.map(({ disputeId, status, reason, amount, respondBy }) => [
      disputeId,
      status,
      reason ?? "–",
      showMoney(amount),
      dayOf(respondBy),
    ]),
    ["AMOUNT"],
  );

/** `nexus payments invoice list|show` and `nexus payments dispute list|show`. */
export const recordCommands = (payments: Command, say: Terminal["say"], withClient: CallGateway): void => {
  const invoice = payments.command("invoice").description("invoices as payment vendors have written them");

  invoice
    .command("list")
    .description("newest first")
    .option(...provider)
    .option("--customer <id>", "only those of a customer")
    .option("--limit <n>", "at most so many, up to 100", "20")
    .option("--after <next>", "go on where the page before ended")
    .option("--json", "one JSON object")
    .action((options: Page) =>
      withClient(async (nexus) => {
        const page = await nexus.payments.invoice.list.query({
          provider: options.provider,
          limit: Number(options.limit),
          ...(options.customer === undefined ? {} : { customer: options.customer }),
          ...(options.after === undefined ? {} : { after: options.after }),
        });
        if (options.json) return say(JSON.stringify(page));
        say(page.invoices.length === 0 ? "None." : invoicesTold(page.invoices));
        if (page.next !== null) say(`More: --after ${page.next}`);
      }),
    );

  invoice
    .command("show <invoice-id>")
    .description("read an invoice at its vendor")
    .option(...provider)
    .option("--json", "one JSON object")
    .action((invoiceId: string, options: At) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.invoice.get.query({ provider: options.provider, invoiceId });
        say(options.json ? JSON.stringify(view) : invoicesTold([view]));
      }),
    );

  const dispute = payments.command("dispute").description("payments that payers or their banks want back");

  dispute
    .command("list <payment-id>")
    .description("those of an order (ord_…) or a checkout (chk_…)")
    .option("--json", "one JSON object")
    .action((paymentId: string, { json }: { readonly json?: boolean }) =>
      withClient(async (nexus) => {
        const of = paymentId.startsWith("chk_") ? { checkoutId: paymentId } : { orderId: paymentId };
        const found = await nexus.payments.dispute.list.query(of);
        if (json) return say(JSON.stringify(found));
        say(found.disputes.length === 0 ? "None." : disputesTold(found.disputes));
      }),
    );

  dispute
    .command("show <dispute-id>")
    .description("read a dispute at its vendor")
    .option(...provider)
    .option("--json", "one JSON object")
    .action((disputeId: string, options: At) =>
      withClient(async (nexus) => {
        const view = await nexus.payments.dispute.get.query({ provider: options.provider, disputeId });
        say(options.json ? JSON.stringify(view) : disputesTold([view]));
      }),
    );
};
