import { hash } from "node:crypto";
import { embeddingsReply } from "../openai/embeddings.ts";
import { selfHosted } from "../openai/models.ts";
import { chatUnits } from "../openai/usage.ts";
import { finiteNumberOf, isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { findMisfit, optional } from "../shape.ts";
import type { Misfit, ObjectShape, Shape } from "../shape.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorRequest } from "../vendor.ts";
import { chatVendor, turnsOf, withChoices } from "./chat-vendor.ts";
import type { ChatFrame, ChatModel, ChatRule } from "./chat-vendor.ts";

// https://docs.mistral.ai/models, …/studio-api/conversations/reasoning
const models: readonly ChatModel[] = [
  { id: "mistral-large-2512" },
  { id: "mistral-large-latest" },
  { id: "mistral-medium-3-5", efforts: ["none", "high"] },
  { id: "mistral-small-2603", efforts: ["none", "high"] },
  { id: "mistral-small-latest", efforts: ["none", "high"] },
  { id: "ministral-8b-2512" },
  { id: "magistral-medium-latest", thinks: true },
  { id: "codestral-2508" },
];
const embedders = /^(mistral-embed|codestral-embed)/;

// The request of https://docs.mistral.ai/api/endpoint/chat, field by field.
const chunk: Shape = {
  tag: "type",
  of: {
    text: { fields: { text: "string" }, required: ["text"] },
    image_url: {
      fields: { image_url: { either: ["string", { fields: { url: "string", detail: "string" }, required: ["url"] }] } },
      required: ["image_url"],
    },
    document_url: { fields: { document_url: "string", document_name: "string" }, required: ["document_url"] },
    input_audio: { fields: { input_audio: "any" }, required: ["input_audio"] },
    thinking: { fields: { thinking: "list", closed: "boolean" }, required: ["thinking"] },
  },
};
const content: Shape = { either: ["string", { list: chunk }] };
const call: ObjectShape = {
  fields: {
    id: "string",
    type: "string",
    function: {
      fields: { name: "string", arguments: { either: ["string", "object"] } },
      required: ["name", "arguments"],
    },
    index: "integer",
  },
  required: ["function"],
};
const message: Shape = {
  tag: "role",
  of: {
    system: { fields: { content }, required: ["content"] },
    user: { fields: { content: optional(content) }, required: ["content"] },
    assistant: {
      fields: { content: optional(content), tool_calls: optional({ list: call }), prefix: "boolean" },
    },
    tool: { fields: { content: optional(content), tool_call_id: "string", name: "string" }, required: ["content"] },
  },
};
const shape: ObjectShape = {
  fields: {
    model: "string",
    messages: { list: message },
    temperature: optional("number"),
    top_p: "number",
    max_tokens: optional("integer"),
    stream: "boolean",
    stop: { either: ["string", { list: "string" }] },
    random_seed: optional("integer"),
    metadata: optional("object"),
    response_format: "object",
    tools: optional({
      list: {
        tag: "type",
        of: {
          function: {
            fields: {
              function: {
                fields: { name: "string", description: "string", strict: "boolean", parameters: "object" },
                required: ["name", "parameters"],
              },
            },
            required: ["function"],
          },
        },
      },
    }),
    tool_choice: { either: [{ words: ["auto", "none", "any", "required"] }, "object"] },
    presence_penalty: "number",
    frequency_penalty: "number",
    n: optional("integer"),
    prediction: "object",
    parallel_tool_calls: "boolean",
    prompt_mode: optional({ words: ["reasoning"] }),
    reasoning_effort: optional("string"),
    guardrails: optional("list"),
    safe_prompt: "boolean",
    prompt_cache_key: optional("string"),
  },
  required: ["model", "messages"],
};

/** As its validator lists what it does not take: https://docs.mistral.ai/resources/error-glossary */
const misfit = ({ path, problem, value }: Misfit): Refusal => ({
  status: 422,
  message: JSON.stringify({
    detail: [
      {
        type: problem === "unknown" ? "extra_forbidden" : problem === "missing" ? "missing" : "value_error",
        loc: ["body", ...path],
        msg:
          problem === "unknown"
            ? "Extra inputs are not permitted"
            : problem === "missing"
              ? "Field required"
              : "Input should be valid",
        input: typeof value === "object" ? null : value,
      },
    ],
  }),
});

// https://docs.mistral.ai/studio-api/conversations/chat-completion/prefix
const lastRole: ChatRule = ({ body }) => {
  const last = turnsOf(body).at(-1);
  return last?.["role"] === "assistant" && last["prefix"] !== true
    ? invalid(
        "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
        null,
        "3230",
      )
    : undefined;
};

// https://github.com/mistralai/mistral-common, validator of tool calls
const nine = /^[a-zA-Z0-9]{9}$/;
const toolIds: ChatRule = ({ body }) => {
  const ids = turnsOf(body).flatMap((one) => [
    ...listOf(one["tool_calls"]).map((asked) => objectOf(asked)["id"]),
    ...(one["role"] === "tool" ? [one["tool_call_id"]] : []),
  ]);
  const wrong = ids.find((id) => !nine.test(stringOf(id)));
  return wrong === undefined
    ? undefined
    : invalid(`Tool call id was ${stringOf(wrong)} but must be a-z, A-Z, 0-9, with a length of 9.`, null, "3280");
};

// https://docs.mistral.ai/studio-api/conversations/reasoning
const effort: ChatRule = ({ body, model }) => {
  const asked = body["reasoning_effort"];
  if (asked === undefined || asked === null || model.efforts?.includes(stringOf(asked)) === true) return undefined;
  return invalid(`reasoning_effort ${stringOf(asked)} is not supported for model ${model.id}`, null, "3051");
};

/** Cached tokens beside the total, and nothing of what was thought. */
const tell = (usage: JsonObject): JsonObject => {
  const cached = objectOf(usage["prompt_tokens_details"])["cached_tokens"];
  return {
    prompt_tokens: usage["prompt_tokens"],
    completion_tokens: usage["completion_tokens"],
    total_tokens: usage["total_tokens"],
    num_cached_tokens: cached,
    prompt_tokens_details: { cached_tokens: cached },
  };
};
const read = (usage: JsonObject) => {
  const units = chatUnits(usage);
  return units && { input: units.input ?? 0, cacheRead: units.cacheRead ?? 0, output: units.output ?? 0 };
};

const ownCall = (one: unknown): JsonObject => {
  const asked = objectOf(one);
  const { id } = asked;
  return typeof id === "string" ? { ...asked, id: hash("sha256", id).slice(0, 9) } : asked;
};
const thought = { type: "thinking", thinking: [{ type: "text", text: "I read the question." }], closed: true };

const spelled = (message_: JsonObject, thinks: boolean): JsonObject => {
  const { refusal: _refusal, annotations: _annotations, ...own } = message_;
  const calls = own["tool_calls"] === undefined ? {} : { tool_calls: listOf(own["tool_calls"]).map(ownCall) };
  const chunked = thinks && typeof own["content"] === "string" && own["content"] !== "";
  return {
    ...own,
    ...calls,
    ...(chunked ? { content: [thought, { type: "text", text: own["content"] }] } : {}),
    ...(own["content"] === null ? { content: "" } : {}),
  };
};

/** The usage of a stream stands in its last chunk, beside the ending. */
const arrange = (frames: readonly ChatFrame[]): readonly ChatFrame[] => {
  const usage = frames.findLast(({ kind }) => kind === "usage")?.document?.["usage"];
  const ending = frames.findLastIndex(({ kind }) => kind === "delta");
  if (usage === undefined) return frames;
  return frames.flatMap((frame, at) => {
    if (frame.kind === "usage") return [];
    return at === ending ? [{ kind: "usage" as const, document: { ...frame.document, usage } }] : [frame];
  });
};

const headers = (digest: string) => ({ "mistral-correlation-id": digest.slice(0, 32) });
const kinds: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ["invalid_request_error", null],
  404: ["not_found_error", null],
  422: ["invalid_request_error", null],
  429: ["rate_limited", "1300"],
};

const refuse = ({ status, message: said, code }: Refusal, digest: string) => {
  const [type, usual] = kinds[status] ?? ["internal_server_error", "3000"];
  if (status === 401) return jsonReply(401, headers(digest), { detail: "Unauthorized" });
  const listed = status === 422 ? objectOf(JSON.parse(said)) : said;
  return jsonReply(status, headers(digest), {
    object: "error",
    message: listed,
    type: code === "1500" ? "invalid_model" : type,
    param: null,
    code: code ?? usual,
  });
};

const unknownModel = (name: string): Refusal => invalid(`Invalid model: ${name}`, null, "1500");

// https://docs.mistral.ai/api/endpoint/embeddings
const embeddings: ObjectShape = {
  fields: {
    model: "string",
    input: { either: ["string", { list: "string" }] },
    output_dimension: optional("integer"),
    output_dtype: { words: ["float", "int8", "uint8", "binary", "ubinary"] },
    encoding_format: { words: ["float", "base64"] },
    metadata: optional("object"),
  },
  required: ["model", "input"],
};
const embed = (request: VendorRequest) => {
  const body = objectOf(request.body);
  const wrong = findMisfit(embeddings, body);
  if (wrong !== undefined) return refuse(misfit(wrong), request.bodyDigest);
  if (!embedders.test(request.model)) return refuse(unknownModel(request.model), request.bodyDigest);
  const dimensions = finiteNumberOf(body["output_dimension"]) ?? 1_024;
  return embeddingsReply({ ...request, body: { ...body, dimensions } }, selfHosted(request.model));
};

/** Mistral's chat and embeddings. */
export const mistralWire = chatVendor({
  mount: "/mistral/v1",
  key: /^[\w-]{8,}$/,
  models,
  shape,
  misfit,
  rules: [toolIds, lastRole, effort],
  unknownModel,
  error: refuse,
  refuseKey: (_key, digest) => refuse({ status: 401, message: "" }, digest),
  tell,
  read,
  respell(document, { body, model }) {
    const { service_tier: _tier, system_fingerprint: _print, ...own } = document;
    const thinks = model.thinks === true || body["reasoning_effort"] === "high";
    return withChoices(own, ({ logprobs: _logprobs, ...choice }) => ({
      ...choice,
      ...(isObject(choice["message"]) ? { message: spelled(choice["message"], thinks) } : {}),
      ...(isObject(choice["delta"]) ? { delta: spelled(choice["delta"], thinks) } : {}),
    }));
  },
  arrange,
  embed,
});
