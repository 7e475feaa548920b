import { Option, type Command } from "commander";
import { decideRequest, listRequests, type BudgetRequest } from "../domain/budget-requests/index.ts";
import type { Operator } from "./open-operator.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd, parseUsd } from "./usd.ts";

const states = ["open", "granted", "declined"] as const;

interface Listed {
  readonly org: string;
  readonly state?: (typeof states)[number];
  readonly json?: boolean;
}

interface Granted {
  readonly org: string;
  readonly limit?: string;
  readonly until?: string;
  readonly note?: string;
}

const usd = (nanos: string): string => formatUsd(BigInt(nanos));

/** What people and keys are called, as far as Topolo Auth says so. */
const namesOf = async ({ deps }: Operator, organizationId: string, requests: readonly BudgetRequest[]) => {
  const scoped = (kind: BudgetRequest["scope"]): string[] =>
    requests.flatMap(({ scope, scopeId }) => (scope === kind && scopeId !== null ? [scopeId] : []));
  const users = [...new Set([...requests.map(({ userId }) => userId), ...scoped("user")])];
  return deps.directory.namesOf({ organizationId, users, keys: scoped("key") }).catch(() => new Map<string, string>());
};

const rowOf = (request: BudgetRequest, names: ReadonlyMap<string, string>): readonly string[] => [
  request.id,
  request.state,
  names.get(request.userId) ?? request.userId,
  request.scopeId === null ? request.scope : `${request.scope} ${names.get(request.scopeId) ?? request.scopeId}`,
  request.period,
  usd(request.limitBeforeNanos),
  usd(request.limitWantedNanos),
  request.grantedNanos === null ? "" : `${usd(request.grantedNanos)} until ${request.grantedUntil ?? ""}`,
  request.reason,
];

/** `nexus budget requests|grant|decline`: what people ask for beyond budgets. */
export const budgetRequestCommands = (budget: Command, { withOperator, say }: Terminal): void => {
  budget
    .command("requests")
    .description("what people asked for beyond budgets, newest first")
    .requiredOption("--org <slug-or-id>", "organization")
    .addOption(new Option("--state <state>", "in one state alone").choices(states))
    .option("--json", "one JSON array")
    .action((options: Listed) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, options.org) };
        const { state } = options;
        const { requests } = await listRequests(operator.deps, ctx, state === undefined ? {} : { state });
        if (options.json) return say(JSON.stringify(requests));
        if (requests.length === 0) return say("Nobody has asked for more.");
        const heads = ["ID", "STATE", "WHO", "BUDGET OF", "PERIOD", "LIMIT", "ASKED FOR", "GRANTED", "WHY"];
        const names = await namesOf(operator, ctx.organizationId, requests);
        const rows = requests.map((request) => rowOf(request, names));
        return say(table(heads, rows, ["LIMIT", "ASKED FOR"]));
      }),
    );

  budget
    .command("grant <request>")
    .description("grant a request: a higher limit holds until a date, and then the budget's own again")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--limit <usd>", "another limit than was asked for, in USD")
    .option("--until <time>", "such as 2026-12-31T00:00:00Z; the end of the budget's period, or in a week, when absent")
    .option("--note <text>", "what whoever asked reads beside it")
    .action((id: string, options: Granted) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, options.org) };
        const { limit, until, note } = options;
        const { grantedNanos, grantedUntil } = await decideRequest(operator.deps, ctx, {
          id,
          decision: "grant",
          ...(limit === undefined ? {} : { limitNanos: parseUsd(limit).toString() }),
          ...(until === undefined ? {} : { until }),
          ...(note === undefined ? {} : { note }),
        });
        say(`Granted: ${usd(grantedNanos ?? "0")} USD until ${grantedUntil ?? ""}. Whoever asked is told by mail.`);
      }),
    );

  budget
    .command("decline <request>")
    .description("decline a request")
    .requiredOption("--org <slug-or-id>", "organization")
    .requiredOption("--note <text>", "why: whoever asked reads it")
    .action((id: string, options: { readonly org: string; readonly note: string }) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, options.org) };
        await decideRequest(operator.deps, ctx, { id, decision: "decline", note: options.note });
        say("Declined. Whoever asked is told by mail.");
      }),
    );
};
