import type { Units } from "../../contracts/units.ts";
import { countAt, rest, unitsOf, usable } from "./counts.ts";
import { recordAt } from "./json.ts";

/** Usage of the OpenAI responses dialect. Cache writes lie inside the input; without a lifetime they are the short ones. */
export const openAiResponsesUnits = (usage: unknown): Units | null =>
  usable(() => {
    const input = countAt(usage, "input_tokens");
    const output = countAt(usage, "output_tokens");
    if (input === undefined || output === undefined) return null;
    const details = recordAt(usage, "input_tokens_details");
    const lifetimes = recordAt(details, "cache_write_tokens_details");
    const cacheRead = countAt(details, "cached_tokens");
    const written = countAt(details, "cache_write_tokens");
    const cacheWrite12h = countAt(lifetimes, "ttl_12h_tokens");
    const named30m = countAt(lifetimes, "ttl_30m_tokens");
    const cacheWrite30m = written === undefined ? named30m : rest(written, cacheWrite12h);
    const reasoning = countAt(recordAt(usage, "output_tokens_details"), "reasoning_tokens");
    return unitsOf({
      input: rest(input, cacheRead, cacheWrite30m, cacheWrite12h),
      cacheRead,
      cacheWrite30m,
      cacheWrite12h,
      output: rest(output, reasoning),
      reasoning,
    });
  });
