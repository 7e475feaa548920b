import { z } from "zod";
import { csvText } from "../../platform/csv-text.ts";
import { formatUsd } from "../../platform/format-usd.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { TimeZone } from "../../contracts/time-zone.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { Reach, withinReach, type UsageReader } from "../reach/index.ts";
import { selectAppNames } from "./store-names.ts";
import { selectBounds, selectPlan } from "./store-periods.ts";
import { selectStatementLines } from "./store-statement.ts";

/** Input of `getAppStatement`. */
export const AppStatementInput = z.strictObject({
  app: z.string().min(1).max(256).optional().describe("Registered id; without one, calls of all apps and of none"),
  month: z
    .string()
    .regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/, {
      error: "a month, for example 2026-11",
    })
    .describe("A calendar month of the time zone, for example 2026-11"),
  timeZone: TimeZone.default("UTC"),
});
export type AppStatementInput = z.input<typeof AppStatementInput>;

const nanos = z.string().describe("Nano-USD, a decimal string");

const StatementLine = z.object({
  app: z.string().nullable().describe("Registered id; null for calls of no registered app"),
  family: z.string().describe("ai, email or payments"),
  operation: z.string().describe("What was called, as `family.verb`, such as `ai.generateText`"),
  vendor: z.string(),
  model: z.string().nullable(),
  tier: z.string().nullable().describe("Whose credential paid"),
  calls: z.int().describe("Ended, paid or not"),
  errors: z.int().describe("Ended without effect"),
  inputUnits: z.int().describe("Tokens in, cached ones included"),
  outputUnits: z.int().describe("Tokens out, reasoning included"),
  nanosPerCall: nanos.nullable().describe("Amount by succeeded call, rounded down; null where none succeeded"),
  amountNanos: nanos,
});

export const AppStatementOutput = z.object({
  reach: Reach,
  app: z.string().nullable().describe("As asked for; null: all apps"),
  appName: z.string().nullable().describe("What people call the app"),
  month: z.string().describe("As asked for"),
  timeZone: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime().describe("Exclusive"),
  lines: z.array(StatementLine).describe("By app, family, operation, model and payer"),
  calls: z.int().describe("Of all lines"),
  errors: z.int().describe("Of all lines"),
  amountNanos: nanos.describe("The sum of the lines, and of the ledger's entries for these calls"),
});
export type AppStatementOutput = z.output<typeof AppStatementOutput>;

const nextMonth = (month: string): string => {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
};

/** What an app used in a month, by operation and model. */
export const getAppStatement = async (
  { db: { pool } }: Pick<DirectoryDeps, "db">,
  reader: UsageReader,
  input: AppStatementInput,
): Promise<AppStatementOutput> => {
  const { app, month, timeZone } = parseInput(AppStatementInput, input);
  const { reach, userId } = withinReach(reader, undefined);
  const bounds = await selectBounds(pool, {
    from: `${month}-01`,
    to: `${nextMonth(month)}-01`,
    timeZone,
  });
  const { organizationId } = reader;
  const plan = await selectPlan(pool, { organizationId, ...bounds, interval: "all", timeZone });
  const [rows, names] = await Promise.all([
    selectStatementLines(pool, {
      organizationId,
      plan,
      filter: { app, user: userId },
    }),
    app === undefined ? [] : selectAppNames(pool, [app]),
  ]);
  const lines = rows.map((row) => {
    const succeeded = BigInt(row.calls) - BigInt(row.failed);
    return {
      app: row.app_id === "" ? null : row.app_id,
      family: row.operation.split(".", 1)[0] ?? "",
      operation: row.operation,
      vendor: row.vendor,
      model: row.model === "" ? null : row.model,
      tier: row.tier === "" ? null : row.tier,
      calls: Number(row.calls),
      errors: Number(row.failed),
      inputUnits: Number(row.input_units),
      outputUnits: Number(row.output_units),
      nanosPerCall: succeeded > 0n ? (BigInt(row.cost) / succeeded).toString() : null,
      amountNanos: row.cost,
    };
  });
  return {
    reach,
    app: app ?? null,
    appName: names[0]?.name ?? null,
    month,
    timeZone,
    from: bounds.from.toISOString(),
    to: bounds.to.toISOString(),
    lines,
    calls: lines.reduce((sum, line) => sum + line.calls, 0),
    errors: lines.reduce((sum, line) => sum + line.errors, 0),
    amountNanos: lines.reduce((sum, line) => sum + BigInt(line.amountNanos), 0n).toString(),
  };
};

export const AppStatementCsvOutput = z.object({
  fileName: z.string().describe("What the file may be called"),
  csv: z.string().describe("A line of heads, one for each line of the statement, and the total"),
});
export type AppStatementCsvOutput = z.output<typeof AppStatementCsvOutput>;

/** The same as a table, amounts in USD and nano-USD; the last line is the total. */
export const getAppStatementCsv = async (
  deps: Pick<DirectoryDeps, "db">,
  reader: UsageReader,
  input: AppStatementInput,
): Promise<AppStatementCsvOutput> => {
  const statement = await getAppStatement(deps, reader, input);
  const { app, month, lines, calls, errors, amountNanos } = statement;
  const sum = (column: "inputUnits" | "outputUnits"): number => lines.reduce((total, line) => total + line[column], 0);
  const amount = (nanoUsd: string): string[] => [formatUsd(BigInt(nanoUsd)), nanoUsd];
  const table = [
    [
      "app",
      "month",
      "family",
      "operation",
      "vendor",
      "model",
      "paid_by",
      "calls",
      "errors",
      "input_units",
      "output_units",
      "usd",
      "nano_usd",
    ],
    ...lines.map((line) => [
      csvText(line.app ?? ""),
      month,
      line.family,
      csvText(line.operation),
      csvText(line.vendor),
      csvText(line.model ?? ""),
      line.tier ?? "",
      String(line.calls),
      String(line.errors),
      String(line.inputUnits),
      String(line.outputUnits),
      ...amount(line.amountNanos),
    ]),
    [
      csvText(app ?? ""),
      month,
      "total",
      "",
      "",
      "",
      "",
      String(calls),
      String(errors),
      String(sum("inputUnits")),
      String(sum("outputUnits")),
      ...amount(amountNanos),
    ],
  ];
  return {
    fileName: `usage-${(app ?? "all-apps").replaceAll(/[^A-Za-z0-9_.-]/g, "_")}-${month}.csv`,
    csv: `${table.map((row) => row.join(",")).join("\r\n")}\r\n`,
  };
};
