import { NexusError } from "../../errors.ts";
import type { Refused } from "./limit-scope.ts";

/** RATE_LIMITED, naming the scope and the limit, with how long to wait. */
export const rateLimited = ({ scope, metric, limit, remaining, retryAfterMs, tooLarge }: Refused): NexusError =>
  new NexusError("RATE_LIMITED", {
    ...(tooLarge
      ? { message: `This call alone may use more than the ${limit} tokens a minute of this ${scope.kind}.` }
      : {}),
    retryAfterMs,
    details: { scope: scope.kind, scopeId: scope.id, metric, limitPerMinute: limit, remaining },
  });
