import { z } from "zod";
import { csvText } from "../../platform/csv-text.ts";
import type { Deps } from "../../platform/deps.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { ofApp, type BillingCaller } from "./billed-app.ts";
import { AppCustomerId, Month } from "./customer-id.ts";
import { requireCustomer } from "./customers.ts";
import { selectStatement } from "./store-statements.ts";
import { WalletEntryKind } from "./wallet-entry-kind.ts";

export const StatementOfInput = z.strictObject({ ...ofApp, customerId: AppCustomerId, month: Month });
export type StatementOfInput = z.input<typeof StatementOfInput>;

const nanos = z.string().describe("Nano-USD, a decimal string");

/** What happened to a customer's wallet in a month. */
export const Statement = z.object({
  customerId: AppCustomerId,
  appId: z.string(),
  name: z.string().nullable(),
  month: Month,
  openingNanos: nanos.describe("Nano-USD when the month began, held money included"),
  closingNanos: nanos.describe("Nano-USD at its end, or now; held money included"),
  creditedNanos: nanos.describe("Top-ups, refunds of them, allowances and adjustments"),
  chargedNanos: nanos.describe("Calls and their corrections"),
  lines: z
    .array(
      z.object({
        kind: WalletEntryKind,
        operation: z.string().nullable(),
        model: z.string().nullable().describe("`vendor/model`, or the vendor"),
        entries: z.int(),
        amountNanos: nanos.describe("Nano-USD; below zero where it takes from the wallet"),
      }),
    )
    .describe("By kind, operation and model"),
});
export type Statement = z.infer<typeof Statement>;

/** A customer's statement of a month. */
export const getStatement = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: StatementOfInput,
): Promise<Statement> => {
  const { month, ...of } = parseInput(StatementOfInput, input);
  const { wallet_id: walletId, app_id: appId, customer_id: customerId, name } = await requireCustomer(db.pool, ctx, of);
  const { opening, lines } = await selectStatement(db.pool, walletId, month);
  const sum = (charges: boolean): bigint =>
    lines
      .filter(({ kind }) => (kind === "charge" || kind === "correction") === charges)
      .reduce((total, { amount }) => total + BigInt(amount), 0n);
  return {
    customerId,
    appId,
    name,
    month,
    openingNanos: opening,
    closingNanos: (BigInt(opening) + sum(true) + sum(false)).toString(),
    creditedNanos: sum(false).toString(),
    chargedNanos: (-sum(true)).toString(),
    lines: lines.map(({ kind, operation, vendor, model, entries, amount }) => ({
      kind,
      operation,
      model: vendor === null ? null : [vendor, model].filter(Boolean).join("/"),
      entries,
      amountNanos: amount,
    })),
  };
};

export const StatementCsvOutput = z.object({ fileName: z.string(), csv: z.string() });
export type StatementCsvOutput = z.infer<typeof StatementCsvOutput>;

/** A statement as a table, amounts in USD. */
export const statementCsv = ({
  customerId,
  month,
  openingNanos,
  closingNanos,
  lines,
}: Statement): StatementCsvOutput => {
  const row = (kind: string, operation: string, model: string, entries: string, nanoUsd: string): string =>
    [
      csvText(customerId),
      month,
      kind,
      csvText(operation),
      csvText(model),
      entries,
      formatUsd(BigInt(nanoUsd)),
      nanoUsd,
    ].join(",");
  const table = [
    "customer,month,kind,operation,model,entries,usd,nano_usd",
    row("opening", "", "", "", openingNanos),
    ...lines.map(({ kind, operation, model, entries, amountNanos }) =>
      row(kind, operation ?? "", model ?? "", String(entries), amountNanos),
    ),
    row("closing", "", "", "", closingNanos),
  ];
  return {
    fileName: `statement-${customerId.replaceAll(/[^A-Za-z0-9_.-]/g, "_")}-${month}.csv`,
    csv: `${table.join("\r\n")}\r\n`,
  };
};

/** A customer's statement of a month, as a table. */
export const getStatementCsv = async (
  deps: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: StatementOfInput,
): Promise<StatementCsvOutput> => statementCsv(await getStatement(deps, ctx, input));
