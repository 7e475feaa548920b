/** What of a Claude model decides how it may be asked to think. */
export interface ClaudeModel {
  /** `budget` counts tokens, `adaptive` takes an effort and can be turned off, `always` cannot. */
  readonly thinking: "none" | "budget" | "adaptive" | "always";
  /** Whether instructions may stand among the messages. */
  readonly systemTurns: boolean;
  /** Tokens of one answer, thinking included. */
  readonly maxOutput: number;
}

const newest: ClaudeModel = { thinking: "adaptive", systemTurns: true, maxOutput: 128_000 };

/** The first match counts; what is not here is newer than this list. */
const models: readonly (readonly [RegExp, ClaudeModel])[] = [
  [/^claude-(2|instant)/, { thinking: "none", systemTurns: false, maxOutput: 4_096 }],
  [/^claude-3-7-/, { thinking: "budget", systemTurns: false, maxOutput: 64_000 }],
  [/^claude-3-5-/, { thinking: "none", systemTurns: false, maxOutput: 8_192 }],
  [/^claude-3-/, { thinking: "none", systemTurns: false, maxOutput: 4_096 }],
  [/^claude-opus-4(-[01])?(-\d{8})?$/, { thinking: "budget", systemTurns: false, maxOutput: 32_000 }],
  [
    /^claude-(sonnet-4(-0)?|(opus|sonnet|haiku)-4-5)(-\d{8})?$/,
    { thinking: "budget", systemTurns: false, maxOutput: 64_000 },
  ],
  [/^claude-((opus|sonnet)-4-[67]|mythos-preview)/, { thinking: "adaptive", systemTurns: false, maxOutput: 128_000 }],
  [/^claude-(fable-|mythos-\d|(opus|sonnet)-5-5)/, { thinking: "always", systemTurns: true, maxOutput: 128_000 }],
];

export const claudeModel = (id: string): ClaudeModel => models.find(([pattern]) => pattern.test(id))?.[1] ?? newest;
