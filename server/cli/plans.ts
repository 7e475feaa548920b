import type { Command } from "commander";
import { listPlans, removePlan, setPlan, type PricePlan } from "../domain/billing/index.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd, parseUsd } from "./usd.ts";

interface OfApp {
  readonly org: string;
  readonly app?: string;
  readonly json?: boolean;
}

interface Set extends OfApp {
  readonly markup: string;
  readonly rule?: readonly string[];
  readonly allowance: string;
  readonly meter?: string;
}

type Rule = NonNullable<PricePlan["rules"]>[number];

const percentOf = (text: string): number => {
  if (!/^-?\d{1,4}(\.\d{1,4})?$/.test(text))
    throw new CliError(`"${text}" is no markup: write percent, for example 25 or 12.5.`);
  return Number(text);
};

/** `ai:openai/*=35`, `email=0` or `*=20` without a family: what fits, and its markup. */
const ruleOf = (text: string): Rule => {
  const [, family, model, percent] = /^(ai|email|payments)?(?::?([^=]+))?=(-?[\d.]+)$/.exec(text) ?? [];
  if (percent === undefined || (family === undefined && model === undefined))
    throw new CliError(`--rule takes family:model=percent, for example ai:openai/*=35 or email=0, not "${text}".`);
  return {
    ...(family === "ai" || family === "email" || family === "payments" ? { family } : {}),
    ...(model === undefined ? {} : { model }),
    markupPercent: percentOf(percent),
  };
};

const rulesOf = ({ rules }: PricePlan): string =>
  rules
    .map(({ family, model, markupPercent }) => `${[family, model].filter(Boolean).join(":")} ${markupPercent} %`)
    .join("; ") || "–";

const usd = (nanos: string): string => formatUsd(BigInt(nanos));

/** `nexus plans list|set|remove`: what customers of apps pay of what their calls cost. */
export const planCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const plans = program.command("plans").description("what customers of apps pay of what their calls cost");

  const show = (found: readonly PricePlan[]): string =>
    table(
      ["PLAN", "APP", "MARKUP", "RULES", "ALLOWANCE", "METER", "CUSTOMERS"],
      found.map((plan) => [
        plan.name,
        plan.appId,
        `${plan.markupPercent} %`,
        rulesOf(plan),
        usd(plan.monthlyAllowanceNanos),
        plan.meterEvent ?? "–",
        String(plan.customers),
      ]),
    );

  plans
    .command("list")
    .description("the plans of an app, or of all of them")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--app <id>", "the app (srv_…); all of them where absent")
    .option("--json", "one JSON array")
    .action(({ org, app, json }: OfApp) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const { plans: found } = await listPlans(operator.deps, ctx, app === undefined ? {} : { appId: app });
        if (json) return say(JSON.stringify(found));
        say(found.length === 0 ? "None." : show(found));
      }),
    );

  plans
    .command("set <name>")
    .description("create a plan, or replace what it says")
    .requiredOption("--org <slug-or-id>", "organization")
    .requiredOption("--app <id>", "the app (srv_…)")
    .option("--markup <percent>", "where no rule fits", "0")
    .option("--rule <rules...>", "family:model=percent, for example ai:openai/*=35 email=0; the first that fits counts")
    .option("--allowance <usd>", "USD a month that cost nothing", "0")
    .option("--meter <event>", "the event of a Stripe meter that charges are told as")
    .option("--json", "one JSON object")
    .action((name: string, { org, app, markup, rule, allowance, meter, json }: Set) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const plan = await setPlan(operator.deps, ctx, {
          name,
          ...(app === undefined ? {} : { appId: app }),
          markupPercent: percentOf(markup),
          rules: (rule ?? []).map(ruleOf),
          monthlyAllowanceNanos: parseUsd(allowance).toString(),
          meterEvent: meter ?? null,
        });
        say(json ? JSON.stringify(plan) : show([plan]));
      }),
    );

  plans
    .command("remove <name>")
    .description("remove a plan that no customer has")
    .requiredOption("--org <slug-or-id>", "organization")
    .requiredOption("--app <id>", "the app (srv_…)")
    .action((name: string, { org, app }: OfApp) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        await removePlan(operator.deps, ctx, { name, ...(app === undefined ? {} : { appId: app }) });
        say(`The plan ${name} is removed.`);
      }),
    );
};
