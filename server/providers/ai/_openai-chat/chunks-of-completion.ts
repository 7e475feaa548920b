import { arrayAt, isRecord, recordAt, type JsonRecord } from "../../_wire/json.ts";
import { doneData } from "../../_wire/done-data.ts";

const deltaOf = (choice: JsonRecord): JsonRecord => {
  const message = recordAt(choice, "message") ?? {};
  const calls = arrayAt(message, "tool_calls");
  if (calls.length === 0) return message;
  return { ...message, tool_calls: calls.map((call, index) => (isRecord(call) ? { index, ...call } : call)) };
};

/** A whole chat completion as the chunks of its stream. */
export const chunksOfCompletion = (completion: JsonRecord): readonly (JsonRecord | typeof doneData)[] => {
  const { choices: _choices, usage, ...rest } = completion;
  const choices = arrayAt(completion, "choices").filter(isRecord);
  if (choices.length === 0 && !isRecord(usage)) return [completion];
  const chunk = (parts: readonly JsonRecord[], more: JsonRecord = {}): JsonRecord => ({
    ...rest,
    object: "chat.completion.chunk",
    choices: parts,
    ...more,
  });
  return [
    ...choices.map((choice, place) => {
      const { message: _message, finish_reason: _reason, ...others } = choice;
      return chunk([{ index: place, ...others, delta: deltaOf(choice), finish_reason: null }]);
    }),
    ...choices.map(({ index, finish_reason }, place) =>
      chunk([{ index: index ?? place, delta: {}, finish_reason: finish_reason ?? null }]),
    ),
    ...(isRecord(usage) ? [chunk([], { usage })] : []),
    doneData,
  ];
};
