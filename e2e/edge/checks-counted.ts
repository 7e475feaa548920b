import { expect } from "vitest";
import type { Doubt } from "../../server/contracts/doubt.ts";
import type { LedgerRow } from "../../test/gateway.ts";
import type { EdgeCheck } from "./checks-leaving.ts";
import { wireOf, type CrossedWire, type EdgeKindId } from "./edge-table.ts";
import type { Crossing, EdgeReply } from "./edge-world.ts";
import {
  answerText,
  eventsOf,
  wholeOf,
  withEvents,
  withGzip,
  withJson,
  withStream,
  writtenEvents,
} from "./reply-with.ts";
import { counted, wireRefusal, spelled, usageOf, type WireEvent } from "./wire-answers.ts";

type Json = Readonly<Record<string, unknown>>;

const onlyRow = async ({ rows }: Crossing): Promise<LedgerRow> => {
  const [row, ...others] = await rows();
  expect(others).toEqual([]);
  if (!row) throw new Error("no ledger row");
  return row;
};

const outputOf = ({ units }: LedgerRow): number => (units?.output ?? 0) + (units?.reasoning ?? 0);

/** The row says what the vendor said. */
const expectCounted = async (crossing: Crossing): Promise<void> => {
  const row = await onlyRow(crossing);
  expect(row).toMatchObject({ state: "settled", source: "provider", units: { input: counted.input } });
  expect(outputOf(row)).toBe(counted.output);
  expect(row.booked).toBe(row.cost);
};

/** A part of a type that nobody knows yet, where the wire would have it. */
const unknownParts: Readonly<Record<CrossedWire, Json>> = {
  openai: { type: "citation_of_the_future", citation_of_the_future: { where: 3 } },
  anthropic: { type: "block_of_the_future", content: { deep: [1, 2] } },
  google: { partOfTheFuture: { deep: [1, 2] } },
  cohere: { type: "part_of_the_future", part_of_the_future: { deep: [1, 2] } },
  bedrock: { blockOfTheFuture: { deep: [1, 2] } },
  responses: { type: "item_of_the_future", id: "fut_1", content: { deep: [1, 2] } },
};

const unreadable: Readonly<Record<CrossedWire, (usage: Json) => Json>> = {
  openai: (usage) => ({ id: "c", object: "chat.completion", created: 1, model: "m", choices: [], usage }),
  anthropic: (usage) => ({ id: "m", type: "message", role: "assistant", model: 7, content: "no list", usage }),
  google: (usage) => ({ candidates: "none", usageMetadata: usage }),
  cohere: (usage) => ({ id: "m", finish_reason: "COMPLETE", message: "no object", usage }),
  bedrock: (usage) => ({
    output: { message: { role: "assistant", content: "no list" } },
    stopReason: "end_turn",
    usage,
  }),
  responses: (usage) => ({ id: "r", object: "response", status: "completed", model: 7, output: "no list", usage }),
};

/** Parts that are larger than the total that contains them. */
const inconsistent: Readonly<Record<CrossedWire, Json>> = {
  openai: {
    prompt_tokens: 279,
    completion_tokens: 6,
    total_tokens: 374,
    prompt_tokens_details: { cached_tokens: 149 },
    completion_tokens_details: { reasoning_tokens: 89 },
  },
  anthropic: {
    input_tokens: 130,
    cache_read_input_tokens: 149,
    output_tokens: 95,
    output_tokens_details: { thinking_tokens: 120 },
  },
  google: {
    promptTokenCount: 279,
    candidatesTokenCount: 6,
    thoughtsTokenCount: 89,
    totalTokenCount: 374,
    cachedContentTokenCount: 149,
  },
  // What is billed has no parts.
  cohere: {},
  // What lies in the cache stands beside the input here; only the total can be wrong.
  bedrock: { inputTokens: 130, cacheReadInputTokens: 149, outputTokens: 95, totalTokens: 7 },
  responses: {
    input_tokens: 279,
    output_tokens: 6,
    total_tokens: 374,
    input_tokens_details: { cached_tokens: 149 },
    output_tokens_details: { reasoning_tokens: 89 },
  },
};

/** The usage at the end of a stream, emptied. */
const emptied: Readonly<Record<CrossedWire, (events: readonly WireEvent[]) => readonly WireEvent[]>> = {
  openai: (events) => [
    ...events.slice(0, -1),
    { data: { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage: null } },
    ...events.slice(-1),
  ],
  anthropic: (events) =>
    events.map((event) =>
      event.name === "message_delta"
        ? {
            name: event.name,
            data: {
              type: "message_delta",
              delta: { stop_reason: "end_turn", stop_sequence: null },
              usage: { input_tokens: 0, cache_read_input_tokens: null, output_tokens: counted.output },
            },
          }
        : event,
    ),
  google: (events) => [
    ...events.slice(0, -1),
    {
      data: {
        candidates: [{ index: 0, content: { role: "model", parts: [{ text: "" }] }, finishReason: "STOP" }],
        usageMetadata: { promptTokenCount: 0, candidatesTokenCount: counted.output, totalTokenCount: 0 },
      },
    },
  ],
  cohere: (events) => [
    ...events.slice(0, -1),
    {
      name: "message-end",
      data: {
        type: "message-end",
        delta: { finish_reason: "COMPLETE", usage: { billed_units: { input_tokens: 0, output_tokens: null } } },
      },
    },
    ...events.slice(-1),
  ],
  bedrock: (events) => [
    ...events,
    { name: "metadata", data: { usage: { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: null } } },
  ],
  // Its last event has the only usage there is; one before it may tell more.
  responses: (events) =>
    events.flatMap((event, at) => {
      const { data } = event;
      if (at !== events.length - 1 || typeof data !== "object" || data === null || !("response" in data))
        return [event];
      const usage = { input_tokens: 0, output_tokens: counted.output, total_tokens: 0, input_tokens_details: null };
      const told = { ...data, type: "response.in_progress" };
      const last = { ...data, response: { ...Object(data.response), usage } };
      return [
        { name: "response.in_progress", data: told },
        { ...event, data: last },
      ];
    }),
};

const prefaces: Readonly<Record<CrossedWire, string>> = {
  openai: ": OPENROUTER PROCESSING\n\nretry: 3000\n\n",
  anthropic: ': hello\n\nevent: ping\ndata: {"type": "ping"}\n\n',
  google: ": hello\n\nretry: 10\n\n",
  cohere: ": hello\n\nretry: 10\n\n",
  bedrock: "",
  responses: ": hello\n\nretry: 10\n\n",
};

export const checksCounted = {
  unknownPart: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing, { parts: [unknownParts[wireOf(crossing)]] })));
    const { status, text } = await crossing.ask();
    expect({ status, text }).toEqual({ status: 200, text: answerText });
    await expectCounted(crossing);
  },
  unreadableAnswer: async (crossing) => {
    const wire = wireOf(crossing);
    crossing.answer(withJson(unreadable[wire](usageOf[wire](counted))));
    await crossing.ask();
    await expectCounted(crossing);
  },
  inconsistentUsage: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing, { usage: inconsistent[wireOf(crossing)] })));
    expect((await crossing.ask()).status).toBe(200);
    const row = await onlyRow(crossing);
    expect(row).toMatchObject({ state: "settled", source: "provider", units: { input: 130, cacheRead: 149 } });
    expect(outputOf(row)).toBeGreaterThanOrEqual(95);
  },
  zeroAfterNumbers: async (crossing) => {
    crossing.answer(withEvents(crossing, emptied[wireOf(crossing)](eventsOf(crossing))));
    const { text, endings } = await crossing.ask({ stream: true });
    expect({ text, endings }).toEqual({ text: answerText, endings: 1 });
    await expectCounted(crossing);
  },
  emptyFinish: async (crossing) => {
    const events = eventsOf(crossing, { finish: "" });
    // Without the words that say by themselves that it is over.
    const over = { openai: 2, anthropic: 2, google: 0, bedrock: 0, cohere: 2, responses: 1 }[wireOf(crossing)];
    const last = events.length - over;
    crossing.answer(withEvents(crossing, events.slice(0, last)));
    const { text, endings, error } = await crossing.ask({ stream: true });
    expect({ text, endings }).toEqual({ text: answerText, endings: 0 });
    // The typed doors name the ending; the wires' own clients take only an error for a cut.
    if (crossing.door !== "trpc" && crossing.door !== "rest") expect(error).toBeDefined();
  },
  beginning: async (crossing) => {
    const wire = wireOf(crossing);
    const name = wire === "bedrock" ? "serviceUnavailableException" : "error";
    const refusal = { name, data: wireRefusal[wire]("Overloaded", "overloaded_error", 503) };
    const error = writtenEvents(crossing, [refusal]);
    crossing.answer(withStream(Buffer.concat([Buffer.from(prefaces[wire]), error])));
    const { status, error: told } = await crossing.ask({ stream: true });
    // The typed client reads a stream's refusal as it reads any other.
    expect({ status, code: told?.code }).toEqual({ status: 503, code: "PROVIDER_UNAVAILABLE" });
    expect(await onlyRow(crossing)).toMatchObject({ state: "released", booked: 0n });
  },
  spelling: async (crossing) => {
    const spellings = [
      { space: "" },
      { lineEnd: "\r" },
      { lineEnd: "\r\n" },
      { before: "\uFEFF" },
      { before: ": a comment\n\nretry: 100\n\n" },
      { dataFirst: true },
      { space: "", lineEnd: "\r", dataFirst: true },
    ] as const;
    for (const spelling of spellings) {
      crossing.answer(withStream(spelled(eventsOf(crossing), spelling)));
      const { text, endings, error } = await crossing.ask({ stream: true });
      expect({ spelling, text, endings, error }).toEqual({ spelling, text: answerText, endings: 1, error: undefined });
    }
    for (const row of await crossing.rows()) {
      expect(row).toMatchObject({ source: "provider", units: { input: counted.input } });
      expect(outputOf(row)).toBe(counted.output);
    }
  },
  largeEvent: async (crossing) => {
    const text = "long ".repeat(700_000);
    crossing.answer(withEvents(crossing, eventsOf(crossing, { text })));
    const answer = await crossing.ask({ stream: true });
    expect({ length: answer.text.length, endings: answer.endings }).toEqual({ length: text.length, endings: 1 });
    await expectCounted(crossing);
  },
  wholeForStream: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    const { text, endings, error } = await crossing.ask({ stream: true });
    expect({ text, endings, error }).toEqual({ text: answerText, endings: 1, error: undefined });
    await expectCounted(crossing);
  },
  doubtfulAnswer: async (crossing) => {
    const whole = JSON.stringify(wholeOf(crossing));
    const begun = whole.slice(0, whole.length * 0.4);
    const json = { "content-type": "application/json" };
    const replies: readonly (readonly [EdgeReply, Doubt])[] = [
      [(response) => void response.socket?.destroy(), "cut"],
      [(response) => void response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad</h1>"), "server_error"],
      [
        (response) => {
          response.writeHead(200, { ...json, "content-length": whole.length }).write(begun);
          setTimeout(() => response.socket?.destroy(), 20);
        },
        "cut",
      ],
      [(response) => void response.writeHead(200, json).end(begun), "unreadable"],
    ];
    for (const [reply, doubt] of replies) {
      crossing.answer(reply);
      expect((await crossing.ask()).status).toBeGreaterThanOrEqual(500);
      expect((await crossing.rows()).at(-1)).toMatchObject({ state: "uncertain", doubt, cost: null, booked: 0n });
    }
  },
  doubtfulStream: async (crossing) => {
    const events = eventsOf(crossing, { text: "long ".repeat(400) });
    for (const kept of [0, Math.ceil(events.length / 3)]) {
      crossing.answer((response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(writtenEvents(crossing, events.slice(0, kept)));
        setTimeout(() => response.socket?.destroy(), 20);
      });
      const { endings, error } = await crossing.ask({ stream: true });
      expect({ endings, error }).toEqual({ endings: 0, error: expect.anything() });
      expect((await crossing.rows()).at(-1)).toMatchObject({
        state: "uncertain",
        doubt: "cut",
        cost: null,
        booked: 0n,
      });
    }
  },
  background: async (crossing) => {
    crossing.answer(withEvents(crossing, eventsOf(crossing)));
    const { text, endings } = await crossing.ask({ stream: true, body: { background: true } });
    expect({ text, endings }).toEqual({ text: answerText, endings: 1 });
    await expectCounted(crossing);
    crossing.answer((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      setTimeout(() => response.socket?.destroy(), 20);
    });
    const cut = await crossing.ask({ stream: true, body: { background: true } });
    expect(cut).toMatchObject({ endings: 0, error: expect.anything() });
    expect((await crossing.rows()).at(-1)).toMatchObject({ state: "uncertain", doubt: "cut", booked: 0n });
  },
  compressed: async (crossing) => {
    crossing.answer(withGzip(wholeOf(crossing)));
    const { status, text } = await crossing.ask();
    expect({ status, text }).toEqual({ status: 200, text: answerText });
    await expectCounted(crossing);
  },
} satisfies Partial<Record<EdgeKindId, EdgeCheck>>;
