import type { Env } from "../platform/env.ts";

/** Nano-USD a month for an organization that is admitted; undefined in production until an operator has set it. */
export const selfServiceBudgetOf = ({ AUTH_SELF_SERVICE_BUDGET: set, NODE_ENV }: Env): bigint | undefined => {
  const dollars = set ?? (NODE_ENV === "production" ? undefined : "1");
  if (dollars === undefined) return undefined;
  const [whole = "0", fraction = ""] = dollars.split(".");
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
};
