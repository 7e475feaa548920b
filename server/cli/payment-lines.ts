import type { NexusClient } from "@topolo/nexus-client";
import { CliError } from "./cli-error.ts";
import { readMoney } from "./money.ts";

type Line = Parameters<NexusClient["payments"]["link"]["create"]["mutate"]>[0]["lines"][number];

/** `1050:USD Chairs`, of one. */
const lineOf = (text: string): Line => {
  const [amount = "", ...name] = text.split(" ");
  if (name.length === 0) throw new CliError(`--line takes an amount and a name, for example "1050:USD Chairs".`);
  return { name: name.join(" "), amount: readMoney("line", amount) };
};

/** What is sold, by `--line` and `--price`. */
export interface LineOptions {
  readonly line?: readonly string[];
  readonly price?: readonly string[];
}

export const linesOf = ({ line = [], price = [] }: LineOptions): Line[] => {
  const lines = [...line.map(lineOf), ...price.map((id) => ({ price: id }))];
  if (lines.length === 0) throw new CliError("Say what is paid for: --line or --price.");
  return lines;
};
