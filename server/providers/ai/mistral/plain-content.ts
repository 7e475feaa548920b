import { isRecord, stringAt, type JsonRecord } from "../../_wire/json.ts";

const thoughtOf = (part: unknown): string => {
  const { thinking } = isRecord(part) ? part : {};
  if (typeof thinking === "string") return thinking;
  return Array.isArray(thinking) ? thinking.map((one) => stringAt(one, "text") ?? "").join("") : "";
};

/**
 * A message whose content is in chunks, as one whose content is text, with the thinking beside it: clients of the wire know
 * no other. https://docs.mistral.ai/studio-api/conversations/reasoning
 */
export const plainContent = (message: JsonRecord): JsonRecord => {
  const { content } = message;
  if (!Array.isArray(content)) return message;
  const chunks: readonly unknown[] = content;
  const text = chunks.map((part) => stringAt(part, "text") ?? "").join("");
  const thoughts = chunks.map(thoughtOf).join("");
  return { ...message, content: text, ...(thoughts === "" ? {} : { reasoning_content: thoughts }) };
};
