import { Option, type Command } from "commander";
import {
  exploreUsage,
  getAppStatement,
  getAppStatementCsv,
  UsageGrouping,
  type UsageValue,
} from "../domain/usage/index.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { usageExportCommand } from "./usage-export.ts";
import { usageFilterOptions, usageFiltersOf, type UsageFilterOptions } from "./usage-filter-options.ts";
import { formatUsd } from "./usd.ts";

interface Filtered extends UsageFilterOptions {
  readonly org: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

const usd = (nanos: string): string => formatUsd(BigInt(nanos));

const filtered = (command: Command): Command =>
  usageFilterOptions(
    command
      .requiredOption("--org <slug-or-id>", "organization")
      .requiredOption("--from <day-or-moment>", "for example 2026-11-01")
      .requiredOption("--to <day-or-moment>", "exclusive")
      .option("--time-zone <name>", "of days", "UTC"),
  );

const nameOf = ({ value, name }: UsageValue): string => name ?? value ?? "–";

/** `nexus usage report|export|statement`: what was used, by what people ask for. */
export const usageReportCommands = (program: Command, terminal: Terminal): void => {
  const { withOperator, say } = terminal;
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
            ...usageFiltersOf(options),
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

  usageExportCommand(usage, terminal);

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
