import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, isRecord, recordAt, type JsonRecord } from "../../_wire/json.ts";
import { refuseFields } from "../../_wire/refuse-fields.ts";
import { cohereErrors } from "./cohere-errors.ts";
import { cohereReader } from "./cohere-reader.ts";
import { tidyCohere } from "./tidy-cohere.ts";

/** A whole answer as the events that it would have been. */
const eventsOfChat = (document: JsonRecord): readonly JsonRecord[] => {
  const message = recordAt(document, "message");
  const plan = message?.tool_plan;
  const inMessage = (type: string, member: JsonRecord, index = 0): JsonRecord => ({
    type,
    index,
    delta: { message: member },
  });
  return [
    { type: "message-start", id: document.id, delta: { message: { role: "assistant" } } },
    ...(typeof plan === "string" && plan !== "" ? [inMessage("tool-plan-delta", { tool_plan: plan })] : []),
    ...arrayAt(message, "content")
      .filter(isRecord)
      .flatMap((content, index) => [
        inMessage(
          "content-start",
          { content: "thinking" in content ? { type: "thinking", thinking: "" } : { type: "text", text: "" } },
          index,
        ),
        inMessage("content-delta", { content }, index),
        { type: "content-end", index },
      ]),
    ...arrayAt(message, "tool_calls").flatMap((call, index) => [
      inMessage("tool-call-start", { tool_calls: call }, index),
      { type: "tool-call-end", index },
    ]),
    { type: "message-end", delta: { finish_reason: document.finish_reason, usage: document.usage } },
  ];
};

/** The wire of Cohere's chat: the model and the output limit are ours. https://docs.cohere.com/reference/chat */
export const cohereDialect: Dialect = {
  reader: cohereReader,
  enforceLimits({ stream_options: _options, ...body }, io) {
    // Connectors and searches are billed beside the tokens; a faster lane may be.
    refuseFields(body, { connectors: [], search_queries_only: [], priority: [] });
    return { ...body, model: io.model, max_tokens: io.maxOutputTokens };
  },
  errors: cohereErrors,
  tidy: () => tidyCohere,
  asEvents: eventsOfChat,
  endsStream: (document) => isRecord(document) && document.type === "message-end",
  knownEvents: /^(message|content|tool|citation|error)/,
};
