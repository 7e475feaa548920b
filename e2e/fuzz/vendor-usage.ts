import type { Units } from "../../server/contracts/units.ts";
import type { SeededChoices } from "./seeded-choices.ts";

/** Numbers as a vendor has put them into an answer, and what is known of them. */
export interface TellsUsage {
  readonly usage: Readonly<Record<string, unknown>>;
  /** What it used in truth; the reading has to be this where nothing was falsified. */
  readonly truth: Units;
  readonly honest: boolean;
  /** Plausible numbers that were told; each has to be found again. */
  readonly told: ReportedUsage;
}

export interface ReportedUsage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly total: number | undefined;
  readonly cacheRead: number | undefined;
  readonly reasoning: number | undefined;
  /** The cache stands beside the input. */
  readonly cacheBeside: boolean;
}

const garbage = [-1, -0.5, 1.5, 1e15, "many", "", [], {}, true, "-3"] as const;

/** Writes counts into a usage object, now and then falsely. */
class Teller {
  readonly #random: SeededChoices;
  readonly #lies: boolean;
  honest = true;

  constructor(random: SeededChoices) {
    this.#random = random;
    this.#lies = random.chance(0.6);
  }

  /** Puts a count into an object; answers what of it can be read. */
  tell(into: Record<string, unknown>, key: string, count: number): number | undefined {
    if (this.#lies && this.#random.chance(0.25)) {
      this.honest = false;
      const other = this.#random.below(5_000);
      switch (this.#random.below(4)) {
        case 0:
          return undefined;
        case 1:
          into[key] = null;
          return undefined;
        case 2:
          into[key] = this.#random.pick(garbage);
          return undefined;
        default:
          into[key] = other;
          return other;
      }
    }
    into[key] = this.#random.chance(0.1) ? String(count) : count;
    return count;
  }
}

const amounts = (random: SeededChoices) => {
  const cacheRead = random.chance(0.5) ? random.below(3_000) : 0;
  const reasoning = random.chance(0.5) ? random.below(2_000) : 0;
  return { input: random.below(5_000), cacheRead, output: 1 + random.below(3_000), reasoning };
};

/** Chat usage with its reasoning inside the completion, or beside it where the total shows that. */
export const openAiUsage = (random: SeededChoices, mayStandBeside: boolean): TellsUsage => {
  const { input, cacheRead, output, reasoning } = amounts(random);
  const beside = mayStandBeside && reasoning > 0 && random.chance(0.5);
  const teller = new Teller(random);
  const usage: Record<string, unknown> = {};
  const details: Record<string, unknown> = {};
  const prompt = teller.tell(usage, "prompt_tokens", input + cacheRead);
  const completion = teller.tell(usage, "completion_tokens", output + (beside ? 0 : reasoning));
  const withTotal = beside || random.chance(0.7);
  const total = withTotal ? teller.tell(usage, "total_tokens", input + cacheRead + output + reasoning) : undefined;
  const place = random.below(4);
  const toldCache = teller.tell(
    place === 0 ? details : usage,
    ["cached_tokens", "cached_tokens", "prompt_cache_hit_tokens", "num_cached_tokens"][place] ?? "cached_tokens",
    cacheRead,
  );
  if (place === 0) usage.prompt_tokens_details = details;
  const outputDetails: Record<string, unknown> = {};
  const toldReasoning = teller.tell(outputDetails, "reasoning_tokens", reasoning);
  usage.completion_tokens_details = outputDetails;
  return {
    usage,
    truth: { input, cacheRead, output, reasoning },
    honest: teller.honest,
    told: {
      input: prompt,
      output: completion,
      total,
      cacheRead: toldCache,
      reasoning: toldReasoning,
      cacheBeside: false,
    },
  };
};

/** Messages usage: the cache stands beside the input, thinking inside the output. */
export const anthropicUsage = (random: SeededChoices): TellsUsage => {
  const { input, cacheRead, output, reasoning } = amounts(random);
  const teller = new Teller(random);
  const usage: Record<string, unknown> = {};
  const details: Record<string, unknown> = {};
  const told = {
    input: teller.tell(usage, "input_tokens", input),
    cacheRead: teller.tell(usage, "cache_read_input_tokens", cacheRead),
    output: teller.tell(usage, "output_tokens", output + reasoning),
    reasoning: teller.tell(details, "thinking_tokens", reasoning),
    total: undefined,
    cacheBeside: true,
  };
  usage.output_tokens_details = details;
  return { usage, truth: { input, cacheRead, output, reasoning }, honest: teller.honest, told };
};

/** Gemini's: the cache inside the prompt, thoughts beside the candidates. */
export const googleUsage = (random: SeededChoices): TellsUsage => {
  const { input, cacheRead, output, reasoning } = amounts(random);
  const teller = new Teller(random);
  const usage: Record<string, unknown> = {};
  const told = {
    input: teller.tell(usage, "promptTokenCount", input + cacheRead),
    cacheRead: teller.tell(usage, "cachedContentTokenCount", cacheRead),
    output: teller.tell(usage, "candidatesTokenCount", output),
    reasoning: teller.tell(usage, "thoughtsTokenCount", reasoning),
    total: teller.tell(usage, "totalTokenCount", input + cacheRead + output + reasoning),
    cacheBeside: false,
  };
  return { usage, truth: { input, cacheRead, output, reasoning }, honest: teller.honest, told };
};
