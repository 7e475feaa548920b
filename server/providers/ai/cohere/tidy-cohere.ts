import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import type { Tidy } from "../../_wire/tidy.ts";

/** The adapter wants numbers that nobody reads: what was used is read off the wire. */
const usage = { tokens: { input_tokens: 0, output_tokens: 0 } };

const contentOf = (content: unknown): JsonRecord | undefined => {
  const [text, thinking] = [stringAt(content, "text"), stringAt(content, "thinking")];
  if (thinking !== undefined) return { type: "thinking", thinking };
  return text === undefined ? undefined : { type: "text", text };
};

const callOf = (call: unknown): JsonRecord | undefined => {
  const named = recordAt(call, "function");
  const [id, name] = [wordAt(call, "id"), wordAt(named, "name")];
  if (id === undefined || name === undefined) return undefined;
  return { id, type: "function", function: { name, arguments: stringAt(named, "arguments") ?? "{}" } };
};

/** What was planned before tools were called is thinking. */
const planOf = (message: JsonRecord): readonly JsonRecord[] => {
  const thinking = stringAt(message, "tool_plan") ?? "";
  return thinking === "" ? [] : [{ type: "thinking", thinking }];
};

const wholeOf = (document: JsonRecord, message: JsonRecord): JsonRecord => ({
  generation_id: wordAt(document, "id"),
  message: {
    role: "assistant",
    content: [...planOf(message), ...arrayAt(message, "content").flatMap((one) => contentOf(one) ?? [])],
    tool_calls: arrayAt(message, "tool_calls").flatMap((one) => callOf(one) ?? []),
  },
  finish_reason: wordAt(document, "finish_reason") ?? "",
  usage,
});

/** Events that say something to the adapter; citations name documents, which have no place in the contract. */
const eventOf = (document: JsonRecord): JsonRecord | null => {
  const { type } = document;
  const message = recordAt(recordAt(document, "delta"), "message");
  const index = typeof document.index === "number" ? document.index : 0;
  switch (type) {
    case "message-start":
      return { type, id: wordAt(document, "id") };
    case "content-start":
    case "content-delta": {
      const content = contentOf(message?.content);
      return content === undefined ? null : { type, index, delta: { message: { content } } };
    }
    case "content-end":
      return { type, index };
    case "tool-call-start": {
      const call = callOf(message?.tool_calls);
      const begun = stringAt(recordAt(message?.tool_calls, "function"), "arguments") ?? "";
      return call === undefined
        ? null
        : {
            type,
            delta: {
              message: { tool_calls: { ...call, function: { ...recordAt(call, "function"), arguments: begun } } },
            },
          };
    }
    case "tool-call-delta": {
      const fragment = stringAt(recordAt(message?.tool_calls, "function"), "arguments");
      return fragment === undefined
        ? null
        : { type, delta: { message: { tool_calls: { function: { arguments: fragment } } } } };
    }
    case "tool-call-end":
      return { type };
    case "message-end":
      return { type, delta: { finish_reason: wordAt(recordAt(document, "delta"), "finish_reason") ?? "", usage } };
    default:
      return null;
  }
};

/** A chat, whole or an event of it, with nothing that the adapter's schema would break at. */
export const tidyCohere: Tidy = (document) => {
  const message = recordAt(document, "message");
  return isRecord(message) ? wholeOf(document, message) : eventOf(document);
};
