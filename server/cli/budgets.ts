import { Option, type Command } from "commander";
import {
  BudgetPeriod,
  BudgetScope,
  listBudgets,
  previewBudget,
  removeBudget,
  setBudget,
  type BudgetView,
} from "../domain/budgets/index.ts";
import { budgetRequestCommands } from "./budget-requests.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd, parseUsd } from "./usd.ts";

interface Set {
  readonly org: string;
  readonly scope: BudgetScope;
  readonly id?: string;
  readonly period: BudgetPeriod;
  readonly limit: string;
  readonly soft?: boolean;
  readonly rolling?: boolean;
  readonly alert?: readonly string[];
  readonly timeZone: string;
  readonly json?: boolean;
}

const percent = (text: string): number => {
  if (!/^\d{1,4}$/.test(text))
    throw new CliError(`--alert takes whole percents, for example 50 80 100, not "${text}".`);
  return Number(text);
};

const scopeOf = ({ scope, scopeId }: BudgetView): string => (scopeId === null ? scope : `${scope} ${scopeId}`);
const usd = (nanos: string): string => formatUsd(BigInt(nanos));

const inFlight = ({ reservedNanos, inDoubtNanos }: BudgetView): string =>
  (BigInt(reservedNanos) - BigInt(inDoubtNanos)).toString();

const describe = (budget: BudgetView): string =>
  `${budget.hard ? "Hard" : "Soft"} budget of ${usd(budget.limitNanos)} USD a ${budget.window === "rolling" ? "rolling " : ""}${budget.period} for ${budget.scopeId === null ? "the organization" : scopeOf(budget)}: ` +
  (budget.hard
    ? "calls that do not fit are refused, from now on, in every process."
    : "calls go on beyond it; alerts are raised.");

/** `nexus budget …`: what an organization, app, user or key may spend, and what is asked for beyond it. */
export const budgetCommands = (program: Command, terminal: Terminal): void => {
  const { withOperator, say } = terminal;
  const budget = program.command("budget").description("what may be spent");

  budget
    .command("set")
    .description("create a budget, or change the one of the same scope, period and window")
    .requiredOption("--org <slug-or-id>", "organization")
    .addOption(new Option("--scope <scope>", "what it counts").choices(BudgetScope.options).default("organization"))
    .option("--id <id>", "the app (srv_…), user or key; none for the organization")
    .addOption(new Option("--period <period>", "how often it resets").choices(BudgetPeriod.options).default("month"))
    .requiredOption("--limit <usd>", "USD, for example 25.00")
    .addOption(new Option("--hard", "refuse calls that do not fit; the default").conflicts("soft"))
    .option("--soft", "only alert")
    .option("--rolling", "the last hour, day, … instead of the calendar's")
    .option("--alert <percents...>", "alert at these percents; 80 and 100 when absent")
    .option("--time-zone <name>", "where the calendar's days begin", "UTC")
    .option("--json", "one JSON object")
    .action((options: Set) =>
      withOperator(async (operator) => {
        const organizationId = await organizationOf(operator, options.org);
        if (options.scope !== "organization" && options.id === undefined) {
          throw new CliError(
            `A budget of scope ${options.scope} needs --id, for example --id ${options.scope === "app" ? "srv_crm" : `${options.scope}_…`}.`,
          );
        }
        const set = await setBudget(
          operator.deps,
          { ...operatorAtConsole(), organizationId },
          {
            scope: options.scope,
            ...(options.id === undefined ? {} : { scopeId: options.id }),
            period: options.period,
            window: options.rolling ? "rolling" : "calendar",
            hard: options.soft !== true,
            limitNanos: parseUsd(options.limit).toString(),
            ...(options.alert === undefined ? {} : { alertThresholds: options.alert.map(percent) }),
            timeZone: options.timeZone,
          },
        );
        say(options.json ? JSON.stringify(set) : `${describe(set)}\n${set.id}`);
      }),
    );

  budget
    .command("preview")
    .description("what a budget would have refused in the period before, and the day on which it runs out")
    .requiredOption("--org <slug-or-id>", "organization")
    .addOption(new Option("--scope <scope>", "what it counts").choices(BudgetScope.options).default("organization"))
    .option("--id <id>", "the app (srv_…), user or key; none for the organization")
    .addOption(new Option("--period <period>", "how often it resets").choices(BudgetPeriod.options).default("month"))
    .requiredOption("--limit <usd>", "USD, for example 25.00")
    .option("--rolling", "the last hour, day, … instead of the calendar's")
    .option("--time-zone <name>", "where the calendar's days begin", "UTC")
    .option("--json", "one JSON object")
    .action((options: Omit<Set, "soft" | "alert">) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, options.org) };
        const { past, present } = await previewBudget(operator.deps, ctx, {
          scope: options.scope,
          ...(options.id === undefined ? {} : { scopeId: options.id }),
          period: options.period,
          window: options.rolling ? "rolling" : "calendar",
          limitNanos: parseUsd(options.limit).toString(),
          timeZone: options.timeZone,
        });
        if (options.json) return say(JSON.stringify({ past, present }));
        if (past)
          say(
            `From ${past.from} to ${past.to}: ${usd(past.costNanos)} USD, ${past.reachedAt === null ? "within the limit" : `beyond it by ${usd(past.beyondNanos)} USD, from ${past.reachedAt} on`}.`,
          );
        say(
          `Since ${present.from}: ${usd(present.spentNanos)} USD, lately ${usd(present.nanosPerDay)} USD a day: ${present.runsOutAt === null ? "it lasts" : `it runs out at ${present.runsOutAt}`}.`,
        );
      }),
    );

  budget
    .command("list")
    .description("budgets with what is spent, in flight and in doubt in the present period")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "one JSON array")
    .action((options: { readonly org: string; readonly json?: boolean }) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, options.org) };
        const { budgets } = await listBudgets(operator.deps, ctx);
        if (options.json) return say(JSON.stringify(budgets));
        if (budgets.length === 0) return say("No budget yet: npm run nexus -- budget set --help");
        const heads = [
          "ID",
          "SCOPE",
          "PERIOD",
          "KIND",
          "LIMIT",
          "SPENT",
          "IN FLIGHT",
          "IN DOUBT",
          "OVERRUN",
          "USED",
          "RENEWED",
          "RAISED UNTIL",
        ];
        const rows = budgets.map((each) => [
          each.id,
          scopeOf(each),
          each.window === "rolling" ? `rolling ${each.period}` : each.period,
          each.hard ? "hard" : "soft",
          ...[each.limitNanos, each.spentNanos, inFlight(each), each.inDoubtNanos, each.overrunNanos].map(usd),
          `${each.usedPercent} %`,
          each.nextResetAt ?? "–",
          each.raisedUntil ?? "–",
        ]);
        say(table(heads, rows, ["LIMIT", "SPENT", "IN FLIGHT", "IN DOUBT", "OVERRUN", "USED"]));
        if (budgets.some(({ inDoubtNanos }) => inDoubtNanos !== "0"))
          say("What is in doubt, why and until when: npm run nexus -- operations list");
      }),
    );

  budget
    .command("remove <id>")
    .description("end a budget; what was spent stays on record")
    .requiredOption("--org <slug-or-id>", "organization")
    .action((id: string, options: { readonly org: string }) =>
      withOperator(async (operator) => {
        const organizationId = await organizationOf(operator, options.org);
        await removeBudget(operator.deps, { ...operatorAtConsole(), organizationId }, { id });
        say("The budget is removed.");
      }),
    );

  budgetRequestCommands(budget, terminal);
};
