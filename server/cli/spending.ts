import type { Command } from "commander";
import { listPolicies, setPolicy, SpendingRules, type SpendingOfDay } from "../domain/spending/index.ts";
import { fieldIssues } from "../platform/field-issues.ts";
import { CliError } from "./cli-error.ts";
import { readMoney, showMoney } from "./money.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Set {
  readonly org: string;
  readonly app?: string;
  readonly largest?: readonly string[];
  readonly daily?: readonly string[];
  readonly approvalAbove?: readonly string[];
  readonly currencies?: readonly string[];
  readonly recipients?: readonly string[];
  readonly messages?: string;
  readonly json?: boolean;
}

const moneyOf = (option: string, texts: readonly string[] | undefined) => texts?.map((text) => readMoney(option, text));

const given = (rules: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));

const rulesOf = (options: Set): SpendingRules => {
  const parsed = SpendingRules.safeParse(
    given({
      largestPayment: moneyOf("largest", options.largest),
      dailyVolume: moneyOf("daily", options.daily),
      approvalAbove: moneyOf("approval-above", options.approvalAbove),
      currencies: options.currencies,
      recipientDomains: options.recipients,
      dailyMessages: options.messages === undefined ? undefined : Number(options.messages),
    }),
  );
  if (parsed.success) return parsed.data;
  const [issue] = fieldIssues(parsed.error.issues);
  throw new CliError(`${issue?.field ?? "rules"}: expected ${issue?.expected ?? "other values"}`);
};

const shown = (rules: SpendingRules): string =>
  Object.entries(rules)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join("; ");

const usedOf = ({ payments, refunds, messages }: SpendingOfDay): string =>
  [
    ...payments.map((money) => `${showMoney(money)} paid`),
    ...refunds.map((money) => `${showMoney(money)} given back`),
    ...(messages === 0 ? [] : [`${messages} messages`]),
  ].join(", ") || "–";

/** `nexus spending list|set`: what apps may spend and send, beside budgets. */
export const spendingCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const spending = program.command("spending").description("what apps may spend and send, beside budgets");

  spending
    .command("list")
    .description("the policies of an organization")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "one JSON array")
    .action(({ org, json }: { readonly org: string; readonly json?: boolean }) =>
      withOperator(async (operator) => {
        const { policies } = await listPolicies(operator.deps, { organizationId: await organizationOf(operator, org) });
        if (json) return say(JSON.stringify(policies));
        if (policies.length === 0) return say("None.");
        say(
          table(
            ["APP", "RULES", "TODAY"],
            policies.map(({ appId, rules, today }) => [appId ?? "all together", shown(rules), usedOf(today)]),
          ),
        );
      }),
    );

  spending
    .command("set")
    .description("replace the policy of an app, or of all of them together; without rules it is removed")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--app <id>", "the app (srv_…); all of them together where absent")
    .option("--largest <amounts...>", "the most that one payment or refund may come to, for example 50000:USD")
    .option("--daily <amounts...>", "the most that the payments of a day may come to, and its refunds")
    .option("--approval-above <amounts...>", "what is above waits for a person")
    .option("--currencies <codes...>", "those alone, for example USD EUR")
    .option("--recipients <domains...>", "mail goes to these domains alone")
    .option("--messages <count>", "messages a day")
    .option("--json", "one JSON object")
    .action((options: Set) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, options.org) };
        const set = await setPolicy(operator.deps, ctx, { appId: options.app ?? null, rules: rulesOf(options) });
        if (options.json) return say(JSON.stringify(set));
        const who = set.appId ?? "all apps together";
        const rules = shown(set.rules);
        say(rules === "" ? `There is no policy for ${who} any more.` : `From now on, for ${who}: ${rules}`);
      }),
    );
};
