import { CliError } from "./cli-error.ts";

const nanosPerUsd = 1_000_000_000n;

/** USD as people type it ("25", "0.50", "1,000.25" is refused) in nano-USD, exactly. */
export const parseUsd = (text: string): bigint => {
  const match = /^(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (!match?.[1]) {
    throw new CliError(
      `"${text}" is not an amount: write USD with a point and at most nine decimals, for example 25.00.`,
    );
  }
  return BigInt(match[1]) * nanosPerUsd + BigInt((match[2] ?? "").padEnd(9, "0"));
};

export { formatUsd } from "../platform/format-usd.ts";
