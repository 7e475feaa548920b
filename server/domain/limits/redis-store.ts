import { createHash } from "node:crypto";
import type { Logger } from "../../platform/logger.ts";
import type { ScopeUsage } from "./decide.ts";
import type { TakeRequest } from "./limit-scope.ts";
import { keyOf } from "./local-windows.ts";
import type { SharedStore, SharedTake } from "./shared-store.ts";
import { slotCount, slotMs } from "./sliding-window.ts";

// A hash a scope: field r<slot> counts requests, t<slot> tokens. Time is the server's, so processes agree on it.
const takeScript = `
local width, slots, estimate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slot = math.floor(now / width)
local function wait(counts, over)
  if over <= 0 then return 0 end
  local freed = 0
  for s = slot - slots + 1, slot do
    freed = freed + (counts[s] or 0)
    if freed >= over then return (s + slots) * width - now end
  end
  return slots * width
end
local admitted = 1
local answer = {}
for i, key in ipairs(KEYS) do
  local rpm, tpm = tonumber(ARGV[2 + 2 * i]), tonumber(ARGV[3 + 2 * i])
  local requests, tokens, requestsBy, tokensBy = 0, 0, {}, {}
  local fields = redis.call('HGETALL', key)
  for j = 1, #fields, 2 do
    local s, n = tonumber(string.sub(fields[j], 2)), tonumber(fields[j + 1])
    if s <= slot - slots then
      redis.call('HDEL', key, fields[j])
    elseif string.sub(fields[j], 1, 1) == 'r' then
      requests, requestsBy[s] = requests + n, n
    else
      tokens, tokensBy[s] = tokens + n, n
    end
  end
  local requestsOver = rpm > 0 and requests + 1 - rpm or 0
  local tokensOver = tpm > 0 and tokens + estimate - tpm or 0
  if requestsOver > 0 or tokensOver > 0 then admitted = 0 end
  table.insert(answer, requests)
  table.insert(answer, tokens)
  table.insert(answer, wait(requestsBy, requestsOver))
  table.insert(answer, wait(tokensBy, tokensOver))
end
if admitted == 1 then
  for _, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, 'r' .. slot, 1)
    if estimate > 0 then redis.call('HINCRBY', key, 't' .. slot, estimate) end
    redis.call('PEXPIRE', key, slots * width)
  end
end
return {admitted, slot, unpack(answer)}
`;

// Tokens that have left the window are not written again, and no slot falls below zero.
const correctScript = `
local field, change = 't' .. ARGV[1], tonumber(ARGV[2])
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then
    local present = tonumber(redis.call('HGET', key, field) or '0')
    redis.call('HINCRBY', key, field, math.max(change, -present))
  end
end
return 1
`;

interface Script {
  readonly text: string;
  readonly sha: string;
}

const scriptOf = (text: string): Script => ({ text, sha: createHash("sha1").update(text).digest("hex") });
const take = scriptOf(takeScript);
const correct = scriptOf(correctScript);

/** The script's answer: admitted, slot, then four numbers a scope. */
const readTake = (answer: unknown, scopes: number): SharedTake => {
  if (!Array.isArray(answer)) throw new TypeError("rate limit script answered no list");
  const numbers = answer.map(Number);
  const [admitted, slot, ...rest] = numbers;
  if (slot === undefined || rest.length !== scopes * 4 || numbers.some(Number.isNaN))
    throw new TypeError("rate limit script answered other numbers");
  const usages = Array.from({ length: scopes }, (_, index): ScopeUsage => {
    const [requests = 0, tokens = 0, requestsRetryMs = 0, tokensRetryMs = 0] = rest.slice(index * 4, index * 4 + 4);
    return { requests, tokens, requestsRetryMs, tokensRetryMs };
  });
  return { admitted: admitted === 1, slot, usages };
};

const silenceMs = 1_000;

interface RedisStoreOptions {
  /** redis:// or rediss:// */
  readonly url: string;
  readonly log: Logger;
  /** How long a call may wait for an answer. */
  readonly timeoutMs?: number;
  readonly keyPrefix?: string;
}

/** Windows in Redis or Valkey, each decision one script. Nothing waits for a connection: no answer is an error at once. */
export const openRedisStore = async ({
  url,
  log,
  timeoutMs = 50,
  keyPrefix = "nexus:rate:",
}: RedisStoreOptions): Promise<SharedStore> => {
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, {
    commandTimeout: timeoutMs,
    // A connection that went quiet is replaced: each command of its own gives up long before.
    socketTimeout: silenceMs,
    connectTimeout: 1_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
    connectionName: "nexus-rate",
  });
  redis.on("error", (error: Error) => log.debug({ err: error }, "redis connection"));

  const run = async ({ text, sha }: Script, keys: readonly string[], values: readonly number[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...values);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("NOSCRIPT"))
        return redis.eval(text, keys.length, ...keys, ...values);
      throw error;
    }
  };

  const keysOf = ({ organizationId, scopes }: TakeRequest): string[] =>
    scopes.map((scope) => keyPrefix + keyOf(organizationId, scope));

  return {
    take: async (request) => {
      const limits = request.scopes.flatMap(({ rpm, tpm }) => [rpm ?? 0, tpm ?? 0]);
      const answer = await run(take, keysOf(request), [slotMs, slotCount, request.tokensEstimate, ...limits]);
      return readTake(answer, request.scopes.length);
    },
    correct: async (request, slot, change) => {
      await run(correct, keysOf(request), [slot, change]);
    },
    close: async () => redis.disconnect(),
  };
};
