import type { CrossedWire } from "./edge-table.ts";

/** What a vendor of the suite counted, in its plainest form. */
export interface Counted {
  readonly input: number;
  readonly output: number;
}

export const counted: Counted = { input: 120, output: 30 };

type Json = Readonly<Record<string, unknown>>;

/** A usage object as the wire spells it. */
export const usageOf: Readonly<Record<CrossedWire, (counts: Counted) => Json>> = {
  openai: ({ input, output }) => ({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
  }),
  anthropic: ({ input, output }) => ({ input_tokens: input, output_tokens: output }),
  google: ({ input, output }) => ({
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
  }),
  cohere: ({ input, output }) => ({
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: { input_tokens: input + 500, output_tokens: output + 3 },
  }),
  bedrock: ({ input, output }) => ({ inputTokens: input, outputTokens: output, totalTokens: input + output }),
  responses: ({ input, output }) => ({ input_tokens: input, output_tokens: output, total_tokens: input + output }),
};

interface Whole {
  readonly text: string;
  readonly model: string;
  readonly usage: Json;
  /** Further parts of the answer, as the wire has them. */
  readonly parts?: readonly Json[];
}

const message = (text: string): Json => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
});

const response = (model: string, status: string, more: Json): Json => ({
  id: "resp_1",
  object: "response",
  created_at: 1,
  status,
  error: null,
  incomplete_details: null,
  model,
  output: [],
  tools: [],
  usage: null,
  ...more,
});

/** A whole answer. */
export const wholeAnswer: Readonly<Record<CrossedWire, (answer: Whole) => Json>> = {
  openai: ({ text, model, usage, parts = [] }) => ({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text,
          refusal: null,
          ...(parts.length === 0 ? {} : { annotations: parts }),
        },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage,
  }),
  anthropic: ({ text, model, usage, parts = [] }) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    content: [...parts, { type: "text", text }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage,
  }),
  google: ({ text, model, usage, parts = [] }) => ({
    candidates: [{ index: 0, content: { role: "model", parts: [...parts, { text }] }, finishReason: "STOP" }],
    usageMetadata: usage,
    modelVersion: model,
    responseId: "r1",
  }),
  cohere: ({ text, usage, parts = [] }) => ({
    id: "m1",
    finish_reason: "COMPLETE",
    message: { role: "assistant", content: [...parts, { type: "text", text }] },
    usage,
  }),
  bedrock: ({ text, usage, parts = [] }) => ({
    output: { message: { role: "assistant", content: [...parts, { text }] } },
    stopReason: "end_turn",
    usage,
    metrics: { latencyMs: 7 },
  }),
  responses: ({ text, model, usage, parts = [] }) =>
    response(model, "completed", { output: [...parts, message(text)], usage }),
};

/** One event of a stream; the name stands in an `event` line where the wire has one. */
export interface WireEvent {
  readonly name?: string;
  readonly data: unknown;
}

interface Streamed extends Whole {
  /** The finish reason as the wire spells it; null leaves the ending out. */
  readonly finish?: string | null;
}

const named = (data: Json & { readonly type: string }): WireEvent => ({ name: data.type, data });

/** The events of a streamed answer, the last word included. */
export const streamedAnswer: Readonly<Record<CrossedWire, (answer: Streamed) => readonly WireEvent[]>> = {
  openai: ({ text, model, usage, finish = "stop" }) => {
    const chunk = (choices: readonly Json[], more: Json = {}): WireEvent => ({
      data: { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices, ...more },
    });
    const delta = (content: Json, reason: string | null): Json => ({
      index: 0,
      delta: content,
      logprobs: null,
      finish_reason: reason,
    });
    return [
      chunk([delta({ role: "assistant", content: "" }, null)]),
      chunk([delta({ content: text }, null)]),
      ...(finish === null ? [] : [chunk([delta({}, finish)]), chunk([], { usage }), { data: "[DONE]" }]),
    ];
  },
  anthropic: ({ text, model, usage, finish = "end_turn" }) => [
    named({
      type: "message_start",
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...usage, output_tokens: 1 },
      },
    }),
    named({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    named({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
    ...(finish === null
      ? []
      : [
          named({ type: "content_block_stop", index: 0 }),
          named({ type: "message_delta", delta: { stop_reason: finish, stop_sequence: null }, usage }),
          named({ type: "message_stop" }),
        ]),
  ],
  google: ({ text, model, usage, finish = "STOP" }) => {
    const event = (parts: readonly Json[], more: Json): WireEvent => ({
      data: {
        candidates: [{ index: 0, content: { role: "model", parts }, ...more }],
        usageMetadata: usage,
        modelVersion: model,
        responseId: "r1",
      },
    });
    return [event([{ text }], {}), ...(finish === null ? [] : [event([{ text: "" }], { finishReason: finish })])];
  },
  cohere: ({ text, usage, finish = "COMPLETE" }) => [
    named({ type: "message-start", id: "m1", delta: { message: { role: "assistant", content: [] } } }),
    named({ type: "content-start", index: 0, delta: { message: { content: { type: "text", text: "" } } } }),
    named({ type: "content-delta", index: 0, delta: { message: { content: { text } } } }),
    named({ type: "content-end", index: 0 }),
    ...(finish === null
      ? []
      : [named({ type: "message-end", delta: { finish_reason: finish, usage } }), { data: "[DONE]" }]),
  ],
  bedrock: ({ text, usage, finish = "end_turn" }) => [
    { name: "messageStart", data: { role: "assistant" } },
    { name: "contentBlockDelta", data: { contentBlockIndex: 0, delta: { text } } },
    { name: "contentBlockStop", data: { contentBlockIndex: 0 } },
    ...(finish === null
      ? []
      : [
          { name: "messageStop", data: { stopReason: finish } },
          { name: "metadata", data: { usage, metrics: { latencyMs: 7 } } },
        ]),
  ],
  responses: ({ text, model, usage, finish = "completed" }) => {
    const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
    const part = { type: "output_text", text: "", annotations: [], logprobs: [] };
    const begun = { ...message(text), status: "in_progress", content: [] };
    const events = [
      { type: "response.created", response: response(model, "in_progress", {}) },
      { type: "response.output_item.added", output_index: 0, item: begun },
      { type: "response.content_part.added", ...place, part },
      { type: "response.output_text.delta", ...place, delta: text, logprobs: [] },
      ...(finish === null
        ? []
        : [
            { type: "response.output_text.done", ...place, text, logprobs: [] },
            { type: "response.content_part.done", ...place, part: { ...part, text } },
            { type: "response.output_item.done", output_index: 0, item: message(text) },
            {
              type: `response.${finish}`,
              response: response(model, finish, { output: [message(text)], usage }),
            },
          ]),
    ];
    return events.map((event, sequence_number) => named({ ...event, sequence_number }));
  },
};

interface Spelling {
  readonly lineEnd?: "\n" | "\r" | "\r\n";
  /** Between the colon and the value. */
  readonly space?: "" | " ";
  readonly before?: string;
  readonly dataFirst?: boolean;
}

/** Events as bytes, in one of the spellings that the standard allows. */
export const spelled = (
  events: readonly WireEvent[],
  { lineEnd = "\n", space = " ", before = "", dataFirst = false }: Spelling = {},
): Buffer =>
  Buffer.from(
    before +
      events
        .map(({ name, data }) => {
          const value = `data:${space}${typeof data === "string" ? data : JSON.stringify(data)}`;
          const lines = name === undefined ? [value] : [`event:${space}${name}`, value];
          return [...(dataFirst ? lines.toReversed() : lines), "", ""].join(lineEnd);
        })
        .join(""),
  );

/** A refusal in the wire's envelope. */
export const wireRefusal: Readonly<Record<CrossedWire, (message: string, code: string, status: number) => Json>> = {
  openai: (message, code) => ({ error: { message, type: "invalid_request_error", param: "messages", code } }),
  anthropic: (message, code) => ({ type: "error", error: { type: code, message }, request_id: "req_1" }),
  google: (message, code, status) => ({ error: { code: status, message, status: code } }),
  cohere: (message) => ({ id: "e1", message }),
  bedrock: (message, code) => ({ message, code: exceptions[code] ?? "ValidationException" }),
  responses: (message, code) => ({ error: { message, type: "invalid_request_error", param: "input", code } }),
};

/** What others call so, by the names that AWS has for it. */
const exceptions: Readonly<Record<string, string>> = {
  model_not_found: "ResourceNotFoundException",
  authentication_error: "UnrecognizedClientException",
  insufficient_credits: "ServiceQuotaExceededException",
  server_error: "ServiceUnavailableException",
  overloaded_error: "ServiceUnavailableException",
};
