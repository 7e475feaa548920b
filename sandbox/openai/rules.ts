import type { OpenaiRule } from "./openai-rule.ts";
import { itemRules } from "./rules-items.ts";
import { chatLimits, emptyList, responsesLimits } from "./rules-limits.ts";
import { chatMedia, responsesMedia } from "./rules-media.ts";
import { chatReasoningRules, responsesReasoningRules } from "./rules-reasoning.ts";
import { chatFits, responsesFit } from "./rules-shape.ts";
import { chatTools, responsesTools } from "./rules-tools.ts";

/** Everything that POST /chat/completions refuses, in the order in which it is looked at. */
export const chatRules: readonly OpenaiRule[] = [
  ...chatFits,
  emptyList("messages"),
  emptyList("tools"),
  ...chatReasoningRules,
  ...chatTools,
  ...chatMedia,
  ...chatLimits,
];

/** The same of POST /responses. */
export const responsesRules: readonly OpenaiRule[] = [
  responsesFit,
  ...itemRules,
  ...responsesReasoningRules,
  ...responsesTools,
  ...responsesMedia,
  ...responsesLimits,
];

/** What a self-hosted server refuses: it asks for messages or an input, and knows no more. */
export const selfHostedRules = {
  chat: [emptyList("messages")],
  responses: [],
} as const satisfies Record<string, readonly OpenaiRule[]>;
