import { composeAnswer, countInput, wordsOf } from "../compose-answer.ts";
import type { Answer } from "../compose-answer.ts";
import { cachedTokens } from "../count-tokens.ts";
import { finiteNumberOf, objectOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { MadeSearch } from "../search-web.ts";
import { firstRefusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, VendorFrameKind, VendorReply, VendorRequest } from "../vendor.ts";
import { googleError } from "./errors.ts";
import type { GeminiModel } from "./models.ts";
import { readGenerateRequest, readToolUse } from "./read-request.ts";
import { foundTokens, groundingOf, searchesOfPrompt } from "./grounding.ts";
import { generateRules } from "./rules.ts";
import { thinkingConfigOf, thoughtSignature } from "./thinking.ts";
import { generateUnits, generateUsage } from "./usage.ts";
import type { GenerateCounts } from "./usage.ts";

const finishes = { stop: "STOP", length: "MAX_TOKENS", "tool-calls": "STOP" } as const;

/** What was thought, as far as it is told: its summary, and the signature on what came of it. */
interface Thoughts {
  readonly shown: boolean;
  readonly signature: string | undefined;
}

const signed = ({ signature }: Thoughts): JsonObject =>
  signature === undefined ? {} : { thoughtSignature: signature };

/** Of parallel calls the first alone is signed, as the vendor does it. */
const callParts = (answer: Answer, thoughts: Thoughts): readonly JsonObject[] =>
  answer.toolCalls.map((call, index) => ({
    functionCall: { name: call.name, args: JSON.parse(call.json) },
    ...(index === 0 ? signed(thoughts) : {}),
  }));

function partsOf(answer: Answer, thoughts: Thoughts): readonly JsonObject[] {
  const summary = thoughts.shown && answer.reasoning !== "" ? [{ text: answer.reasoning, thought: true }] : [];
  const text = answer.text === "" ? [] : [{ text: answer.text, ...signed(thoughts) }];
  return [...summary, ...text, ...callParts(answer, thoughts)];
}

function streamFrames(
  request: VendorRequest,
  base: JsonObject,
  answers: readonly Answer[],
  counts: GenerateCounts,
  thoughts: Thoughts,
  searches: readonly MadeSearch[],
): Frame[] {
  const { telling } = request;
  const sse = request.query.get("alt") === "sse";
  const frames: Frame[] = [];
  const push = (kind: VendorFrameKind, candidates: readonly JsonObject[], tokens: GenerateCounts) => {
    const usage = telling.edit(generateUsage(tokens));
    const chunk = JSON.stringify({
      candidates,
      ...(usage === undefined ? {} : { usageMetadata: usage }),
      ...base,
    });
    const before = frames.length === 0 ? "[" : ",\n";
    frames.push({ kind, bytes: sse ? `data: ${chunk}\r\n\r\n` : before + chunk });
  };
  const candidate = (index: number, parts: readonly JsonObject[], more: JsonObject = {}) => [
    { content: { parts, role: "model" }, index, ...more },
  ];
  const opening = { ...counts, output: 0, thoughts: 0 };
  push("open", candidate(0, [{ text: "" }]), opening);
  answers.forEach((answer, index) => {
    const words = wordsOf(answer.text);
    const summary = thoughts.shown ? wordsOf(answer.reasoning).map((text) => ({ text, thought: true })) : [];
    for (const part of summary) push("delta", candidate(index, [part]), opening);
    words.forEach((text, at) => {
      const output = telling.mode === "growing" ? Math.floor((counts.output * at) / words.length) : 0;
      push("delta", candidate(index, [{ text }]), { ...opening, output });
    });
    for (const part of callParts(answer, thoughts)) push("delta", candidate(index, [part]), opening);
  });
  const endings = answers.flatMap((answer, index) =>
    candidate(index, [{ text: "", ...(answer.text === "" ? {} : signed(thoughts)) }], {
      finishReason: finishes[answer.finish],
      ...groundingOf(searches, answer.text),
    }),
  );
  push("usage", endings, counts);
  if (telling.mode === "twice") push("usage", [], counts);
  if (!sse) frames.push({ kind: "end", bytes: "]" });
  return frames;
}

/** POST /models/{model}:generateContent and :streamGenerateContent. */
export function generateReply(request: VendorRequest, model: GeminiModel, streamed: boolean): VendorReply {
  const body = objectOf(request.body);
  const config = objectOf(body["generationConfig"]);
  const choices = Math.min(Math.max(Math.trunc(finiteNumberOf(config["candidateCount"]) ?? 1), 1), 8);
  const refusal = firstRefusal(generateRules, { body, model });
  if (refusal !== undefined) return googleError(refusal.status, refusal.message, request.bodyDigest);
  const ask = readGenerateRequest(body, model);
  const thoughts: Thoughts = {
    shown: thinkingConfigOf(body)["includeThoughts"] === true,
    signature: ask.reasoningTokens > 0 || model.signs ? thoughtSignature(request.bodyDigest) : undefined,
  };
  const searches = searchesOfPrompt(body, ask.lastUserText);
  const answers = Array.from({ length: choices }, (_, index) => composeAnswer(ask, index));
  const input = countInput(ask);
  const counts: GenerateCounts = {
    input: input.text,
    cached: cachedTokens(input.text),
    inputAudio: input.audio,
    toolUse: readToolUse(body) + foundTokens(searches),
    output: answers.reduce((sum, answer) => sum + answer.outputTokens, 0),
    thoughts: answers.reduce((sum, answer) => sum + answer.reasoningTokens, 0),
  };
  const base = { modelVersion: request.model, responseId: request.bodyDigest.slice(0, 22) };
  const truth = generateUsage(counts);
  const usage = request.telling.edit(truth);
  const units = generateUnits(truth);
  // https://ai.google.dev/gemini-api/docs/pricing: by the prompt, and from Gemini 3 on by the query
  const billed = searches.length === 0 ? {} : { search: model.signs ? searches.length : 1 };
  const metered = { units: units && { ...units, ...billed }, reported: generateUnits(usage) };
  if (!streamed) {
    const candidates = answers.map((answer, index) => ({
      content: { parts: partsOf(answer, thoughts), role: "model" },
      finishReason: finishes[answer.finish],
      ...groundingOf(searches, answer.text),
      index,
    }));
    const told = usage === undefined ? {} : { usageMetadata: usage };
    return jsonReply(200, {}, { candidates, ...told, ...base }, metered);
  }
  const type = request.query.get("alt") === "sse" ? "text/event-stream" : "application/json; charset=UTF-8";
  const frames = streamFrames(request, base, answers, counts, thoughts, searches);
  return { status: 200, headers: { "content-type": type }, frames, streamed: true, ...metered };
}
