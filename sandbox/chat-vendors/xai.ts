import { chatShape } from "../openai/chat-shape.ts";
import { finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { optional } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";
import { usableUnits } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import { chatVendor } from "./chat-vendor.ts";
import type { ChatModel, ChatRule } from "./chat-vendor.ts";

// https://docs.x.ai/developers/models, …/developers/model-capabilities/text/reasoning
const models: readonly ChatModel[] = [
  { id: "grok-4.6", efforts: ["high", "low", "medium", "xhigh"], thinks: true },
  { id: "grok-4.5", efforts: ["high", "low", "medium"], thinks: true },
  { id: "grok-4.3", efforts: ["low", "none", "medium", "high"], thinks: true },
  { id: "grok-4-0709", thinks: true },
  { id: "grok-4-fast-non-reasoning" },
  { id: "grok-3" },
  { id: "grok-3-mini", efforts: ["low", "high"], thinks: true },
];

// https://docs.x.ai/developers/rest-api-reference/inference, chat completions
const shape: ObjectShape = {
  ...chatShape,
  open: true,
  fields: { ...chatShape.fields, search_parameters: optional("object"), deferred: optional("boolean") },
};

// …/text/reasoning: what models that think do not take
const penalties: ChatRule = ({ body, model }) => {
  if (model.thinks !== true) return undefined;
  const given = ["presence_penalty", "frequency_penalty", "stop"].find(
    (name) => ![undefined, null].includes(body[name] as undefined),
  );
  return given === undefined ? undefined : invalid(`Argument not supported on this model: ${given}`);
};

const effort: ChatRule = ({ body, model }) => {
  const asked = body["reasoning_effort"];
  if (asked === undefined || asked === null || model.efforts?.includes(stringOf(asked)) === true) return undefined;
  return invalid(
    model.efforts === undefined
      ? `Model ${model.id} does not support parameter reasoningEffort.`
      : `Invalid reasoning effort: ${stringOf(asked)}`,
  );
};

// https://docs.x.ai/developers/tools/overview: taken out of use
const liveSearch: ChatRule = ({ body }) =>
  body["search_parameters"] === undefined
    ? undefined
    : { status: 410, message: "Live search is deprecated. Please switch to the Agent Tools API." };

/** What was thought stands beside the completion, and in the total. */
const tell = (usage: JsonObject): JsonObject => {
  const { reasoning_tokens: reasoning, ...details } = objectOf(usage["completion_tokens_details"]);
  const thought = finiteNumberOf(reasoning) ?? 0;
  return {
    prompt_tokens: usage["prompt_tokens"],
    completion_tokens: (finiteNumberOf(usage["completion_tokens"]) ?? 0) - thought,
    total_tokens: usage["total_tokens"],
    prompt_tokens_details: {
      text_tokens: usage["prompt_tokens"],
      image_tokens: 0,
      ...objectOf(usage["prompt_tokens_details"]),
    },
    completion_tokens_details: { reasoning_tokens: thought, ...details },
    num_sources_used: 0,
  };
};

const read = (usage: JsonObject) => {
  const cached = finiteNumberOf(objectOf(usage["prompt_tokens_details"])["cached_tokens"]) ?? 0;
  const input = usage["prompt_tokens"];
  return typeof input === "number"
    ? usableUnits({
        input: input - cached,
        cacheRead: cached,
        inputAudio: objectOf(usage["prompt_tokens_details"])["audio_tokens"],
        output: usage["completion_tokens"],
        reasoning: objectOf(usage["completion_tokens_details"])["reasoning_tokens"],
        outputAudio: objectOf(usage["completion_tokens_details"])["audio_tokens"],
      })
    : null;
};

const codes: Readonly<Record<number, string>> = {
  400: "Client specified an invalid argument",
  403: "The caller does not have permission to execute the specified operation",
  404: "Some requested entity was not found",
  410: "The requested feature is gone",
  429: "Some resource has been exhausted",
};

// https://docs.x.ai/developers/debugging: a key that is not valid is an invalid argument
const refuse = ({ status, message }: Refusal, digest: string) => {
  const shown = status === 401 ? 400 : status;
  return jsonReply(
    shown,
    { "x-request-id": digest.slice(0, 32) },
    { code: codes[shown] ?? "Internal error", error: message },
  );
};

/** xAI's chat. */
export const xaiWire = chatVendor({
  mount: "/xai/v1",
  key: /^(xai-|sk-)/,
  models,
  shape,
  misfit: ({ path }) => invalid(`Failed to deserialize the JSON body into the target type: ${path.join(".")}`),
  rules: [liveSearch, penalties, effort],
  unknownModel: (name) => ({
    status: 404,
    message: `The model ${name} does not exist or your team 00000000 does not have access to it.`,
  }),
  error: refuse,
  refuseKey: (_key, digest) =>
    refuse(
      {
        status: 400,
        message: "Incorrect API key provided. You can obtain an API key from https://console.x.ai.",
      },
      digest,
    ),
  tell,
  read,
  respell: ({ service_tier: _tier, ...document }) => document,
});
