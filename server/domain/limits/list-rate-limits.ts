import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Ground } from "../../platform/ground.ts";
import { rateLimit } from "./set-rate-limit.ts";
import { selectLimits } from "./store.ts";

/** Input of `listRateLimits`. */
export const listRateLimitsInput = z.strictObject({});

/** At most a thousand: as many as an organization can set. */
export const listRateLimitsOutput = z.object({ limits: z.array(rateLimit) });
export type ListRateLimitsOutput = z.infer<typeof listRateLimitsOutput>;

/** The limits of the caller's organization. */
export const listRateLimits = async (ground: Ground, ctx: CallContext): Promise<ListRateLimitsOutput> => {
  const rows = await selectLimits(ground.db.pool, ctx.organizationId);
  return {
    limits: rows.map(({ scope, scopeId, requestsPerMinute, tokensPerMinute }) => ({
      scope,
      scopeId,
      requestsPerMinute,
      tokensPerMinute,
    })),
  };
};
