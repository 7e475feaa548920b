/** What a Claude model can do, as far as its API refuses anything by it. */
export interface ClaudeModel {
  /** Listed under this name. */
  readonly id: string;
  readonly matches: RegExp;
  readonly context: number;
  readonly maxOutput: number;
  /** How thinking may be asked for; `always` thinks unasked, and does not stop. */
  readonly thinking: "none" | "budget" | "both" | "adaptive" | "always";
  /** `either` takes temperature or top_p, `fixed` neither but at its default. */
  readonly sampling: "free" | "either" | "fixed";
  /** Whether an assistant message may come last, to be continued. */
  readonly prefill: boolean;
  readonly forcedTools: boolean;
  /** Whether a system message may stand between the others. */
  readonly systemTurns: boolean;
}

type Facts = Omit<ClaudeModel, "id" | "matches">;

/** A name, with or without the date of a version. */
const dated = (id: string): RegExp => new RegExp(`^${id}(-\\d{8})?$`);
const model = (id: string, facts: Facts, matches = dated(id)): ClaudeModel => ({ id, matches, ...facts });

const legacy: Facts = {
  context: 200_000,
  maxOutput: 4_096,
  thinking: "none",
  sampling: "free",
  prefill: true,
  forcedTools: true,
  systemTurns: false,
};
const four: Facts = { ...legacy, thinking: "budget" };
const fourFive: Facts = { ...four, maxOutput: 64_000, sampling: "either" };
const fourSix: Facts = {
  ...fourFive,
  context: 1_000_000,
  maxOutput: 128_000,
  thinking: "both",
  prefill: false,
};
const fourSeven: Facts = { ...fourSix, thinking: "adaptive", sampling: "fixed" };
const fourEight: Facts = { ...fourSeven, systemTurns: true };
const always: Facts = { ...fourEight, thinking: "always" };

// Limits: https://platform.claude.com/docs/en/about-claude/models/overview
// Thinking: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
// System messages in between: https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
// Prefill and sampling: https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6, …/migration-guide
const table: readonly ClaudeModel[] = [
  model("claude-fable-5-2", { ...always, forcedTools: false }),
  model("claude-fable-5-1", { ...always, forcedTools: false }),
  model("claude-fable-5", always),
  model("claude-mythos-5-2", always),
  model("claude-mythos-5-1", always),
  model("claude-mythos-5", always),
  model("claude-mythos-preview", fourEight),
  model("claude-opus-5-5", { ...always, forcedTools: false }),
  model("claude-opus-5", fourEight),
  model("claude-sonnet-5-5", { ...always, forcedTools: false }),
  model("claude-sonnet-5", fourEight),
  model("claude-haiku-5-5", fourEight),
  model("claude-opus-4-8", fourEight),
  model("claude-opus-4-7", fourSeven),
  model("claude-opus-4-6", fourSix),
  model("claude-sonnet-4-6", fourSix),
  model("claude-opus-4-5", fourFive),
  model("claude-sonnet-4-5", fourFive),
  model("claude-haiku-4-5", fourFive),
  model("claude-opus-4-1", { ...four, maxOutput: 32_000, sampling: "either" }),
  model("claude-opus-4-0", { ...four, maxOutput: 32_000 }, /^claude-opus-4-(0|\d{8})$/),
  model("claude-sonnet-4-0", { ...four, maxOutput: 64_000 }, /^claude-sonnet-4-(0|\d{8})$/),
  model("claude-3-haiku-20240307", legacy, /^claude-3-haiku-20240307$/),
];

export const claudeModels: readonly string[] = table.map(({ id }) => id);

/** The model of a name, or undefined where there is none. */
export const claudeModel = (name: string): ClaudeModel | undefined => table.find(({ matches }) => matches.test(name));
