import { chatShape } from "../openai/chat-shape.ts";
import { chatUnits } from "../openai/usage.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { optional } from "../shape.ts";
import type { ObjectShape } from "../shape.ts";
import { jsonReply } from "../vendor.ts";
import { chatVendor, isStructured, turnsOf, withChoices } from "./chat-vendor.ts";
import type { ChatFrame, ChatModel, ChatRule } from "./chat-vendor.ts";

// https://console.groq.com/docs/models, …/docs/reasoning
const models: readonly ChatModel[] = [
  { id: "openai/gpt-oss-120b", efforts: ["medium", "low", "high"], thinks: true },
  { id: "openai/gpt-oss-20b", efforts: ["medium", "low", "high"], thinks: true },
  { id: "qwen/qwen3-32b", efforts: ["default", "none"], thinks: true },
  { id: "llama-3.3-70b-versatile" },
  { id: "llama-3.1-8b-instant" },
  { id: "meta-llama/llama-4-scout-17b-16e-instruct" },
];

// https://console.groq.com/docs/openai: these fields of OpenAI's bring 400.
const without = ["logprobs", "logit_bias", "top_logprobs"];
const taken = Object.entries(chatShape.fields).filter(([name]) => !without.includes(name));
const shape: ObjectShape = {
  ...chatShape,
  fields: {
    ...Object.fromEntries(taken),
    service_tier: optional({ words: ["auto", "on_demand", "flex", "performance"] }),
    reasoning_format: optional({ words: ["hidden", "raw", "parsed"] }),
    include_reasoning: optional("boolean"),
    disable_tool_validation: "boolean",
  },
};

const names: ChatRule = ({ body }) => {
  const at = turnsOf(body).findIndex((message) => message["name"] !== undefined && message["role"] !== "tool");
  return at === -1 ? undefined : invalid(`'messages.${at}' : for 'role:user' property 'name' is unsupported`);
};

const oneAnswer: ChatRule = ({ body }) =>
  typeof body["n"] === "number" && body["n"] !== 1 ? invalid("'n' : number must be at most 1") : undefined;

// https://console.groq.com/docs/tool-use
const tools: ChatRule = ({ body }) =>
  listOf(body["tools"]).length > 128 ? invalid("'tools' : maximum number of items is 128") : undefined;

// https://console.groq.com/docs/reasoning
const effort: ChatRule = ({ body, model }) => {
  const asked = body["reasoning_effort"];
  if (asked === undefined || asked === null || model.efforts?.includes(stringOf(asked)) === true) return undefined;
  return model.efforts === undefined
    ? invalid("`reasoning_effort` is not supported with this model")
    : invalid(`\`reasoning_effort\` must be one of ${model.efforts.map((one) => `\`${one}\``).join(", ")}`);
};

const format: ChatRule = ({ body }) => {
  if (body["reasoning_format"] !== undefined && body["include_reasoning"] !== undefined)
    return invalid("cannot specify both `reasoning_format` and `include_reasoning`");
  return body["reasoning_format"] === "raw" && isStructured(body)
    ? invalid("`reasoning_format` must be set to either `hidden` or `parsed` with JSON mode or tools")
    : undefined;
};

/** Times beside the counts: https://console.groq.com/docs/api-reference */
const tell = (usage: JsonObject): JsonObject => ({
  queue_time: 0.037_493_756,
  prompt_tokens: usage["prompt_tokens"],
  prompt_time: 0.000_680_594,
  completion_tokens: usage["completion_tokens"],
  completion_time: 0.463_333_333,
  total_tokens: usage["total_tokens"],
  total_time: 0.464_013_927,
  prompt_tokens_details: { cached_tokens: objectOf(usage["prompt_tokens_details"])["cached_tokens"] },
  completion_tokens_details: { reasoning_tokens: objectOf(usage["completion_tokens_details"])["reasoning_tokens"] },
});

const read = (usage: JsonObject) => {
  const { inputAudio: _in, outputAudio: _out, ...units } = chatUnits(usage) ?? {};
  return Object.keys(units).length === 0 ? null : units;
};

/** The usage stands in the ending's `x_groq` in every stream, and in a chunk of its own where it was asked for. */
const arrange = (frames: readonly ChatFrame[], body: JsonObject): readonly ChatFrame[] => {
  const usage = frames.findLast(({ kind }) => kind === "usage")?.document?.["usage"];
  const ending = frames.findLastIndex(({ kind }) => kind === "delta");
  const asked = objectOf(body["stream_options"])["include_usage"] === true;
  return frames.flatMap((frame, at) => {
    if (frame.kind === "usage" && !asked) return [];
    if (at !== ending || usage === undefined) return [frame];
    return [
      { kind: asked ? ("delta" as const) : ("usage" as const), document: { ...frame.document, x_groq: { usage } } },
    ];
  });
};

const kinds: Readonly<Record<number, readonly [type: string, code?: string]>> = {
  400: ["invalid_request_error"],
  401: ["invalid_request_error", "invalid_api_key"],
  403: ["permissions_error"],
  404: ["invalid_request_error", "model_not_found"],
  413: ["tokens", "rate_limit_exceeded"],
  429: ["tokens", "rate_limit_exceeded"],
};

// https://console.groq.com/docs/errors
const refuse = ({ status, message, code }: Refusal, digest: string) => {
  const [type, usual] = kinds[status] ?? ["internal_server_error"];
  const word = code ?? usual;
  return jsonReply(
    status,
    { "x-request-id": `req_${digest.slice(0, 26)}` },
    { error: { message, type, ...(word === undefined ? {} : { code: word }) } },
  );
};

/** Groq's chat. */
export const groqWire = chatVendor({
  mount: "/groq/openai/v1",
  key: /^(gsk_|sk-)/,
  models,
  shape,
  misfit: ({ path, problem }) =>
    invalid(
      problem === "unknown"
        ? `property '${path.join(".")}' is unsupported`
        : `'${path.join(".")}' : ${problem === "missing" ? "is missing" : "value is not valid"}`,
    ),
  rules: [names, oneAnswer, tools, effort, format],
  unknownModel: (name) => ({
    status: 404,
    message: `The model \`${name}\` does not exist or you do not have access to it.`,
  }),
  error: refuse,
  refuseKey: (_key, digest) => refuse({ status: 401, message: "Invalid API Key" }, digest),
  tell,
  read,
  respell(document, { body, model }) {
    const { service_tier: _tier, ...own } = document;
    const streams = body["stream"] === true;
    const shown = model.thinks === true && body["reasoning_effort"] !== "none" && body["reasoning_format"] !== "hidden";
    const spelled = withChoices(own, (choice) => {
      const message = objectOf(choice["message"]);
      return streams || !shown ? choice : { ...choice, message: { ...message, reasoning: "I read the question." } };
    });
    return streams ? spelled : { ...spelled, service_tier: "on_demand", x_groq: { id: "req_sandbox" } };
  },
  arrange: (frames, { body }) => arrange(frames, body),
});
