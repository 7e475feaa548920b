import { arrayAt, isRecord, recordAt, type JsonRecord } from "../../_wire/json.ts";

const eventsOfBlock = (block: unknown, contentBlockIndex: number): JsonRecord[] => {
  const tool = recordAt(block, "toolUse");
  const stop = { contentBlockStop: { contentBlockIndex } };
  if (tool !== undefined) {
    const { input, ...start } = tool;
    const delta = { toolUse: { input: JSON.stringify(input ?? {}) } };
    return [
      { contentBlockStart: { contentBlockIndex, start: { toolUse: start } } },
      { contentBlockDelta: { contentBlockIndex, delta } },
      stop,
    ];
  }
  const thought = recordAt(recordAt(block, "reasoningContent"), "reasoningText");
  const delta = thought === undefined ? block : { reasoningContent: { text: thought.text } };
  const signature = thought?.signature;
  return [
    { contentBlockDelta: { contentBlockIndex, delta } },
    ...(signature === undefined
      ? []
      : [{ contentBlockDelta: { contentBlockIndex, delta: { reasoningContent: { signature } } } }]),
    stop,
  ];
};

/** The events that say the same as a whole answer of Converse. */
export const eventsOfConverse = (document: JsonRecord): readonly JsonRecord[] => {
  const message = recordAt(recordAt(document, "output"), "message");
  return [
    { messageStart: { role: "assistant" } },
    ...arrayAt(message, "content").filter(isRecord).flatMap(eventsOfBlock),
    { messageStop: { stopReason: document.stopReason } },
    { metadata: { usage: document.usage, metrics: document.metrics } },
  ];
};
