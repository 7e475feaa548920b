import type { JsonObject } from "../read-json.ts";
import { finiteNumberOf, objectOf } from "../read-json.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";

export interface MessageCounts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly thinking: number;
  /** Of the web, that are billed. */
  readonly searches: number;
}

/** Anthropic's usage object: input excludes the cache, output includes thinking. */
export const toMessageUsage = (counts: MessageCounts): JsonObject => ({
  input_tokens: counts.input,
  cache_creation_input_tokens: counts.cacheWrite5m + counts.cacheWrite1h,
  cache_read_input_tokens: counts.cacheRead,
  cache_creation: {
    ephemeral_5m_input_tokens: counts.cacheWrite5m,
    ephemeral_1h_input_tokens: counts.cacheWrite1h,
  },
  output_tokens: counts.output + counts.thinking,
  output_tokens_details: { thinking_tokens: counts.thinking },
  server_tool_use: counts.searches === 0 ? null : { web_search_requests: counts.searches, web_fetch_requests: 0 },
  service_tier: "standard",
});

/** The disjoint classes in a usage object, or null where a number is unusable. */
export function messageUnits(usage: JsonObject | undefined): Units | null {
  if (usage === undefined || finiteNumberOf(usage["output_tokens"]) === undefined) return null;
  const creation = objectOf(usage["cache_creation"]);
  const hour = creation["ephemeral_1h_input_tokens"] ?? 0;
  const thinking = objectOf(usage["output_tokens_details"])["thinking_tokens"] ?? 0;
  const written = usage["cache_creation_input_tokens"] ?? 0;
  if (typeof hour !== "number" || typeof thinking !== "number" || typeof written !== "number") return null;
  return usableUnits({
    input: usage["input_tokens"],
    cacheRead: usage["cache_read_input_tokens"] ?? 0,
    cacheWrite5m: creation["ephemeral_5m_input_tokens"] ?? written - hour,
    cacheWrite1h: hour,
    output: Number(usage["output_tokens"]) - thinking,
    reasoning: thinking,
    search: objectOf(usage["server_tool_use"])["web_search_requests"],
  });
}
