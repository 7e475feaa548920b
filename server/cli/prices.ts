import type { Command } from "commander";
import { unitClasses, type UnitClass } from "../contracts/units.ts";
import { unknownName } from "../domain/existence/index.ts";
import {
  ListPricesInput,
  listPrices,
  listUnpriced,
  priceHistory,
  setPrice,
  type PriceView,
} from "../domain/pricing/index.ts";
import { CliError } from "./cli-error.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { formatUsd, parseUsd } from "./usd.ts";

interface Set {
  readonly org?: string;
  readonly model: string;
  readonly input?: string;
  readonly output?: string;
  readonly class?: readonly string[];
  readonly json?: boolean;
}

const vendorAndModel = (given: string): { readonly vendor: string; readonly model: string } => {
  const slash = given.indexOf("/");
  if (slash < 1 || slash === given.length - 1)
    throw new CliError(`--model takes vendor/model, for example vllm/llama-3, not "${given}".`);
  return { vendor: given.slice(0, slash), model: given.slice(slash + 1) };
};

const classPrice = (given: string): readonly [UnitClass, string] => {
  const [name = "", usd, ...more] = given.split("=");
  if (usd === undefined || more.length > 0)
    throw new CliError(`--class takes class=USD per million, for example cacheRead=0.05, not "${given}".`);
  const known = unitClasses.find((unitClass) => unitClass === name);
  if (known === undefined) throw unknownName("--class", "a class of units", name, unitClasses);
  return [known, parseUsd(usd).toString()];
};

const pricesOf = (options: Set): Partial<Record<UnitClass, string>> => {
  const prices = Object.fromEntries([
    ...(options.input === undefined ? [] : [["input", parseUsd(options.input).toString()] as const]),
    ...(options.output === undefined ? [] : [["output", parseUsd(options.output).toString()] as const]),
    ...(options.class ?? []).map(classPrice),
  ]);
  if (Object.keys(prices).length === 0)
    throw new CliError("Name at least one price: --input 0.2 --output 0.6, in USD per million tokens.");
  return prices;
};

const usd = (nanos: string | null): string => (nanos === null ? "–" : formatUsd(BigInt(nanos)));

const rowOf = ({ vendor, model, unitClass, aboveInputTokens, nanosPerMillion, source, own }: PriceView): string[] => [
  `${vendor}/${model}`,
  unitClass,
  aboveInputTokens === 0 ? "" : `above ${aboveInputTokens}`,
  usd(nanosPerMillion),
  own ? "organization, own servers" : source,
];

/** `nexus price set|list|history|unpriced`: what models cost, in USD per million units. */
export const priceCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const price = program.command("price").description("what models cost, in USD per million units");

  price
    .command("set")
    .description("set prices of a model; earlier calls keep their prices")
    .option("--org <slug-or-id>", "only for this organization; for all when absent")
    .requiredOption("--model <vendor/model>", "for example vllm/llama-3")
    .option("--input <usd>", "per million input tokens, for example 0.2; 0 makes them free")
    .option("--output <usd>", "per million output tokens")
    .option("--class <class=usd...>", "of further classes, for example cacheRead=0.05")
    .option("--json", "one JSON array")
    .action((options: Set) =>
      withOperator(async (operator) => {
        const organizationId = options.org === undefined ? null : await organizationOf(operator, options.org);
        const { prices } = await setPrice(operator.deps, operatorAtConsole(), {
          ...vendorAndModel(options.model),
          organizationId,
          prices: pricesOf(options),
        });
        if (options.json) return say(JSON.stringify(prices));
        say(table(["MODEL", "CLASS", "REQUESTS", "USD / MILLION", "SET FOR"], prices.map(rowOf), ["USD / MILLION"]));
      }),
    );

  price
    .command("list")
    .description("the prices in force for an organization")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--vendor <id>", "only this vendor")
    .option("--model <vendor/model>", "only this model")
    .option("--json", "one JSON array")
    .action((options: { org: string; vendor?: string; model?: string; json?: boolean }) =>
      withOperator(async (operator) => {
        const organizationId = await organizationOf(operator, options.org);
        const asked =
          options.model === undefined
            ? options.vendor === undefined
              ? {}
              : { vendor: options.vendor }
            : vendorAndModel(options.model);
        const prices: PriceView[] = [];
        let after: string | null = null;
        do {
          const input = ListPricesInput.parse({ ...asked, limit: 200, ...(after === null ? {} : { after }) });
          const page = await listPrices(operator.deps, { organizationId }, input);
          prices.push(...page.prices);
          after = page.next;
        } while (after !== null);
        if (options.json) return say(JSON.stringify(prices));
        if (prices.length === 0) return say("No price: npm run nexus -- price set --help");
        say(table(["MODEL", "CLASS", "REQUESTS", "USD / MILLION", "FROM"], prices.map(rowOf), ["USD / MILLION"]));
      }),
    );

  price
    .command("history <vendor/model>")
    .description("what a model has cost an organization, costs and will cost")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "one JSON object")
    .action((model: string, options: { org: string; json?: boolean }) =>
      withOperator(async (operator) => {
        const organizationId = await organizationOf(operator, options.org);
        const history = await priceHistory(operator.deps, { organizationId }, vendorAndModel(model));
        if (options.json) return say(JSON.stringify(history));
        if (history.versions.length === 0) return say("It never had a price: npm run nexus -- price set --help");
        const rows = history.versions.flatMap(({ from, until, prices }) =>
          prices.map((one) => [from ?? "–", until ?? "–", ...rowOf(one).slice(1)]),
        );
        const heads = ["FROM", "UNTIL", "CLASS", "REQUESTS", "USD / MILLION", "SOURCE"];
        return say(table(heads, rows, ["USD / MILLION"]));
      }),
    );

  price
    .command("unpriced")
    .description("what an organization's calls used that had no price")
    .requiredOption("--org <slug-or-id>", "organization")
    .option("--json", "one JSON array")
    .action((options: { org: string; json?: boolean }) =>
      withOperator(async (operator) => {
        const organizationId = await organizationOf(operator, options.org);
        const { unpriced } = await listUnpriced(operator.deps, { organizationId }, { days: 30 });
        if (options.json) return say(JSON.stringify(unpriced));
        if (unpriced.length === 0) return say("Everything had a price.");
        const rows = unpriced.map(({ vendor, model, unitClass, calls, pricedNow }) => [
          `${vendor}/${model}`,
          unitClass,
          String(calls),
          pricedNow ? "yes" : "no",
        ]);
        return say(table(["MODEL", "CLASS", "CALLS", "PRICED NOW"], rows, ["CALLS"]));
      }),
    );
};
