import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { RateLimit } from "./set-rate-limit.ts";
import { selectLimits } from "./store.ts";

/** Input of `listRateLimits`. */
export const ListRateLimitsInput = z.strictObject({});
export type ListRateLimitsInput = z.infer<typeof ListRateLimitsInput>;

/** At most a thousand: as many as an organization can set. */
export const ListRateLimitsOutput = z.object({ limits: z.array(RateLimit) });
export type ListRateLimitsOutput = z.infer<typeof ListRateLimitsOutput>;

/** The limits of the caller's organization. */
export const listRateLimits = async (deps: Deps, ctx: CallContext): Promise<ListRateLimitsOutput> => {
  const rows = await selectLimits(deps.db.pool, ctx.organizationId);
  return {
    limits: rows.map(({ scope, scopeId, requestsPerMinute, tokensPerMinute }) => ({
      scope,
      scopeId,
      requestsPerMinute,
      tokensPerMinute,
    })),
  };
};
