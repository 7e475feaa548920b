export { createLimiter, type Limiter } from "./create-limiter.ts";
export type { Decision, LimitScope, RateAllowance, Refused, ScopeKind, Taken, TakeRequest } from "./limit-scope.ts";
export { listRateLimits, ListRateLimitsInput, ListRateLimitsOutput } from "./list-rate-limits.ts";
export { rateLimited } from "./rate-limited.ts";
export { loadRateLimits, rateLimitTopics, type Attribution, type RateLimits } from "./rate-limits.ts";
export { openRedisStore } from "./redis-store.ts";
export { RateLimit, setRateLimit, SetRateLimitInput } from "./set-rate-limit.ts";
export type { SharedStore } from "./shared-store.ts";
