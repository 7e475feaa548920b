import type { Budget } from "../../_data/answers.ts";

type Period = Budget["period"];

const calendar: Readonly<Record<Period, string>> = {
  hour: "an hour",
  day: "a day",
  week: "a week",
  month: "a month",
  total: "in total",
};
const rolling: Readonly<Record<Period, string>> = {
  hour: "in any hour",
  day: "in any 24 hours",
  week: "in any 7 days",
  month: "in any 30 days",
  total: "in total",
};

/** How often a budget begins anew, in words. */
export const periodWords = ({ period, window }: Pick<Budget, "period" | "window">): string =>
  window === "rolling" ? rolling[period] : calendar[period];

/** What a budget counts, before its name. */
export const scopeWords: Readonly<Record<Budget["scope"], string>> = {
  organization: "Organization",
  app: "App",
  user: "Person",
  key: "Key",
};

/** What is left for new calls; never below nothing. */
export const leftOf = ({ limitNanos, spentNanos, overrunNanos, reservedNanos }: Budget): bigint => {
  const left = BigInt(limitNanos) - BigInt(spentNanos) - BigInt(overrunNanos) - BigInt(reservedNanos);
  return left > 0n ? left : 0n;
};

/** What is booked. */
export const usedOf = ({ spentNanos, overrunNanos }: Budget): bigint => BigInt(spentNanos) + BigInt(overrunNanos);

const nearlyPercent = 80;

/** How full it looks. */
export const toneOf = (percent: number): "accent" | "warn" | "bad" => {
  if (percent >= 100) return "bad";
  return percent >= nearlyPercent ? "warn" : "accent";
};

/** A part of the limit in percent. */
export const percentOf = (part: string, limit: string): number =>
  limit === "0" ? 0 : Number((BigInt(part) * 1_000n) / BigInt(limit)) / 10;

const nanosPerDollar = 1_000_000_000n;

/** Nano-USD as somebody would type them. */
export const typedDollars = (nanos: string): string => {
  const amount = BigInt(nanos);
  const decimals = (amount % nanosPerDollar)
    .toString()
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  return `${amount / nanosPerDollar}.${decimals}`;
};

/** Percents as people type them, such as `50, 80 and 100`; undefined where something is no percent. */
export const readPercents = (text: string): readonly number[] | undefined => {
  const words = text.split(/[\s,;%]+|\band\b/).filter((word) => word !== "");
  const percents = words.map(Number);
  return percents.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 1_000)
    ? [...new Set(percents)].toSorted((a, b) => a - b)
    : undefined;
};

/** Percents in a sentence. */
export const writePercents = (percents: readonly number[]): string => percents.map((one) => `${one} %`).join(", ");
