import { isRecord, type JsonRecord } from "../../_wire/json.ts";
import { noteText } from "../../_wire/note-text.ts";

type Block = JsonRecord;

const blocksOf = (content: unknown): readonly Block[] =>
  typeof content === "string"
    ? [{ type: "text", text: content }]
    : Array.isArray(content)
      ? content.filter(isRecord)
      : [];

const isSystem = (message: unknown): message is JsonRecord => isRecord(message) && message["role"] === "system";

const holdsResults = (message: unknown): boolean =>
  isRecord(message) && blocksOf(message["content"]).some(({ type }) => type === "tool_result");

/** An instruction in the one role that the model takes there, marked as what it is. */
const noteOf = (message: JsonRecord): JsonRecord => ({
  role: "user",
  content: blocksOf(message["content"]).map((block) =>
    typeof block["text"] === "string" ? { ...block, text: noteText(block["text"]) } : block,
  ),
});

/**
 * Instructions among the messages for models that take none there: leading ones go to `system`, later ones keep their
 * place as marked notes of the user's, after the results of the tool calls before them.
 */
export const withoutSystemTurns = (body: JsonRecord): JsonRecord => {
  const { messages, system } = body;
  if (!Array.isArray(messages) || !messages.some(isSystem)) return body;
  const first = messages.findIndex((message) => !isSystem(message));
  const leading = messages.slice(0, Math.max(first, 0)).filter(isSystem);
  const fitted: unknown[] = [];
  let notes: JsonRecord[] = [];
  for (const message of messages.slice(leading.length)) {
    if (isSystem(message)) {
      notes.push(noteOf(message));
      continue;
    }
    if (holdsResults(message)) fitted.push(message, ...notes);
    else fitted.push(...notes, message);
    notes = [];
  }
  fitted.push(...notes);
  if (leading.length === 0) return { ...body, messages: fitted };
  const said = leading.flatMap((message) => blocksOf(message["content"]));
  return { ...body, system: [...blocksOf(system), ...said], messages: fitted };
};
