import { countInput } from "../compose-answer.ts";
import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { blocksOf, messagesOf } from "./content.ts";
import type { MessagesRule } from "./messages-rule.ts";
import { readMessagesRequest } from "./read-request.ts";
import { hasBeta } from "./thinking.ts";

// https://platform.claude.com/docs/en/api/messages#body-max-tokens
const positiveLimit: MessagesRule = ({ body }) =>
  (finiteNumberOf(body["max_tokens"]) ?? 1) < 1
    ? invalid("max_tokens: Input should be greater than or equal to 1")
    : undefined;

// https://platform.claude.com/docs/en/about-claude/models/overview; longer answers are a beta.
const modelsLimit: MessagesRule = ({ body, model, named, headers }) => {
  const asked = finiteNumberOf(body["max_tokens"]) ?? 0;
  const most = hasBeta(headers, "output-300k-") ? 300_000 : model.maxOutput;
  return asked > most
    ? invalid(`max_tokens: ${asked} > ${most}, which is the maximum allowed number of output tokens for ${named}`)
    : undefined;
};

// https://platform.claude.com/docs/en/build-with-claude/context-windows
const contextWindow: MessagesRule = ({ body, model, headers }) => {
  const most = hasBeta(headers, "context-1m-") ? Math.max(model.context, 1_000_000) : model.context;
  const input = countInput(readMessagesRequest(body, model, false)).text;
  return input > most ? invalid(`prompt is too long: ${input} tokens > ${most} maximum`) : undefined;
};

// https://platform.claude.com/docs/en/api/messages#body-temperature, -top-p, -top-k
const ranges: MessagesRule = ({ body }) => {
  const { temperature, top_p: topP, top_k: topK } = body;
  if (typeof temperature === "number" && (temperature < 0 || temperature > 1)) {
    return invalid("temperature: range: 0..1");
  }
  if (typeof topP === "number" && (topP < 0 || topP > 1)) return invalid("top_p: range: 0..1");
  return typeof topK === "number" && topK < 0
    ? invalid("top_k: Input should be greater than or equal to 0")
    : undefined;
};

// One of the two from Opus 4.1 on, none from Opus 4.7 on: https://platform.claude.com/docs/en/about-claude/models/migration-guide
const samplings: MessagesRule = ({ body, model }) => {
  const { temperature, top_p: topP } = body;
  if (model.sampling === "either" && temperature !== undefined && topP !== undefined) {
    return invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }
  if (model.sampling !== "fixed") return undefined;
  const defaults = { temperature: 1, top_p: 1, top_k: undefined } as const;
  const name = (["temperature", "top_p", "top_k"] as const).find(
    (one) => body[one] !== undefined && body[one] !== defaults[one],
  );
  return name && invalid(`\`${name}\` is deprecated for this model.`);
};

// https://platform.claude.com/docs/en/api/messages#body-stop-sequences
const visibleStops: MessagesRule = ({ body }) =>
  listOf(body["stop_sequences"]).some((one) => stringOf(one).trim() === "")
    ? invalid("stop_sequences: each stop sequence must contain non-whitespace")
    : undefined;

// https://platform.claude.com/docs/en/build-with-claude/prompt-caching#how-many-cache-breakpoints-can-i-use
const cacheMarks: MessagesRule = ({ body }) => {
  const blocks = [
    ...listOf(body["tools"]).map(objectOf),
    ...blocksOf(body["system"]),
    ...messagesOf(body).flatMap((message) => blocksOf(message["content"])),
  ];
  const inside = blocks.flatMap((block) => (Array.isArray(block["content"]) ? blocksOf(block["content"]) : []));
  const marked = [body, ...blocks, ...inside].filter((one) => isObject(one["cache_control"]));
  const empty = marked.some((block) => block["type"] === "text" && block["text"] === "");
  if (empty) return invalid("cache_control cannot be set for empty text blocks");
  return marked.length > 4
    ? invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${marked.length}.`)
    : undefined;
};

/** What is refused by number and size. */
export const limitRules: readonly MessagesRule[] = [
  positiveLimit,
  modelsLimit,
  ranges,
  samplings,
  visibleStops,
  cacheMarks,
  contextWindow,
];
