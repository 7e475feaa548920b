import { arrayAt, isRecord, stringAt, type JsonRecord } from "../../_wire/json.ts";

/** What a block begins as, and the deltas that make it whole again. */
const eventsOfBlock = (block: JsonRecord, index: number): JsonRecord[] => {
  const delta = (change: JsonRecord): JsonRecord => ({ type: "content_block_delta", index, delta: change });
  const [begin, deltas] = ((): readonly [JsonRecord, readonly JsonRecord[]] => {
    switch (block.type) {
      case "text":
        return [
          { type: "text", text: "" },
          [
            ...(stringAt(block, "text") ? [delta({ type: "text_delta", text: block.text })] : []),
            ...arrayAt(block, "citations").map((citation) => delta({ type: "citations_delta", citation })),
          ],
        ];
      case "thinking":
        return [
          { type: "thinking", thinking: "", signature: "" },
          [
            delta({ type: "thinking_delta", thinking: block.thinking }),
            ...(stringAt(block, "signature") ? [delta({ type: "signature_delta", signature: block.signature })] : []),
          ],
        ];
      case "tool_use":
      case "server_tool_use":
        return [
          { ...block, input: {} },
          [delta({ type: "input_json_delta", partial_json: JSON.stringify(block.input ?? {}) })],
        ];
      default:
        return [block, []];
    }
  })();
  return [
    { type: "content_block_start", index, content_block: begin },
    ...deltas,
    { type: "content_block_stop", index },
  ];
};

/** A whole message as the events of its stream. */
export const eventsOfMessage = (message: JsonRecord): readonly JsonRecord[] => {
  if (message.type !== "message") return [message];
  const { content: _content, stop_reason, stop_sequence, ...rest } = message;
  return [
    { type: "message_start", message: { ...rest, content: [], stop_reason: null, stop_sequence: null } },
    ...arrayAt(message, "content").filter(isRecord).flatMap(eventsOfBlock),
    {
      type: "message_delta",
      delta: { stop_reason: stop_reason ?? null, stop_sequence: stop_sequence ?? null },
      usage: message.usage ?? {},
    },
    { type: "message_stop" },
  ];
};
