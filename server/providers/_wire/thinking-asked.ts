import type { GenerateTextInput, ReasoningEffort } from "../../contracts/ai/generate-text.ts";

export type Effort = Exclude<ReasoningEffort, "provider-default" | "none">;

/** Every effort, from the least. */
export const efforts: readonly Effort[] = ["minimal", "low", "medium", "high", "xhigh", "max"];

/** What share of the output each effort may think with, where a vendor counts tokens. */
const shares: Readonly<Record<Effort, number>> = {
  minimal: 0.1,
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.9,
  max: 0.95,
};

/** How much thinking a request asks for, however it says it. */
export type ThinkingAsked =
  | { readonly by: "nothing" }
  | { readonly by: "off" }
  | { readonly by: "effort"; readonly effort: Effort }
  | { readonly by: "budget"; readonly tokens: number };

export const thinkingAsked = ({
  reasoning,
  reasoningBudget,
}: Pick<GenerateTextInput, "reasoning" | "reasoningBudget">): ThinkingAsked => {
  if (reasoningBudget !== undefined) return { by: "budget", tokens: reasoningBudget };
  if (reasoning === undefined || reasoning === "provider-default") return { by: "nothing" };
  return reasoning === "none" ? { by: "off" } : { by: "effort", effort: reasoning };
};

type SomeThinking = Extract<ThinkingAsked, { by: "effort" | "budget" }>;

/** Tokens to think with, out of an output limit. */
export const tokensOf = (asked: SomeThinking, limit: number): number =>
  asked.by === "budget" ? asked.tokens : Math.round(limit * shares[asked.effort]);

/** The effort that comes nearest, for vendors that do not count tokens. */
export const effortOf = (asked: SomeThinking, limit: number): Effort => {
  if (asked.by === "effort") return asked.effort;
  const share = asked.tokens / limit;
  return share <= 0.3 ? "low" : share <= 0.65 ? "medium" : "high";
};

/** The asked effort, or the next lower one that is offered, or the least. */
export const offeredEffort = <E extends Effort>(asked: Effort, offered: readonly [E, ...E[]]): E => {
  const rank = efforts.indexOf(asked);
  return offered.findLast((one) => efforts.indexOf(one) <= rank) ?? offered[0];
};

/** How a warning names what was asked for. */
export const thinkingNameOf = (asked: SomeThinking): string =>
  asked.by === "budget" ? `${asked.tokens} tokens` : asked.effort;
