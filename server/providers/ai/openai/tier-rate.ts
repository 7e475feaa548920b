import type { TierRate } from "../../../contracts/ai-vendor.ts";

const rate = (numerator: bigint, denominator: bigint): TierRate => ({ numerator, denominator });
const listed = rate(1n, 1n);

/**
 * Priority prices as fractions of the standard ones; input, cached input and output stand in the same ratio.
 * Origin: openai.com/api-priority-processing and the priority table of the pricing page.
 */
const priority: readonly (readonly [RegExp, TierRate])[] = [
  [/^gpt-5\.5/, rate(5n, 2n)],
  [/^gpt-5-mini/, rate(9n, 5n)],
  [/^gpt-5(\.[124])?(?![.\d])/, rate(2n, 1n)],
  [/^gpt-4\.1-nano/, rate(2n, 1n)],
  [/^gpt-4\.1/, rate(7n, 4n)],
  [/^gpt-4o-mini/, rate(5n, 3n)],
  [/^gpt-4o-2024-05-13/, rate(7n, 4n)],
  [/^gpt-4o/, rate(17n, 10n)],
  [/^o3(-\d|$)/, rate(7n, 4n)],
  [/^o4-mini/, rate(20n, 11n)],
];

/** What OpenAI's service tiers cost. Scale is capacity paid for beforehand; flex costs half (pricing page, flex table). */
export const openAiTierRate = (model: string, tier: string): TierRate | undefined => {
  switch (tier) {
    case "default":
    case "auto":
    case "standard":
    case "scale":
      return listed;
    case "flex":
    // https://platform.openai.com/docs/guides/batch: "50% cost discount compared to synchronous APIs"
    case "batch":
      return rate(1n, 2n);
    case "priority":
      return priority.find(([pattern]) => pattern.test(model))?.[1];
    default:
      return undefined;
  }
};
