import { composeAnswer, countInput, fragmentsOf, wordsOf } from "../compose-answer.ts";
import type { Answer } from "../compose-answer.ts";
import { cachedTokens } from "../count-tokens.ts";
import { listOf, finiteNumberOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { firstRefusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, VendorReply, VendorRequest } from "../vendor.ts";
import { openaiError, openaiHeaders, refused } from "./errors.ts";
import type { OpenaiModel } from "./models.ts";
import { sayAloud } from "./said-aloud.ts";
import type { ChatAnswer } from "./said-aloud.ts";
import { readChatRequest } from "./read-request.ts";
import { chatRules, selfHostedRules } from "./rules.ts";
import { chatUnits, toChatUsage } from "./usage.ts";
import type { ChatCounts } from "./usage.ts";

const finishes = { stop: "stop", length: "length", "tool-calls": "tool_calls" } as const;

const toolCallsOf = (answer: Answer, digest: string, choice: number) =>
  answer.toolCalls.map((call, index) => ({
    id: `call_${digest.slice(0, 20)}${choice}${index}`,
    type: "function",
    function: { name: call.name, arguments: call.json },
  }));

/** Kept for an hour, for turns that refer to it. */
const soundKeptSeconds = 3_600;

function choiceOf(answer: ChatAnswer, index: number, { bodyDigest, nowMs }: VendorRequest): JsonObject {
  const calls = toolCallsOf(answer, bodyDigest, index);
  const { said, text } = answer;
  const message = {
    role: "assistant",
    content: calls.length > 0 || said !== undefined ? null : text,
    refusal: null,
    annotations: [],
    ...(said === undefined
      ? {}
      : { audio: { id: said.id, data: said.sound(text.length), expires_at: expiryOf(nowMs), transcript: text } }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return { index, message, logprobs: null, finish_reason: finishes[answer.finish] };
}

const expiryOf = (nowMs: number): number => Math.floor(nowMs / 1_000) + soundKeptSeconds;

/**
 * An id, texts and sound in turn, and an expiry alone at the end:
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
const spokenDeltas = ({ text, said }: ChatAnswer, nowMs: number): readonly JsonObject[] =>
  said === undefined
    ? []
    : [
        { audio: { id: said.id, transcript: "" } },
        ...wordsOf(text).flatMap((word) => [
          { audio: { transcript: word } },
          { audio: { data: said.sound(word.length) } },
        ]),
        { audio: { expires_at: expiryOf(nowMs) } },
      ];

/** The deltas of one choice, its first and last apart: an opening with the role, a closing with the finish reason. */
function deltasOf(answer: ChatAnswer, digest: string, choice: number, nowMs: number): readonly JsonObject[] {
  if (answer.said !== undefined) return spokenDeltas(answer, nowMs);
  const calls = toolCallsOf(answer, digest, choice).flatMap((call, index) => [
    { tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: "" } }] },
    ...fragmentsOf(call.function.arguments).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ]);
  return [...wordsOf(answer.text).map((content) => ({ content })), ...calls];
}

function streamFrames(
  request: VendorRequest,
  base: JsonObject,
  answers: readonly ChatAnswer[],
  counts: ChatCounts,
): Frame[] {
  const { telling } = request;
  const included = objectOf(objectOf(request.body)["stream_options"])["include_usage"] === true;
  const growing = included && telling.mode === "growing";
  const frames: Frame[] = [];
  const head = `data: ${JSON.stringify(base).slice(0, -1)},"choices":`;
  const push = (kind: Frame["kind"], choices: readonly JsonObject[], usage?: JsonObject) => {
    const told = included ? `,"usage":${usage === undefined ? "null" : JSON.stringify(usage)}` : "";
    frames.push({ kind, bytes: `${head}${JSON.stringify(choices)}${told}}\n\n` });
  };
  const choice = (index: number, delta: JsonObject, finish: string | null = null) => [
    { index, delta, logprobs: null, finish_reason: finish },
  ];
  answers.forEach((_, index) => {
    push("open", choice(index, { role: "assistant", content: "", refusal: null }));
  });
  answers.forEach((answer, index) => {
    const deltas = deltasOf(answer, request.bodyDigest, index, request.nowMs);
    deltas.forEach((delta, at) => {
      const sofar = (all: number): number => Math.floor((all * at) / deltas.length);
      const grown = { ...counts, output: sofar(counts.output), outputAudio: sofar(counts.outputAudio) };
      push("delta", choice(index, delta), growing ? telling.edit(toChatUsage(grown)) : undefined);
    });
    push("delta", choice(index, {}, finishes[answer.finish]));
  });
  const usage = telling.edit(toChatUsage(counts));
  if (included && usage !== undefined) {
    push("usage", [], usage);
    if (telling.mode === "twice") push("usage", [], usage);
  }
  frames.push({ kind: "end", bytes: "data: [DONE]\n\n" });
  return frames;
}

/** POST /chat/completions. */
export function chatReply(request: VendorRequest, known: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest, model, telling } = request;
  const refusal = firstRefusal(known.lenient === true ? selfHostedRules.chat : chatRules, {
    body,
    model: known,
    named: model,
  });
  if (refusal !== undefined) return refused(refusal, digest);
  if (listOf(body["messages"]).length === 0) {
    return openaiError(400, "Missing required parameter: 'messages'.", digest, "messages");
  }
  const choices = Math.min(Math.max(Math.trunc(finiteNumberOf(body["n"]) ?? 1), 1), 128);
  const ask = readChatRequest(body, known);
  const speaks = listOf(body["modalities"]).includes("audio");
  const format = stringOf(objectOf(body["audio"])["format"]);
  const limit = ask.maxTokens ?? Number.POSITIVE_INFINITY;
  const answers = Array.from({ length: choices }, (_, index): ChatAnswer => {
    const answer = composeAnswer(ask, index);
    return speaks ? sayAloud(answer, { digest, choice: index, format, limit }) : answer;
  });
  const input = countInput(ask);
  const counts: ChatCounts = {
    input: input.text,
    cached: cachedTokens(input.text),
    inputAudio: input.audio,
    output: answers.reduce((sum, answer) => sum + answer.outputTokens, 0),
    reasoning: answers.reduce((sum, answer) => sum + answer.reasoningTokens, 0),
    outputAudio: answers.reduce((sum, { said }) => sum + (said?.tokens ?? 0), 0),
  };
  const truth = toChatUsage(counts);
  const base = {
    id: `chatcmpl-${digest.slice(0, 29)}`,
    created: Math.floor(request.nowMs / 1_000),
    model,
    service_tier: "default",
    system_fingerprint: "fp_sandbox",
  };
  const headers = openaiHeaders(digest);
  if (body["stream"] === true) {
    const frames = streamFrames(request, { ...base, object: "chat.completion.chunk" }, answers, counts);
    const told = frames.some((frame) => frame.kind === "usage") ? telling.edit(truth) : undefined;
    return {
      status: 200,
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache",
        ...headers,
      },
      frames,
      streamed: true,
      units: chatUnits(truth),
      reported: chatUnits(told),
    };
  }
  const usage = telling.edit(truth);
  const answer = {
    ...base,
    object: "chat.completion",
    choices: answers.map((one, index) => choiceOf(one, index, request)),
    ...(usage === undefined ? {} : { usage }),
  };
  return jsonReply(200, headers, answer, { units: chatUnits(truth), reported: chatUnits(usage) });
}
