import type { FinishReason } from "../../contracts/ai/generate-text.ts";

/** What OpenAI's clients know as `finish_reason`. */
export type ChatFinishReason = "stop" | "length" | "tool_calls" | "content_filter";

const table = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "tool_calls",
  error: "stop",
  interrupted: "length",
  other: "stop",
} as const satisfies Record<FinishReason, ChatFinishReason>;

export const chatFinishReason = (reason: FinishReason): ChatFinishReason => table[reason];
