import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { Dialect } from "../../_wire/dialect.ts";

const nanosPerUsd = 1_000_000_000;
const perMillion = 1_000_000;

/** In USD: per million tokens, and per request. A class that was not reserved may cost nothing. */
const maxPrice = ({ maxPrice: priceOf }: ProviderIo): Record<string, number> => {
  const usd = (unitClass: "input" | "output" | "request"): number => Number(priceOf?.(unitClass) ?? 0n) / nanosPerUsd;
  return { prompt: usd("input"), completion: usd("output"), request: usd("request") / perMillion };
};

/**
 * Of the many sellers of a model only those whose price is covered by the reservation may answer
 * (https://openrouter.ai/docs/guides/routing/provider-selection, `max_price`).
 */
export const enforceMaxPrice = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits: (body, io) => ({ ...dialect.enforceLimits(body, io), provider: { max_price: maxPrice(io) } }),
});
