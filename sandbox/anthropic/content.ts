import { isObject, listOf, objectOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";

/** The blocks of a message's content or of a system prompt; a plain text is one block. */
export const blocksOf = (content: unknown): readonly JsonObject[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : listOf(content).map(objectOf);

export const isThinking = (block: JsonObject | undefined): boolean =>
  block?.["type"] === "thinking" || block?.["type"] === "redacted_thinking";

export const messagesOf = (body: JsonObject): readonly JsonObject[] => listOf(body["messages"]).map(objectOf);

const holdsResults = (message: JsonObject): boolean =>
  blocksOf(message["content"]).some((block) => block["type"] === "tool_result");

/** Where the turn that the last message continues began: its first assistant message, if it is in the middle of a tool loop. */
export function loopStart(messages: readonly JsonObject[]): number | undefined {
  const last = messages.at(-1);
  if (last === undefined || last["role"] !== "user" || !holdsResults(last)) return undefined;
  const asked = messages.findLastIndex((message) => message["role"] === "user" && !holdsResults(message));
  const start = messages.findIndex((message, index) => index > asked && message["role"] === "assistant");
  return start < 0 ? undefined : start;
}

/** What a request says about thinking. */
export const thinkingOf = (body: JsonObject): JsonObject | undefined =>
  isObject(body["thinking"]) ? body["thinking"] : undefined;
