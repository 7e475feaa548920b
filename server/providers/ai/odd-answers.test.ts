import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAll } from "../../../test/read-all.ts";
import { startVendorServer, type VendorServer } from "../../../test/vendor-server.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { ProviderError, type Metered } from "../../contracts/vendor-call.ts";
import { textVendorOf } from "../../../test/text-vendor.ts";

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterAll(() => server.close());

const io = () => server.io("m", { apiKey: "key" });
const input = { model: "v/m", prompt: "Hi" };

const json = (body: unknown) => (response: ServerResponse) =>
  void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
const events =
  (...frames: readonly unknown[]) =>
  (response: ServerResponse) =>
    void response
      .writeHead(200, { "content-type": "text/event-stream" })
      .end(frames.map((frame) => (typeof frame === "string" ? frame : `data: ${JSON.stringify(frame)}\n\n`)).join(""));

const meteredOf = (error: unknown): Metered | undefined => (error instanceof ProviderError ? error.metered : undefined);

interface Streamed {
  readonly parts: readonly VendorStreamPart[];
  readonly text: string;
  readonly metered: Metered;
  readonly failed: boolean;
}

const streamText = async (vendor: string): Promise<Streamed> => {
  const parts: VendorStreamPart[] = [];
  const { chunks, meter } = await textVendorOf(vendor).streamText(input, io());
  let failed = false;
  try {
    for await (const part of chunks) parts.push(part);
  } catch {
    failed = true;
  }
  const text = parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");
  return { parts, text, metered: meter(), failed };
};

const units = { input: 100, output: 20 };
const told = { units, final: true };

const chatUsage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const chunk = (delta: unknown, more: object = {}) => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});
const finish = (reason: string) => chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const usageChunk = chunk({}, { choices: [], usage: chatUsage });
const done = "data: [DONE]\n\n";
const completion = (message: object, more: object = {}) => ({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }],
  usage: chatUsage,
  ...more,
});
const call = { id: "a", type: "function", function: { name: "f", arguments: "{}" } };

const messageUsage = { input_tokens: 100, output_tokens: 20 };
const message = {
  id: "msg",
  type: "message",
  role: "assistant",
  model: "m",
  content: [{ type: "text", text: "Hi" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: messageUsage,
};
const named = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const messageEvents = [
  { type: "message_start", message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 100 } } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 20 } },
  { type: "message_stop" },
];

const generated = (more: object = {}, usageMetadata: object = {}) => ({
  candidates: [{ index: 0, content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP", ...more }],
  usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120, ...usageMetadata },
});

describe("chunks of chat completions", () => {
  it.each([
    ["choices that are null", chunk({}, { choices: null })],
    ["choices that are no list", chunk({}, { choices: {} })],
    ["an error that is null", chunk({}, { error: null })],
    ["an error that is empty", chunk({}, { error: {} })],
  ])("are read with %s among them", async (_what, odd) => {
    server.reply = events(odd, chunk({ content: "Hi" }), finish("stop"), usageChunk, done);
    expect(await streamText("compatible")).toMatchObject({ text: "Hi", failed: false, metered: told });
  });

  it("are over with the ending: what comes after it counts and is not told", async () => {
    server.reply = events(chunk({ content: "Hi" }), finish("stop"), done, chunk({ content: "late" }), usageChunk);
    expect(await streamText("compatible")).toMatchObject({ text: "Hi", failed: false, metered: told });
  });

  it("are counted to the end where one of them cannot be read", async () => {
    server.reply = events(chunk({ content: "Hi" }), chunk({ images: "none" }, { choices: "x" }), usageChunk, done);
    expect((await streamText("compatible")).metered).toMatchObject(told);
  });
});

describe("whole completions", () => {
  it.each([null, {}, "", false])("are answers with an error of %j", async (error) => {
    server.reply = json(completion({ content: "Hi" }, { error }));
    expect((await textVendorOf("compatible").generateText(input, io())).result.text).toBe("Hi");
    expect(await streamText("compatible")).toMatchObject({ text: "Hi", failed: false, metered: told });
  });
});

describe("an answer that calls tools", () => {
  it.each(["stop", "unheard_of"])("ends for that, where the server says %j", async (reason) => {
    const whole = completion({ content: null, tool_calls: [call] });
    server.reply = json({ ...whole, choices: [{ ...whole.choices[0], finish_reason: reason }] });
    expect((await textVendorOf("compatible").generateText(input, io())).result.finishReason).toBe("tool-calls");
    server.reply = events(chunk({ tool_calls: [{ index: 0, ...call }] }), finish(reason), usageChunk, done);
    expect((await streamText("compatible")).parts.at(-1)).toEqual({ type: "finish", finishReason: "tool-calls" });
  });

  it("is cut all the same at the output limit", async () => {
    server.reply = events(chunk({ tool_calls: [{ index: 0, ...call }] }), finish("length"), usageChunk, done);
    expect((await streamText("compatible")).parts.at(-1)).toEqual({ type: "finish", finishReason: "length" });
  });
});

describe("numbers beside an error", () => {
  const overloaded = { message: "Overloaded", type: "overloaded_error" };
  it.each([
    ["compatible", { error: overloaded, usage: chatUsage }],
    ["anthropic", { type: "error", error: overloaded, usage: messageUsage }],
    ["google", { ...generated(), candidates: [], error: { code: 503, ...overloaded } }],
  ])("are %s's bill, whatever its status says", async (vendor, document) => {
    for (const status of [400, 401, 429, 500, 503]) {
      server.reply = (response) =>
        void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
      for (const ask of ["generateText", "streamText"] as const) {
        const asks: Promise<unknown> = textVendorOf(vendor)[ask](input, io());
        const refused = await asks.catch((error: unknown) => error);
        expect(refused, `${ask} ${status}`).toMatchObject({ failure: { kind: "unknown", doubt: "server_error" } });
        expect(meteredOf(refused), `${ask} ${status}`).toMatchObject(told);
      }
    }
    server.reply = json(document);
    const whole: unknown = await textVendorOf(vendor)
      .generateText(input, io())
      .catch((error: unknown) => error);
    expect(meteredOf(whole)).toMatchObject(told);
    server.reply = events(document);
    const opened: unknown = await textVendorOf(vendor)
      .streamText(input, io())
      .then(
        async ({ chunks, meter }) => {
          await readAll(chunks).catch(() => undefined);
          return meter();
        },
        (error: unknown) => meteredOf(error),
      );
    expect(opened).toMatchObject(told);
  });
});

describe("a whole answer that is broken", () => {
  const bodies = {
    compatible: { ...completion({ content: 'Hi "usage":{"prompt_tokens":9}' }), service: "x".repeat(40) },
    anthropic: { ...message, service: "x".repeat(40) },
    google: { ...generated(), service: "x".repeat(40) },
  };
  const failing = async (vendor: string, stream: boolean): Promise<Metered | undefined> => {
    const error: unknown = await (
      stream
        ? textVendorOf(vendor)
            .streamText(input, io())
            .then(({ chunks, meter }) =>
              readAll(chunks).then(
                () => undefined,
                (caught: unknown) => (caught instanceof ProviderError ? caught.with(meter()) : caught),
              ),
            )
        : textVendorOf(vendor).generateText(input, io())
    ).catch((caught: unknown) => caught);
    return meteredOf(error);
  };

  it.each(
    Object.entries(bodies).flatMap(([vendor, body]) => [true, false].map((stream) => ({ vendor, body, stream }))),
  )("is counted: $vendor, streams wanted: $stream", async ({ vendor, body, stream }) => {
    const text = JSON.stringify(body);
    const open = (response: ServerResponse) =>
      response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    server.reply = (response) => void response.writeHead(200).end(`${text} and more`);
    expect(await failing(vendor, stream)).toMatchObject(told);
    server.reply = (response) => void response.writeHead(200).end(text.slice(0, -20));
    expect(await failing(vendor, stream)).toMatchObject(told);
    server.reply = (response) => {
      open(response).write(text.slice(0, -20));
      setTimeout(() => response.destroy(), 30);
    };
    expect(await failing(vendor, stream)).toMatchObject(told);
  });
});

describe("events of messages", () => {
  it("of unknown names may hold anything", async () => {
    const [start, ...rest] = messageEvents;
    server.reply = events(start, "event: weather\ndata: sunny\n\n", ...rest);
    expect(await streamText("anthropic")).toMatchObject({ text: "Hi", failed: false, metered: told });
  });

  it("reach clients under the names that their documents tell", async () => {
    server.reply = events(...messageEvents.map((data) => named("message", data)));
    const native = textVendorOf("anthropic").native["anthropic.messages"];
    if (!native?.stream) throw new Error("no native operation");
    const body = { messages: [{ role: "user", content: "Hi" }], max_tokens: 50, stream: true };
    const request = { path: "/messages", headers: {}, body, includeUsage: true };
    const { chunks } = await native.stream(request, io());
    const bytes = await readAll(chunks);
    const names = [
      ...Buffer.concat(bytes)
        .toString()
        .matchAll(/^event: (\w+)$/gm),
    ].map(([, name]) => name);
    expect(names).toEqual(messageEvents.map(({ type }) => type));
  });

  it("that stand for a whole message are final without a reason for the ending", async () => {
    server.reply = json({ ...message, stop_reason: null });
    expect(await streamText("anthropic")).toMatchObject({ text: "Hi", failed: false, metered: told });
  });
});

describe("answers of Gemini", () => {
  it.each([
    ["grounding", generated({ groundingMetadata: { groundingChunks: [{ future: 1 }], searchEntryPoint: 5 } })],
    ["addresses", generated({ urlContextMetadata: 5 })],
    ["ratings", generated({ safetyRatings: [{ category: 5 }, null], avgLogprobs: "x" })],
    ["details", generated({}, { promptTokensDetails: {} })],
    ["feedback", { ...generated(), promptFeedback: { safetyRatings: [{ category: 5 }] } }],
  ])("are delivered with %s that nobody knows", async (_what, document) => {
    server.reply = json(document);
    expect((await textVendorOf("google").generateText(input, io())).result.text).toBe("Hi");
    server.reply = events(document);
    expect(await streamText("google")).toMatchObject({ text: "Hi", failed: false, metered: told });
  });

  it("name their sources", async () => {
    const groundingChunks = [{ web: { uri: "https://a.example/", title: "A", extra: {} } }, { future: 1 }];
    server.reply = json(generated({ groundingMetadata: { groundingChunks } }));
    const { result } = await textVendorOf("google").generateText(input, io());
    expect(result.content).toContainEqual(expect.objectContaining({ type: "source", url: "https://a.example/" }));
  });

  it("in a list, to a request that wanted one, are counted", async () => {
    server.reply = json([generated()]);
    const error: unknown = await textVendorOf("google")
      .generateText(input, io())
      .catch((caught: unknown) => caught);
    expect(meteredOf(error)).toMatchObject({ units });
  });
});
