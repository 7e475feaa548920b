import { Option, type Command } from "commander";
import {
  adjustWallet,
  billingExport,
  getBilledCustomer,
  getStatement,
  getStatementCsv,
  listCustomers,
  listWalletEntries,
  resolveBillingExport,
  setCustomer,
  type BilledCustomer,
} from "../domain/billing/index.ts";
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

interface SetCustomer extends OfApp {
  readonly name?: string;
  readonly plan?: string;
  readonly noPlan?: boolean;
  readonly stripe?: string;
  readonly block?: boolean;
  readonly unblock?: boolean;
}

const usd = (nanos: string): string => formatUsd(BigInt(nanos));

const factsOf = ({ customerId, appId, name, plan, stripeCustomerId, blocked, wallet }: BilledCustomer): string =>
  [
    `${customerId} of ${appId}${name === null ? "" : `, ${name}`}${blocked ? " (blocked)" : ""}`,
    `plan ${plan ?? "none: at cost"}; at Stripe ${stripeCustomerId ?? "nobody"}`,
    `balance ${usd(wallet.balanceNanos)} USD: ${usd(wallet.creditNanos)} credited, ${usd(wallet.spentNanos)} spent, ${usd(wallet.heldNanos)} held`,
  ].join("\n");

/** Signed USD: "5.00", "-0.25". */
const signedUsd = (text: string): string => {
  const negative = text.startsWith("-");
  const nanos = parseUsd(negative ? text.slice(1) : text);
  if (nanos === 0n) throw new CliError("The amount is 0: there is nothing to book.");
  return (negative ? -nanos : nanos).toString();
};

/** `nexus customers|wallets|statements|meters …`: customers of apps, and their money. */
export const billingCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const customers = program.command("customers").description("customers of apps, whose wallets pay for calls");
  const ofApp = (command: Command, needed = true): Command => {
    command.requiredOption("--org <slug-or-id>", "organization");
    if (needed) command.requiredOption("--app <id>", "the app (srv_…)");
    else command.option("--app <id>", "the app (srv_…); all of them where absent");
    return command.option("--json", "JSON");
  };

  ofApp(customers.command("list").description("customers with their wallets"), false)
    .option("--search <text>", "in id or name")
    .action(({ org, app, search, json }: OfApp & { readonly search?: string }) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const found: BilledCustomer[] = [];
        for (let after: string | undefined; ;) {
          const page = await listCustomers(operator.deps, ctx, {
            limit: 100,
            ...(app === undefined ? {} : { appId: app }),
            ...(search === undefined ? {} : { search }),
            ...(after === undefined ? {} : { after }),
          });
          found.push(...page.customers);
          if (page.next === null) break;
          after = page.next;
        }
        if (json) return say(JSON.stringify(found));
        if (found.length === 0) return say("None.");
        say(
          table(
            ["CUSTOMER", "APP", "PLAN", "BALANCE", "SPENT", "HELD"],
            found.map(({ customerId, appId, plan, blocked, wallet }) => [
              blocked ? `${customerId} (blocked)` : customerId,
              appId,
              plan ?? "–",
              usd(wallet.balanceNanos),
              usd(wallet.spentNanos),
              usd(wallet.heldNanos),
            ]),
          ),
        );
      }),
    );

  ofApp(customers.command("show <customer>").description("a customer with its wallet")).action(
    (customerId: string, { org, app, json }: OfApp) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const customer = await getBilledCustomer(operator.deps, ctx, { customerId, appId: app });
        say(json ? JSON.stringify(customer) : factsOf(customer));
      }),
  );

  ofApp(customers.command("set <customer>").description("create a customer, or change what is given"))
    .option("--name <name>", "for people")
    .option("--plan <name>", "what it pays")
    .option("--no-plan", "no plan: at cost")
    .option("--stripe <cus_…>", "the Stripe customer whose meters its charges are told to")
    .addOption(new Option("--block", "refuse its calls").conflicts("unblock"))
    .option("--unblock", "allow its calls again")
    .action(
      (
        customerId: string,
        {
          org,
          app,
          name,
          plan,
          stripe,
          block,
          unblock,
          json,
        }: Omit<SetCustomer, "plan"> & { readonly plan?: string | boolean },
      ) =>
        withOperator(async (operator) => {
          const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
          const customer = await setCustomer(operator.deps, ctx, {
            customerId,
            ...(app === undefined ? {} : { appId: app }),
            ...(name === undefined ? {} : { name }),
            ...(typeof plan === "string" ? { plan } : plan === false ? { plan: null } : {}),
            ...(stripe === undefined ? {} : { stripeCustomerId: stripe }),
            ...(block ? { blocked: true } : unblock ? { blocked: false } : {}),
          });
          say(json ? JSON.stringify(customer) : factsOf(customer));
        }),
    );

  const wallets = program.command("wallets").description("the money of customers");

  ofApp(wallets.command("entries <customer>").description("what moved a wallet, newest first"))
    .option("--limit <count>", "so many", "50")
    .action((customerId: string, { org, app, limit, json }: OfApp & { readonly limit: string }) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const { entries } = await listWalletEntries(operator.deps, ctx, {
          customerId,
          appId: app,
          limit: Number(limit),
        });
        if (json) return say(JSON.stringify(entries));
        if (entries.length === 0) return say("None.");
        say(
          table(
            ["AT", "KIND", "USD", "FOR", "REASON"],
            entries.map(({ at, kind, amountNanos, operation, model, operationId, reason }) => [
              at,
              kind,
              usd(amountNanos),
              [operation, model].filter(Boolean).join(" ") || (operationId ?? "–"),
              reason ?? "–",
            ]),
          ),
        );
      }),
    );

  ofApp(
    wallets
      .command("adjust <customer> <usd>")
      .description("add to a wallet, or take from it: nexus wallets adjust ann -- -5.00"),
  )
    .requiredOption("--reason <text>", "why; it is kept")
    .action((customerId: string, amount: string, { org, app, reason, json }: OfApp & { readonly reason: string }) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const adjusted = await adjustWallet(operator.deps, ctx, {
          customerId,
          appId: app,
          amountNanos: signedUsd(amount),
          reason,
        });
        say(json ? JSON.stringify(adjusted) : factsOf(adjusted.customer));
      }),
    );

  ofApp(
    program.command("statements <customer> <month>").description("a customer's statement of a month, such as 2026-11"),
  )
    .option("--csv", "a table for a spreadsheet")
    .action((customerId: string, month: string, { org, app, csv, json }: OfApp & { readonly csv?: boolean }) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const of = { customerId, month, appId: app };
        if (csv) return say((await getStatementCsv(operator.deps, ctx, of)).csv.trimEnd());
        const statement = await getStatement(operator.deps, ctx, of);
        if (json) return say(JSON.stringify(statement));
        say(
          table(
            ["KIND", "OPERATION", "MODEL", "ENTRIES", "USD"],
            [
              ["opening", "", "", "", usd(statement.openingNanos)],
              ...statement.lines.map(({ kind, operation, model, entries, amountNanos }) => [
                kind,
                operation ?? "",
                model ?? "",
                String(entries),
                usd(amountNanos),
              ]),
              ["closing", "", "", "", usd(statement.closingNanos)],
            ],
          ),
        );
      }),
    );

  const meters = program.command("meters").description("charges on their way to Stripe's meters");

  meters
    .command("list")
    .description("what Stripe does not have, or not for certain")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "JSON")
    .action(({ org, json }: OfApp) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const told = await billingExport(operator.deps, ctx, { limit: 200 });
        if (json) return say(JSON.stringify(told));
        say(`${told.waiting} waiting, ${told.refused} refused, ${told.unclear} unclear.`);
        if (told.events.length > 0)
          say(
            table(
              ["ENTRY", "CUSTOMER", "STATE", "NANO-USD", "WHY"],
              told.events.map(({ entryId, customerId, state, valueNanos, error }) => [
                entryId,
                customerId,
                state,
                valueNanos,
                error ?? "–",
              ]),
            ),
          );
      }),
    );

  meters
    .command("resolve <entries...>")
    .description("decide about refused or unclear events")
    .requiredOption("--org <slug-or-id>", "organization")
    .addOption(new Option("--as <how>", "what to do").choices(["send_again", "counted"]).makeOptionMandatory())
    .requiredOption("--reason <text>", "why; it is kept")
    .action(
      (
        entryIds: string[],
        { org, as, reason }: OfApp & { readonly as: "send_again" | "counted"; readonly reason: string },
      ) =>
        withOperator(async (operator) => {
          const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
          const { resolved } = await resolveBillingExport(operator.deps, ctx, { entryIds, as, reason });
          say(`${resolved} resolved.`);
        }),
    );
};
