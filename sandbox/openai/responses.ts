import { composeAnswer, countInput, fragmentsOf, wordsOf } from "../compose-answer.ts";
import type { Answer } from "../compose-answer.ts";
import { cachedTokens } from "../count-tokens.ts";
import { listOf, objectOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { MadeSearch } from "../search-web.ts";
import { firstRefusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { Frame, VendorFrameKind, VendorReply, VendorRequest } from "../vendor.ts";
import { openaiError, openaiHeaders, refused } from "./errors.ts";
import { encryptedReasoning, itemIds } from "./item-ids.ts";
import type { OpenaiModel } from "./models.ts";
import { readResponsesRequest } from "./read-responses-request.ts";
import { responsesRules, selfHostedRules } from "./rules.ts";
import type { Units } from "../units.ts";
import { responsesUnits, responsesUsage } from "./usage.ts";
import { annotationsOf, searchesOfResponse, searchInput, searchItems } from "./web-search.ts";

const textPart = (text: string, annotations: readonly JsonObject[] = []) => ({
  type: "output_text",
  text,
  annotations,
  logprobs: [],
});

type Ids = ReturnType<typeof itemIds>;

interface Made {
  readonly answer: Answer;
  readonly searches: readonly MadeSearch[];
}

function outputOf(
  { answer, searches }: Made,
  ids: Ids,
  encrypted: JsonObject,
  include: readonly unknown[],
): readonly JsonObject[] {
  const output: JsonObject[] = [];
  if (answer.reasoningTokens > 0) output.push({ id: ids("rs"), type: "reasoning", summary: [], ...encrypted });
  output.push(...searchItems(searches, (index) => ids("ws", index), include));
  if (answer.text !== "") {
    const status = answer.finish === "length" ? "incomplete" : "completed";
    const head = { id: ids("msg"), type: "message", status, role: "assistant" };
    output.push({ ...head, content: [textPart(answer.text, annotationsOf(answer.text, searches))] });
  }
  answer.toolCalls.forEach((call, index) => {
    const names = { id: ids("fc", index), call_id: ids("call", index) };
    output.push({ ...names, type: "function_call", status: "completed", name: call.name, arguments: call.json });
  });
  return output;
}

type Push = (kind: VendorFrameKind, event: { readonly type: string } & JsonObject) => void;

function pushItem(push: Push, item: JsonObject, output_index: number): void {
  const at = { item_id: item["id"], output_index };
  const started = { ...item, ...(item["type"] === "reasoning" ? {} : { status: "in_progress" }) };
  if (item["type"] === "function_call") {
    push("delta", { type: "response.output_item.added", output_index, item: { ...started, arguments: "" } });
    const json = String(item["arguments"]);
    for (const delta of fragmentsOf(json))
      push("delta", { type: "response.function_call_arguments.delta", ...at, delta });
    push("delta", { type: "response.function_call_arguments.done", ...at, name: item["name"], arguments: json });
  } else if (item["type"] === "message") {
    push("delta", { type: "response.output_item.added", output_index, item: { ...started, content: [] } });
    const part = objectOf(listOf(item["content"])[0]);
    const text = String(part["text"]);
    const place = { ...at, content_index: 0 };
    push("delta", { type: "response.content_part.added", ...place, part: textPart("") });
    for (const delta of wordsOf(text))
      push("delta", { type: "response.output_text.delta", ...place, delta, logprobs: [] });
    for (const [annotation_index, annotation] of listOf(part["annotations"]).entries())
      push("delta", { type: "response.output_text.annotation.added", ...place, annotation_index, annotation });
    push("delta", { type: "response.output_text.done", ...place, text, logprobs: [] });
    push("delta", { type: "response.content_part.done", ...place, part });
  } else if (item["type"] === "web_search_call") {
    push("delta", { type: "response.output_item.added", output_index, item: { ...started, action: undefined } });
    for (const state of ["in_progress", "searching", "completed"])
      push("delta", { type: `response.web_search_call.${state}`, ...at });
  } else {
    push("delta", { type: "response.output_item.added", output_index, item: started });
  }
  push("delta", { type: "response.output_item.done", output_index, item });
}

function streamFrames(request: VendorRequest, response: JsonObject, output: readonly JsonObject[]): Frame[] {
  const frames: Frame[] = [];
  const push: Push = (kind, event) => {
    const numbered = JSON.stringify({ ...event, sequence_number: frames.length });
    frames.push({ kind, bytes: `event: ${event.type}\ndata: ${numbered}\n\n` });
  };
  const begun = { ...response, status: "in_progress", incomplete_details: null, output: [], usage: null };
  push("open", { type: "response.created", response: begun });
  push("open", { type: "response.in_progress", response: begun });
  output.forEach((item, index) => pushItem(push, item, index));
  const type = response["status"] === "incomplete" ? "response.incomplete" : "response.completed";
  push("usage", { type, response });
  if (request.telling.mode === "twice") push("usage", { type, response });
  return frames;
}

/** What is billed beside what the usage tells. */
const withSearches = (units: Units | null, { billed, untold }: ReturnType<typeof searchInput>): Units | null =>
  units === null || billed === 0 ? units : { ...units, input: (units.input ?? 0) + untold, search: billed };

/** POST /responses. Nothing is kept: an answer cannot be asked for again, and what one continues by its id is not counted. */
export function responsesReply(request: VendorRequest, model: OpenaiModel): VendorReply {
  const body = objectOf(request.body);
  const { bodyDigest: digest, telling } = request;
  const refusal = firstRefusal(model.lenient === true ? selfHostedRules.responses : responsesRules, {
    body,
    model,
    named: request.model,
  });
  if (refusal !== undefined) return refused(refusal, digest);
  const ask = readResponsesRequest(body, model);
  if (ask.messages === 0) return openaiError(400, "Missing required parameter: 'input'.", digest, "input");
  const answer = composeAnswer(ask);
  const searches = searchesOfResponse(body, ask.lastUserText);
  const prompt = countInput(ask).text;
  const looked = searchInput(request.model, prompt, searches);
  const input = prompt + looked.told;
  const truth = responsesUsage({
    input,
    cached: cachedTokens(prompt),
    inputAudio: 0,
    output: answer.outputTokens,
    reasoning: answer.reasoningTokens,
  });
  const usage = telling.edit(truth);
  const cut = answer.finish === "length";
  const stored = body["store"] !== false;
  const ids = itemIds({ digest, stored, reasoned: answer.reasoningTokens > 0 });
  const include = listOf(body["include"]);
  const asksEncrypted = include.includes("reasoning.encrypted_content");
  const encrypted = asksEncrypted ? { encrypted_content: encryptedReasoning(digest) } : {};
  const output = outputOf({ answer, searches }, ids, encrypted, include);
  const response = {
    id: ids("resp"),
    object: "response",
    created_at: Math.floor(request.nowMs / 1_000),
    status: cut ? "incomplete" : "completed",
    error: null,
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    instructions: null,
    metadata: {},
    model: request.model,
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    service_tier: "default",
    store: stored,
    ...(usage === undefined ? {} : { usage }),
  };
  const metered = { units: withSearches(responsesUnits(truth), looked), reported: responsesUnits(usage) };
  const headers = openaiHeaders(digest);
  if (body["stream"] !== true) return jsonReply(200, headers, response, metered);
  return {
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", ...headers },
    frames: streamFrames(request, response, output),
    streamed: true,
    ...metered,
  };
}
