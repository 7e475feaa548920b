import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { functionsAlone } from "../_openai-chat/functions-alone.ts";
import { plainTurns } from "../_openai-chat/plain-turns.ts";
import { mistralToolId } from "./mistral-tool-id.ts";
import { plainContent } from "./plain-content.ts";

const withOwnId = (call: unknown): unknown => {
  const id = stringAt(call, "id");
  if (!isRecord(call) || id === undefined) return call;
  // The place in a stream is no part of a call.
  const { index: _index, ...rest } = call;
  return { ...rest, id: mistralToolId(id) };
};

const assistantTurn = (message: JsonRecord, last: boolean): JsonRecord => {
  const turn: Record<string, unknown> = { ...message };
  const calls = arrayAt(message, "tool_calls");
  if (calls.length > 0) turn.tool_calls = calls.map(withOwnId);
  else delete turn.tool_calls;
  // An answer that is begun by the caller has to say so: docs.mistral.ai/studio-api/conversations/chat-completion/prefix
  if (last && calls.length === 0) turn.prefix = true;
  return turn;
};

const messageOf = (message: unknown, last: boolean): unknown => {
  if (!isRecord(message)) return message;
  if (message.role === "assistant") return assistantTurn(message, last);
  const id = stringAt(message, "tool_call_id");
  return message.role === "tool" && id !== undefined ? { ...message, tool_call_id: mistralToolId(id) } : message;
};

/** A chat as Mistral takes it: its own roles, ids and names of fields. What it does not know, it refuses by name. */
const asMistralTakesIt = (body: JsonRecord): JsonRecord => {
  functionsAlone(body);
  // Usage comes in every stream, and options of streams are unknown.
  const { seed, stream_options: _options, tool_choice: choice, messages: _messages, ...rest } = body;
  const messages = plainTurns(body);
  return {
    ...rest,
    messages: messages.map((message, at) => messageOf(message, at === messages.length - 1)),
    ...(choice === undefined || choice === null ? {} : { tool_choice: choice === "required" ? "any" : choice }),
    ...(seed === undefined || seed === null ? {} : { random_seed: seed }),
  };
};

/** A choice whose ending is the model's own limit ended at a length. */
const choiceOf = (choice: unknown): unknown => {
  if (!isRecord(choice)) return choice;
  const message = recordAt(choice, "message");
  const delta = recordAt(choice, "delta");
  return {
    ...choice,
    ...(message === undefined ? {} : { message: plainContent(message) }),
    ...(delta === undefined ? {} : { delta: plainContent(delta) }),
    ...(choice.finish_reason === "model_length" ? { finish_reason: "length" } : {}),
  };
};

const needsChange = (choice: unknown): boolean =>
  isRecord(choice) &&
  (choice.finish_reason === "model_length" ||
    [recordAt(choice, "message"), recordAt(choice, "delta")].some((one) => Array.isArray(one?.content)));

/** Makes every chat one that Mistral takes, and its answers what clients of the wire understand. */
export const enforceMistral = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits: (body, io) => dialect.enforceLimits(asMistralTakesIt(body), io),
  adjust(document) {
    const choices = arrayAt(document, "choices");
    return choices.some(needsChange) ? { ...document, choices: choices.map(choiceOf) } : undefined;
  },
});

/** Of embeddings only the name of their size is Mistral's own: https://docs.mistral.ai/api/endpoint/embeddings */
export const enforceMistralEmbeddings = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits({ dimensions, user: _user, ...body }, io) {
    const size = dimensions === undefined || dimensions === null ? {} : { output_dimension: dimensions };
    return dialect.enforceLimits({ ...body, ...size }, io);
  },
});
