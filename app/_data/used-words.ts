import type { OperationAnswer } from "./answers.ts";

const nameOf = (unit: string, count: number): string => {
  if (/second/i.test(unit)) return unit === "second" ? "s" : "s of video";
  if (count === 1) return unit;
  return unit === "search" ? "searches" : `${unit}s`;
};

/** What a call used beside tokens: `12 s`, `1,200 characters`, `2 images`; empty where that is nothing. */
export const usedWords = (units: OperationAnswer["units"]): string =>
  Object.entries(units ?? {})
    .flatMap(([unit, count]) =>
      count === 0 || /^(input|cache|output|reasoning|message|payment|minorUnit)/.test(unit)
        ? []
        : [`${count.toLocaleString("en-US")} ${nameOf(unit, count)}`],
    )
    .join(", ");
