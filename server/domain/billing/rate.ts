import { z } from "zod";

/** What a customer pays beyond the cost, in percent; at most four decimals, so that it is exact. */
export const MarkupPercent = z
  .number()
  .min(-100)
  .max(9_900)
  .refine((percent) => Number.isInteger(Math.round(percent * 10_000)) && exact(percent), {
    error: "at most four decimals",
  })
  .describe("Added to the cost: 25 charges 1.25 times what a call costs, 0 the cost, -100 nothing");

const exact = (percent: number): boolean => Math.abs(Math.round(percent * 10_000) - percent * 10_000) < 1e-6;

/** Millionths of the cost that a customer pays. */
export const rateOf = (percent: number): number => 1_000_000 + Math.round(percent * 10_000);

/** The markup of a rate. */
export const markupOf = (ratePpm: number): number => (ratePpm - 1_000_000) / 10_000;
