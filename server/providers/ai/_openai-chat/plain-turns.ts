import { arrayAt, isRecord, type JsonRecord } from "../../_wire/json.ts";

/** Members of OpenAI's and other vendors' answers that come back with them, and that strict servers refuse by name. */
const ofAnswers = ["reasoning_content", "reasoning", "refusal", "annotations", "audio", "function_call"] as const;

const plainTurn = (message: unknown): unknown => {
  if (!isRecord(message)) return message;
  if (message.role === "developer") return { ...message, role: "system" };
  if (message.role !== "assistant") return message;
  const turn: Record<string, unknown> = { ...message };
  for (const member of ofAnswers) delete turn[member];
  // What was said in place of an answer is what was said.
  if (typeof message.refusal === "string" && typeof message.content !== "string") turn.content = message.refusal;
  return turn;
};

/**
 * The messages of a chat for vendors that know roles `system`, `user`, `assistant` and `tool`, and of an answer its text and
 * its calls: a conversation may have begun elsewhere.
 */
export const plainTurns = (body: JsonRecord): readonly unknown[] => arrayAt(body, "messages").map(plainTurn);
