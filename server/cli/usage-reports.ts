import { Option, type Command } from "commander";
import {
  exportUsage,
  exploreUsage,
  getAppStatement,
  getAppStatementCsv,
  usageExportText,
  UsageGrouping,
  type UsageValue,
} from "../domain/usage/index.ts";
import { ExportFormat } from "../platform/export-text.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd } from "./usd.ts";

interface Filtered {
  readonly org: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly app?: string;
  readonly user?: string;
  readonly key?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly operation?: string;
}

const usd = (nanos: string): string => formatUsd(BigInt(nanos));

const filtersOf = ({ app, user, key, vendor, model, operation }: Filtered) => ({
  ...(app === undefined ? {} : { app }),
  ...(user === undefined ? {} : { user }),
  ...(key === undefined ? {} : { key }),
  ...(vendor === undefined ? {} : { vendor }),
  ...(model === undefined ? {} : { model }),
  ...(operation === undefined ? {} : { operation }),
});

const filtered = (command: Command): Command =>
  command
    .requiredOption("--org <slug-or-id>", "organization")
    .requiredOption("--from <day-or-moment>", "for example 2026-11-01")
    .requiredOption("--to <day-or-moment>", "exclusive")
    .option("--time-zone <name>", "of days", "UTC")
    .option("--app <id>", "only this app")
    .option("--user <id>", "only this person")
    .option("--key <id>", "only this API key or service token")
    .option("--vendor <id>", "only this vendor")
    .option("--model <id>", "only this model")
    .option("--operation <name>", "only this operation, for example ai.generateText");

const nameOf = ({ value, name }: UsageValue): string => name ?? value ?? "–";

/** `nexus usage report|export|statement`: what was used, by what people ask for. */
export const usageReportCommands = (program: Command, { withOperator, say, write }: Terminal): void => {
  const usage = program.commands.find((command) => command.name() === "usage") ?? program.command("usage");

  filtered(usage.command("report").description("usage of a period by one or two dimensions"))
    .addOption(new Option("--by <dimensions...>", "group by").choices(UsageGrouping.options).default(["model"]))
    .option("--json", "one JSON object")
    .action(
      (
        options: Filtered & {
          readonly by: UsageGrouping[];
          readonly json?: boolean;
        },
      ) =>
        withOperator(async (operator) => {
          const ctx = {
            ...operatorAtConsole(),
            organizationId: await organizationOf(operator, options.org),
          };
          const { from, to, timeZone, by } = options;
          const told = await exploreUsage(operator.deps, ctx, {
            from,
            to,
            timeZone,
            interval: "month",
            groupBy: by,
            limit: 50,
            ...filtersOf(options),
          });
          if (options.json) return say(JSON.stringify(told));
          const heads = [...by.map((name) => name.toUpperCase()), "CALLS", "ERRORS", "IN", "OUT", "P95 MS", "USD"];
          const row = (names: readonly string[], totals: (typeof told)["groups"][number]["totals"]): string[] => [
            ...by.map((_, place) => names[place] ?? ""),
            ...[totals.calls, totals.errors, totals.inputUnits, totals.outputUnits, totals.latencyP95Ms ?? "–"].map(
              String,
            ),
            usd(totals.costNanos),
          ];
          say(
            table(
              heads,
              [
                ...told.groups.map((group) => row(group.other ? ["(other)"] : group.by.map(nameOf), group.totals)),
                row(["total"], told.totals),
              ],
              heads.slice(by.length),
            ),
          );
        }),
    );

  filtered(usage.command("export").description("operations of a period, oldest first; the last line tells how many"))
    .addOption(new Option("--format <format>", "how").choices(ExportFormat.options).default("csv"))
    .action((options: Filtered & { readonly format: ExportFormat }) =>
      withOperator(async (operator) => {
        const ctx = {
          ...operatorAtConsole(),
          organizationId: await organizationOf(operator, options.org),
        };
        const { from, to, timeZone, format } = options;
        const exported = await exportUsage(operator.deps, ctx, {
          from,
          to,
          timeZone,
          format,
          ...filtersOf(options),
        });
        for await (const text of usageExportText(exported)) await write(text);
      }),
    );

  usage
    .command("statement <month>")
    .description("what an app used in a month, such as 2026-11")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--app <id>", "the app; all when absent")
    .option("--time-zone <name>", "of the month", "UTC")
    .addOption(new Option("--csv", "a table for a spreadsheet").conflicts("json"))
    .option("--json", "one JSON object")
    .action(
      (
        month: string,
        {
          org,
          app,
          timeZone,
          csv,
          json,
        }: Pick<Filtered, "org" | "app" | "timeZone"> & {
          readonly csv?: boolean;
          readonly json?: boolean;
        },
      ) =>
        withOperator(async (operator) => {
          const ctx = {
            ...operatorAtConsole(),
            organizationId: await organizationOf(operator, org),
          };
          const asked = {
            month,
            timeZone,
            ...(app === undefined ? {} : { app }),
          };
          if (csv) return say((await getAppStatementCsv(operator.deps, ctx, asked)).csv.trimEnd());
          const statement = await getAppStatement(operator.deps, ctx, asked);
          if (json) return say(JSON.stringify(statement));
          const heads = ["APP", "OPERATION", "MODEL", "TIER", "CALLS", "ERRORS", "IN", "OUT", "USD"];
          say(
            table(
              heads,
              [
                ...statement.lines.map((line) => [
                  line.app ?? "–",
                  line.operation,
                  line.model === null ? line.vendor : `${line.vendor}/${line.model}`,
                  line.tier ?? "–",
                  ...[line.calls, line.errors, line.inputUnits, line.outputUnits].map(String),
                  usd(line.amountNanos),
                ]),
                [
                  "total",
                  "",
                  "",
                  "",
                  String(statement.calls),
                  String(statement.errors),
                  "",
                  "",
                  usd(statement.amountNanos),
                ],
              ],
              heads.slice(4),
            ),
          );
        }),
    );
};
