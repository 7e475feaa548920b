import { EventStreamCodec } from "@smithy/core/event-streams";
import { composeAnswer, countInput, fragmentsOf, wordsOf } from "../compose-answer.ts";
import type { Answer, ModelRequest } from "../compose-answer.ts";
import { cachedTokens } from "../count-tokens.ts";
import { finiteNumberOf, isObject, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { verifySignature } from "../sigv4/verify-signature.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, Vendor, VendorReply, VendorRequest } from "../vendor.ts";
import { converseRules } from "./converse-rules.ts";
import { embeddingKindOf, invokeEmbedding } from "./invoke-embedding.ts";

/** What the sandbox takes; anybody may know it. */
export const bedrockCredential = {
  accessKeyId: "AKIASANDBOXACCEPTS02",
  secretAccessKey: "sandbox-accepts-this-secret",
} as const;

// https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html
const models =
  /^(([a-z]{2,6})\.)?(amazon\.nova-(micro|lite|pro|premier)-v1:0|amazon\.nova-2-lite-v1:0|anthropic\.claude-[a-z0-9-]+(:0)?|openai\.gpt-oss-(20|120)b-1:0|meta\.llama[a-z0-9-]+:0)$/;

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);
const message = (name: string, payload: unknown): Buffer =>
  Buffer.from(
    codec.encode({
      headers: {
        ":message-type": { type: "string", value: "event" },
        ":event-type": { type: "string", value: name },
        ":content-type": { type: "string", value: "application/json" },
      },
      body: Buffer.from(JSON.stringify(payload)),
    }),
  );

const names: Readonly<Record<number, string>> = {
  400: "ValidationException",
  401: "UnrecognizedClientException",
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  429: "ThrottlingException",
  503: "ServiceUnavailableException",
};

// https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
const refuse = (
  status: number,
  said: string,
  digest: string,
  name = names[status] ?? "InternalServerException",
): VendorReply =>
  jsonReply(
    status === 401 ? 403 : status,
    {
      "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
      "x-amzn-requestid": digest.slice(0, 36),
    },
    { message: said },
  );

const textOf = (block: JsonObject): string => {
  const result = objectOf(block["toolResult"]);
  const told = listOf(result["content"]).map(
    (one) => stringOf(objectOf(one)["text"]) || JSON.stringify(objectOf(one)["json"] ?? ""),
  );
  return stringOf(block["text"]) + told.join("");
};

const thinkingTokens = (body: JsonObject): number => {
  const extra = objectOf(body["additionalModelRequestFields"]);
  const asked =
    objectOf(extra["thinking"])["type"] ?? extra["reasoning_effort"] ?? objectOf(extra["reasoningConfig"])["type"];
  return asked === undefined || asked === "disabled" ? 0 : 32;
};

const readRequest = (body: JsonObject): ModelRequest => {
  const messages = listOf(body["messages"]).map(objectOf);
  const blocks = messages.flatMap((one) => listOf(one["content"]).map(objectOf));
  const user = messages.findLast(({ role }) => role === "user");
  const last = listOf(user?.["content"]).map(objectOf);
  const result = last.find((block) => block["toolResult"] !== undefined);
  const config = objectOf(body["toolConfig"]);
  const choice = objectOf(config["toolChoice"]);
  return {
    texts: [...listOf(body["system"]).map((one) => stringOf(objectOf(one)["text"])), ...blocks.map(textOf)],
    messages: messages.length,
    images: blocks.filter((block) => block["image"] !== undefined).length,
    seenTokens: blocks.filter((block) => block["image"] !== undefined).length * 1_600,
    heardTokens: 0,
    lastUserText: last.map((block) => stringOf(block["text"])).join(""),
    toolResult: result && textOf(result),
    tools: listOf(config["tools"]).flatMap((one) => {
      const spec = objectOf(objectOf(one)["toolSpec"]);
      const schema = { type: "object", ...objectOf(objectOf(spec["inputSchema"])["json"]) };
      return spec["name"] === undefined ? [] : [{ name: stringOf(spec["name"]), schema }];
    }),
    toolChoice: isObject(choice["tool"])
      ? { name: stringOf(choice["tool"]["name"]) }
      : choice["any"] === undefined
        ? "auto"
        : "required",
    jsonSchema: undefined,
    maxTokens: finiteNumberOf(objectOf(body["inferenceConfig"])["maxTokens"]),
    reasoningTokens: thinkingTokens(body),
  };
};

const stops = { stop: "end_turn", length: "max_tokens", "tool-calls": "tool_use" } as const;

const blocksOf = (answer: Answer, digest: string): readonly JsonObject[] => [
  ...(answer.reasoning === ""
    ? []
    : [{ reasoningContent: { reasoningText: { text: answer.reasoning, signature: digest.slice(0, 24) } } }]),
  ...(answer.text === "" ? [] : [{ text: answer.text }]),
  ...answer.toolCalls.map((call, at) => ({
    toolUse: {
      toolUseId: `tooluse_${digest.slice(0, 20)}${at}`,
      name: call.name,
      input: JSON.parse(call.json) as unknown,
    },
  })),
];

const deltasOf = (block: JsonObject): readonly JsonObject[] => {
  const thought = objectOf(objectOf(block["reasoningContent"])["reasoningText"]);
  const tool = objectOf(block["toolUse"]);
  if (block["reasoningContent"] !== undefined)
    return [
      ...wordsOf(stringOf(thought["text"])).map((text) => ({ reasoningContent: { text } })),
      { reasoningContent: { signature: thought["signature"] } },
    ];
  return block["toolUse"] === undefined
    ? wordsOf(stringOf(block["text"])).map((text) => ({ text }))
    : fragmentsOf(JSON.stringify(tool["input"])).map((input) => ({ toolUse: { input } }));
};

const streamFrames = (
  request: VendorRequest,
  blocks: readonly JsonObject[],
  stopReason: string,
  truth: JsonObject,
): Frame[] => {
  const frames: Frame[] = [];
  const push = (kind: Frame["kind"], name: string, payload: JsonObject) => {
    // `p` makes messages of one length: …/userguide/data-protection.html
    frames.push({ kind, bytes: message(name, { ...payload, p: "abcdefgh" }) });
  };
  push("open", "messageStart", { role: "assistant" });
  blocks.forEach((block, contentBlockIndex) => {
    const tool = objectOf(block["toolUse"]);
    if (block["toolUse"] !== undefined)
      push("delta", "contentBlockStart", {
        contentBlockIndex,
        start: { toolUse: { toolUseId: tool["toolUseId"], name: tool["name"] } },
      });
    for (const delta of deltasOf(block)) push("delta", "contentBlockDelta", { contentBlockIndex, delta });
    push("delta", "contentBlockStop", { contentBlockIndex });
  });
  push("delta", "messageStop", { stopReason });
  const usage = request.telling.edit(truth);
  // The usage is the last of the stream.
  if (usage !== undefined) {
    if (request.telling.mode === "twice") push("usage", "metadata", { usage, metrics: { latencyMs: 7 } });
    push("usage", "metadata", { usage, metrics: { latencyMs: 7 } });
  }
  return frames;
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html */
const usageOf = (body: JsonObject, answer: Answer): JsonObject => {
  const { text } = countInput(readRequest(body));
  const cached = cachedTokens(text);
  const outputTokens = answer.outputTokens + answer.reasoningTokens;
  return {
    inputTokens: text - cached,
    outputTokens,
    totalTokens: text + outputTokens,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
};

const unitsOf = (usage: JsonObject | undefined): Units | null =>
  usage === undefined || typeof usage["inputTokens"] !== "number" || typeof usage["outputTokens"] !== "number"
    ? null
    : usableUnits({
        input: usage["inputTokens"],
        cacheRead: usage["cacheReadInputTokens"],
        cacheWrite5m: usage["cacheWriteInputTokens"],
        output: usage["outputTokens"],
      });

const converse = (request: VendorRequest, streams: boolean): VendorReply => {
  const body = objectOf(request.body);
  const { bodyDigest: digest } = request;
  const refusal = firstRefusal(converseRules, body);
  if (refusal !== undefined) return refuse(refusal.status, refusal.message, digest);
  const answer = composeAnswer(readRequest(body));
  const truth = usageOf(body, answer);
  const blocks = blocksOf(answer, digest);
  const stopReason = stops[answer.finish];
  const headers = { "x-amzn-requestid": digest.slice(0, 36) };
  const told = request.telling.edit(truth);
  const metered = { units: unitsOf(truth), reported: unitsOf(told) };
  if (!streams)
    return jsonReply(
      200,
      headers,
      {
        output: { message: { role: "assistant", content: blocks } },
        stopReason,
        ...(told === undefined ? {} : { usage: told }),
        metrics: { latencyMs: 7 },
      },
      metered,
    );
  return {
    status: 200,
    headers: { "content-type": "application/vnd.amazon.eventstream", ...headers },
    frames: streamFrames(request, blocks, stopReason, truth),
    streamed: true,
    ...metered,
  };
};

const route = /^\/model\/([^/]+)\/(converse|converse-stream|invoke)$/;

const reply = (request: VendorRequest): VendorReply => {
  const { method, path, target, headers, raw, nowMs, bodyDigest: digest } = request;
  const unsigned = verifySignature(
    { method, target, headers, body: raw },
    {
      secretOf: (id) => (id === bedrockCredential.accessKeyId ? bedrockCredential.secretAccessKey : undefined),
      region: "us-east-1",
      service: "bedrock",
      now: nowMs,
    },
  );
  if (unsigned !== undefined) return refuse(403, unsigned.message, digest, unsigned.type);
  // …/APIReference/API_runtime_ListAsyncInvokes.html
  if (method === "GET" && path === "/async-invoke") return jsonReply(200, {}, { asyncInvokeSummaries: [] });
  const [, , verb] = route.exec(path) ?? [];
  if (method !== "POST" || verb === undefined)
    return refuse(404, "There is no such operation.", digest, "UnknownOperationException");
  const embeds = embeddingKindOf(request.model);
  if (embeds !== undefined)
    return verb === "invoke"
      ? invokeEmbedding(request, embeds, ({ status, message: said }) => refuse(status, said, digest))
      : // …/userguide/conversation-inference-supported-models-features.html
        refuse(
          400,
          "This action doesn't support the model that you provided. Try again with a supported text or chat model.",
          digest,
        );
  // …/userguide/model-parameters.html: each maker's own format, which nobody asks for here
  if (verb === "invoke") return refuse(400, "The provided model identifier is invalid.", digest);
  if (!models.test(request.model)) return refuse(400, "The provided model identifier is invalid.", digest);
  return converse(request, verb === "converse-stream");
};

/** Bedrock's Converse, and InvokeModel for what embeds, for requests that are signed. */
export const bedrockWire: Vendor = {
  mount: "/bedrock",
  credentialOf: (headers) => /Credential=([^/\s,]+)\//.exec(headers.authorization ?? "")?.[1],
  acceptsKey: (key) => key === bedrockCredential.accessKeyId,
  identify: (path) => {
    const [, model = "", verb] = route.exec(path) ?? [];
    return { model: decodeURIComponent(model), stream: verb === "converse-stream" };
  },
  reply,
  refuseKey: (_key, digest) => refuse(401, "The security token included in the request is invalid.", digest),
  error: (status, said, digest) => refuse(status, said, digest),
};
