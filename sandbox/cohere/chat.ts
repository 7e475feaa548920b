import { composeAnswer, countInput, fragmentsOf, wordsOf } from "../compose-answer.ts";
import type { Answer, ModelRequest } from "../compose-answer.ts";
import { finiteNumberOf, listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { usableUnits } from "../units.ts";
import type { Units } from "../units.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, VendorReply, VendorRequest } from "../vendor.ts";
import { refuse } from "./refuse.ts";
import { cohereChatRules } from "./rules.ts";
import type { CohereModel } from "./rules.ts";

const partsOf = (message: JsonObject): readonly JsonObject[] =>
  typeof message["content"] === "string"
    ? [{ type: "text", text: message["content"] }]
    : listOf(message["content"]).map(objectOf);

const textOf = (message: JsonObject): string =>
  partsOf(message)
    .map((part) => stringOf(part["text"]))
    .join("");

const callsOf = (message: JsonObject): string =>
  listOf(message["tool_calls"])
    .map((call) => objectOf(objectOf(call)["function"]))
    .map((named) => stringOf(named["name"]) + stringOf(named["arguments"]))
    .join("");

/** Tokens of an image here. */
const imageTokens = 256;

const readRequest = (body: JsonObject, model: CohereModel): ModelRequest => {
  const messages = listOf(body["messages"]).map(objectOf);
  const last = messages.at(-1);
  const images = messages.flatMap(partsOf).filter(({ type }) => type === "image_url").length;
  const documents = listOf(body["documents"]).map((one) => JSON.stringify(one));
  const format = objectOf(body["response_format"]);
  const thinks = model.thinks && objectOf(body["thinking"])["type"] !== "disabled";
  return {
    texts: [...messages.map((message) => textOf(message) + callsOf(message)), ...documents],
    messages: messages.length,
    images,
    seenTokens: images * imageTokens,
    heardTokens: 0,
    lastUserText: textOf(messages.findLast(({ role }) => role === "user") ?? {}),
    toolResult: last?.["role"] === "tool" ? textOf(last) : undefined,
    tools: listOf(body["tools"]).map((tool) => {
      const named = objectOf(objectOf(tool)["function"]);
      return { name: stringOf(named["name"]), schema: { type: "object", ...objectOf(named["parameters"]) } };
    }),
    toolChoice: body["tool_choice"] === "REQUIRED" ? "required" : body["tool_choice"] === "NONE" ? "none" : "auto",
    jsonSchema: format["type"] === "json_object" ? objectOf(format["json_schema"]) : undefined,
    maxTokens: finiteNumberOf(body["max_tokens"]),
    reasoningTokens: thinks ? Math.min(finiteNumberOf(objectOf(body["thinking"])["token_budget"]) ?? 32, 32) : 0,
  };
};

const endings = { stop: "COMPLETE", length: "MAX_TOKENS", "tool-calls": "TOOL_CALL" } as const;

/** Tokens of a text that Cohere puts before every prompt, and does not bill. */
const preamble = 496;

const usageOf = (asked: ModelRequest, answer: Answer): JsonObject => {
  const input = countInput(asked).text;
  const output = answer.outputTokens + answer.reasoningTokens;
  return {
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: { input_tokens: input + preamble, output_tokens: output + 3 },
    cached_tokens: 0,
  };
};

const unitsOf = (usage: JsonObject | undefined): Units | null => {
  const billed = objectOf(usage?.["billed_units"]);
  return usage === undefined || billed["input_tokens"] === undefined
    ? null
    : usableUnits({ input: billed["input_tokens"], output: billed["output_tokens"] });
};

const callOf = (call: Answer["toolCalls"][number], at: number, digest: string): JsonObject => ({
  id: `${call.name}_${digest.slice(0, 12)}${at}`,
  type: "function",
  function: { name: call.name, arguments: call.json },
});

const messageOf = (answer: Answer, digest: string): JsonObject => ({
  role: "assistant",
  ...(answer.toolCalls.length === 0
    ? {}
    : {
        tool_plan: "I will call the tool.",
        tool_calls: answer.toolCalls.map((call, at) => callOf(call, at, digest)),
      }),
  content: [
    ...(answer.reasoning === "" ? [] : [{ type: "thinking", thinking: answer.reasoning }]),
    ...(answer.text === "" ? [] : [{ type: "text", text: answer.text }]),
  ],
});

// https://docs.cohere.com/docs/streaming: each event is named, and its data says the name again
const streamFrames = (answer: Answer, request: VendorRequest, truth: JsonObject): Frame[] => {
  const { bodyDigest: digest, telling } = request;
  const frames: Frame[] = [];
  const push = (kind: Frame["kind"], document: JsonObject): void => {
    frames.push({ kind, bytes: `event: ${stringOf(document["type"])}\ndata: ${JSON.stringify(document)}\n\n` });
  };
  const said = (type: string, index: number, message: JsonObject): void =>
    push("delta", { type, index, delta: { message } });
  push("open", {
    type: "message-start",
    id: digest.slice(0, 36),
    delta: { message: { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] } },
  });
  let index = 0;
  for (const [type, text] of [
    ["thinking", answer.reasoning],
    ["text", answer.text],
  ] as const) {
    if (text === "") continue;
    said("content-start", index, { content: { type, [type]: "" } });
    for (const word of wordsOf(text)) said("content-delta", index, { content: { [type]: word } });
    push("delta", { type: "content-end", index });
    index += 1;
  }
  if (answer.toolCalls.length > 0)
    for (const word of wordsOf("I will call the tool."))
      push("delta", { type: "tool-plan-delta", delta: { message: { tool_plan: word } } });
  answer.toolCalls.forEach((call, at) => {
    const whole = callOf(call, at, digest);
    said("tool-call-start", at, { tool_calls: { ...whole, function: { name: call.name, arguments: "" } } });
    for (const fragment of fragmentsOf(call.json))
      said("tool-call-delta", at, { tool_calls: { function: { arguments: fragment } } });
    push("delta", { type: "tool-call-end", index: at });
  });
  const usage = telling.edit(truth);
  push("usage", {
    type: "message-end",
    delta: { finish_reason: endings[answer.finish], ...(usage === undefined ? {} : { usage }) },
  });
  frames.push({ kind: "end", bytes: "data: [DONE]\n\n" });
  return frames;
};

/** POST /v2/chat. */
export function cohereChatReply(request: VendorRequest, model: CohereModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest } = request;
  const refusal = firstRefusal(cohereChatRules, { body, model });
  if (refusal !== undefined) return refuse(refusal, digest);
  const asked = readRequest(body, model);
  const answer = composeAnswer(asked);
  const truth = usageOf(asked, answer);
  const told = request.telling.edit(truth);
  const metered = { units: unitsOf(truth), reported: unitsOf(told) };
  if (body["stream"] === true)
    return {
      status: 200,
      headers: { "content-type": "text/event-stream" },
      frames: streamFrames(answer, request, truth),
      streamed: true,
      ...metered,
    };
  return jsonReply(
    200,
    {},
    {
      id: digest.slice(0, 36),
      finish_reason: endings[answer.finish],
      message: messageOf(answer, digest),
      ...(told === undefined ? {} : { usage: told }),
    },
    metered,
  );
}
