import type { FurtherUnits } from "../../contracts/provider.ts";
import type { Units } from "../../contracts/units.ts";
import { countAt, rest, unitsOf, usable } from "./counts.ts";
import { arrayAt, recordAt, stringAt } from "./json.ts";

const sum = (parts: readonly unknown[], key: string): number | undefined => {
  const counts = parts.map((part) => countAt(part, key)).filter((count) => count !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
};

/** Units of the usage object itself; `input_tokens` excludes what the cache served or took. */
const unitsOfUsage = (usage: unknown, executor: readonly unknown[]): Units | null => {
  const input = sum(executor, "input_tokens") ?? countAt(usage, "input_tokens");
  const output = sum(executor, "output_tokens") ?? countAt(usage, "output_tokens");
  if (input === undefined || output === undefined) return null;
  const lifetimes = recordAt(usage, "cache_creation");
  const written = sum(executor, "cache_creation_input_tokens") ?? countAt(usage, "cache_creation_input_tokens");
  const cacheWrite1h = countAt(lifetimes, "ephemeral_1h_input_tokens");
  const named5m = countAt(lifetimes, "ephemeral_5m_input_tokens");
  const reasoning = countAt(recordAt(usage, "output_tokens_details"), "thinking_tokens");
  return unitsOf({
    input,
    cacheRead: sum(executor, "cache_read_input_tokens") ?? countAt(usage, "cache_read_input_tokens"),
    cacheWrite5m: written === undefined ? named5m : rest(written, cacheWrite1h),
    cacheWrite1h,
    output: rest(output, reasoning),
    reasoning,
    search: countAt(recordAt(usage, "server_tool_use"), "web_search_requests"),
  });
};

/**
 * Usage of the Anthropic messages dialect. The top level leaves compaction out, so the executor's iterations are added
 * up, unless a fallback model served the turn: then the top level is already the served answer.
 */
export const anthropicUnits = (usage: unknown): Units | null =>
  usable(() => {
    const iterations = arrayAt(usage, "iterations");
    const served = iterations.some((one) => stringAt(one, "type") === "fallback_message");
    const executor = served
      ? []
      : iterations.filter((one) => ["compaction", "message"].includes(stringAt(one, "type") ?? ""));
    return unitsOfUsage(usage, executor);
  });

/** Iterations of another model at its own prices, which no total includes. */
export const anthropicFurtherUnits = (usage: unknown): readonly FurtherUnits[] =>
  arrayAt(usage, "iterations")
    .filter((one) => stringAt(one, "type") === "advisor_message")
    .map((one) => ({ responseModel: stringAt(one, "model"), units: usable(() => unitsOfUsage(one, [])) }));
