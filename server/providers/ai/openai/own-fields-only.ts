import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";

/** What answers of other vendors, or helpers of a client, put into an assistant message, and clients send back. */
const foreign = ["reasoning", "reasoning_content", "reasoning_details", "images", "parsed"] as const;

const isForeignCall = (call: unknown): boolean =>
  isRecord(call) && ("extra_content" in call || "parsed_arguments" in (recordAt(call, "function") ?? {}));

const isForeign = (message: unknown): message is JsonRecord =>
  isRecord(message) &&
  message["role"] === "assistant" &&
  (foreign.some((field) => field in message) || arrayAt(message, "tool_calls").some(isForeignCall));

const withoutExtra = (call: unknown): unknown => {
  if (!isRecord(call)) return call;
  const { extra_content: _extra, function: called, ...rest } = call;
  if (!isRecord(called)) return { ...rest, ...(called === undefined ? {} : { function: called }) };
  const { parsed_arguments: _parsed, ...own } = called;
  return { ...rest, function: own };
};

const ownPart = (message: JsonRecord): JsonRecord => {
  const own = Object.fromEntries(Object.entries(message).filter(([field]) => !foreign.some((one) => one === field)));
  const calls = arrayAt(message, "tool_calls");
  return calls.length === 0 ? own : { ...own, tool_calls: calls.map(withoutExtra) };
};

/**
 * A chat as OpenAI itself takes it: other vendors' thinking left out of the messages, and OpenRouter's way to ask for
 * thinking put in OpenAI's own word.
 */
export const ownFieldsOnly = (body: JsonRecord): JsonRecord => {
  const messages = arrayAt(body, "messages");
  const { reasoning: _reasoning, ...rest } = body;
  const effort = stringAt(recordAt(body, "reasoning"), "effort");
  const asked = "reasoning" in body ? { ...rest, ...(effort === undefined ? {} : { reasoning_effort: effort }) } : body;
  if (!messages.some(isForeign)) return asked;
  return { ...asked, messages: messages.map((message) => (isForeign(message) ? ownPart(message) : message)) };
};
