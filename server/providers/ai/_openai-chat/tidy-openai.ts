import { isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { changedOnly, Changes, fits, fitsUsage, type Tidy } from "../../_wire/tidy.ts";

const textOf = (part: unknown): string => {
  const text = stringAt(part, "text");
  if (text !== undefined) return text;
  const inner = isRecord(part) ? part.thinking : undefined;
  return typeof inner === "string" ? inner : Array.isArray(inner) ? inner.map(textOf).join("") : "";
};

/** Some servers write `content` as a list of parts, thinking among them. */
const tidyContent = (message: JsonRecord, changes: Changes): void => {
  const { content } = message;
  if (fits(content, "string")) return;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  const isThinking = (part: unknown): boolean => stringAt(part, "type") === "thinking";
  const thinking = parts.filter(isThinking).map(textOf).join("");
  changes.set(
    "content",
    parts
      .filter((part) => !isThinking(part))
      .map(textOf)
      .join(""),
  );
  if (thinking !== "" && typeof message.reasoning_content !== "string") changes.set("reasoning_content", thinking);
};

/** A call of a function; nothing for calls of other kinds, which no caller of the contract can have asked for. */
const tidyCall =
  (whole: boolean) =>
  (call: unknown, place: number): unknown => {
    const called = recordAt(call, "function");
    if (!isRecord(call) || called === undefined) return undefined;
    if (whole ? typeof called.name !== "string" : !fits(called.name, "string")) return undefined;
    const inner = new Changes(called);
    if (whole ? typeof called.arguments !== "string" : !fits(called.arguments, "string"))
      inner.set("arguments", called.arguments === undefined ? "" : JSON.stringify(called.arguments));
    const changes = new Changes(call);
    changes.set("function", inner.result());
    changes.keep("id", "string");
    if (call.type !== "function") changes.set("type", "function");
    if (!whole && typeof call.index !== "number") changes.set("index", place);
    return changes.result();
  };

const tidyAnnotation = (annotation: unknown): unknown => {
  const citation = recordAt(annotation, "url_citation");
  const url = stringAt(citation, "url");
  if (stringAt(annotation, "type") !== "url_citation" || citation === undefined || url === undefined) return undefined;
  const { start_index: start, end_index: end, title } = citation;
  if (typeof start === "number" && typeof end === "number" && typeof title === "string") return annotation;
  const from = typeof start === "number" ? start : 0;
  const url_citation = {
    url,
    title: typeof title === "string" ? title : url,
    start_index: from,
    end_index: Number(end ?? from) || from,
  };
  return { type: "url_citation", url_citation };
};

const tidyMessage = (message: unknown, whole: boolean): JsonRecord => {
  if (!isRecord(message)) return {};
  const changes = new Changes(message);
  if (message.role !== "assistant" && message.role !== undefined && message.role !== null)
    changes.set("role", "assistant");
  tidyContent(message, changes);
  for (const key of ["refusal", "reasoning_content", "reasoning"]) changes.keep(key, "string");
  changes.each("tool_calls", tidyCall(whole));
  changes.each("annotations", tidyAnnotation);
  const { audio } = message;
  if (audio !== undefined && audio !== null && (!isRecord(audio) || !fits(audio.transcript, "string")))
    changes.set("audio", undefined);
  return changes.result();
};

const tidyChoice = (choice: unknown, place: number): unknown => {
  if (!isRecord(choice)) return undefined;
  const changes = new Changes(choice);
  if (typeof choice.index !== "number") changes.set("index", place);
  if (choice.message !== undefined) changes.set("message", tidyMessage(choice.message, true));
  if (choice.delta !== undefined && choice.delta !== null) changes.set("delta", tidyMessage(choice.delta, false));
  if (choice.message === undefined && choice.delta === undefined) changes.set("delta", {});
  if (!fits(choice.finish_reason, "string") || choice.finish_reason === "") changes.set("finish_reason", null);
  if (choice.logprobs !== undefined && choice.logprobs !== null) changes.set("logprobs", undefined);
  return changes.result();
};

/** A chat completion or a chunk of one: kinds of parts that came after the schema was written are left out. */
export const tidyOpenAi: Tidy = (document) => {
  const changes = new Changes(document);
  changes.keep("id", "string");
  changes.keep("model", "string");
  changes.keep("created", "number");
  changes.each("choices", tidyChoice);
  if (!Array.isArray(document.choices) && document.data === undefined) changes.set("choices", []);
  // An error that is one has been thrown by then; `null` and `{}` are none.
  changes.set("error", undefined);
  // It has been read by then.
  if (!fitsUsage(document.usage)) changes.set("usage", undefined);
  return changedOnly(document, changes.result());
};
