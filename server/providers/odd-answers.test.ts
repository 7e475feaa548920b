import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startVendorServer, type VendorServer } from "../../test/vendor-server.ts";
import { readAll } from "../../test/read-all.ts";
import type { VendorStreamPart } from "../contracts/ai-vendor.ts";
import { ProviderError } from "../contracts/vendor-call.ts";
import { loadFixtures } from "../../test/vendor-fixtures.ts";
import type { DialectFixtures } from "./contract-fixtures.ts";
import { textVendorOf } from "../../test/text-vendor.ts";

const fixturesOf = await loadFixtures();

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.sent.length = 0;
});

const input = { model: "v/m", prompt: "Tell me." };
const credential = { apiKey: "sk-test" };
const io = () => server.io("model-x", credential);

const answers = (body: unknown, type = "application/json", headers: Record<string, string> = {}): void => {
  server.reply = (response) =>
    void response
      .writeHead(200, { "content-type": type, ...headers })
      .end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
};
const streams = (text: string | Buffer): void => answers(text, "text/event-stream");
const eventsOf = (documents: readonly unknown[], tail = ""): string =>
  documents.map((document) => `data: ${JSON.stringify(document)}\n\n`).join("") + tail;

const fixtureOf = (id: string): DialectFixtures => {
  const fixtures = fixturesOf[id];
  if (fixtures === undefined) throw new Error(`no fixtures of ${id}`);
  return fixtures;
};

const textOf = (parts: readonly VendorStreamPart[]): string =>
  parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");

const errorOf = async (promise: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ProviderError)) throw new Error("expected a ProviderError", { cause: error });
  return error;
};

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const units = { input: 100, output: 20 };
interface Choice {
  readonly message?: object;
  readonly [key: string]: unknown;
}
const completion = (choice: Choice, more: object = {}) => ({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "m",
  choices: [{ index: 0, finish_reason: "stop", ...choice }] as Choice[],
  usage,
  ...more,
});
const says = (message: object) => completion({ message: { role: "assistant", ...message } });
const custom = { id: "1", type: "custom", custom: { name: "x", input: "y" } };

describe.each(["openai", "compatible"])("%s delivers and counts what its schema does not know", (id) => {
  it.each([
    [
      "content as a list",
      says({
        content: [
          { type: "text", text: "Le" },
          { type: "output_text", text: "ft." },
        ],
      }),
    ],
    [
      "an unknown part",
      says({
        content: [
          { type: "text", text: "Left." },
          { type: "hologram", of: 1 },
        ],
      }),
    ],
    ["a custom tool call", says({ content: "Left.", tool_calls: [custom] })],
    ["an unknown annotation", says({ content: "Left.", annotations: [{ type: "file_path", file_path: {} }] })],
    ["annotations of another kind", says({ content: "Left.", annotations: "none" })],
    ["usage that is not a number", { ...says({ content: "Left." }), usage: { ...usage, prompt_tokens: "100" } }],
    ["logprobs of another form", completion({ message: { content: "Left." }, logprobs: { content: "no" } })],
    ["a role of its own", says({ role: "model", content: "Left." })],
    ["no finish reason", completion({ message: { content: "Left." }, finish_reason: null })],
    ["an empty finish reason", completion({ message: { content: "Left." }, finish_reason: "" })],
    ["ids that are numbers", { ...says({ content: "Left." }), id: 7, created: "now", model: 5 }],
    ["no index", { ...says({ content: "Left." }), choices: [{ message: { content: "Left." } }] }],
  ])("%s", async (_name, document) => {
    answers(document);
    const whole = await textVendorOf(id).generateText(input, io());
    expect(whole.result.text).toBe("Left.");
    expect(whole).toMatchObject({ units, final: true });

    const message = document.choices[0]?.message ?? {};
    const chunk = {
      ...document,
      usage: null,
      choices: [{ ...document.choices[0], message: undefined, delta: message }],
    };
    streams(eventsOf([chunk, { ...document, choices: [] }], "data: [DONE]\n\n"));
    const streaming = await textVendorOf(id).streamText(input, io());
    expect(textOf(await readAll(streaming.chunks))).toBe("Left.");
    expect(streaming.meter()).toMatchObject({ units, final: true, complete: true });
  });

  it("keeps its usage where nothing can be delivered", async () => {
    answers({ ...says({}), choices: [] });
    const error = await errorOf(textVendorOf(id).generateText(input, io()));
    expect(error.failure).toMatchObject({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE" });
    expect(error.metered).toMatchObject({ units, final: true });
  });
});

const anthropicUsage = { input_tokens: 100, output_tokens: 20 };
const message = (content: unknown, more: object = {}) => ({
  id: "m",
  type: "message",
  role: "assistant",
  model: "claude",
  content,
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: anthropicUsage,
  ...more,
});
const left = { type: "text", text: "Left." };

describe("anthropic delivers and counts what its schema does not know", () => {
  it.each([
    ["an unknown block", message([{ type: "hologram", of: [1] }, left])],
    ["an unknown citation", message([{ ...left, citations: [{ type: "star_location", cited_text: "x" }] }])],
    ["a citation without its place", message([{ ...left, citations: [{ type: "char_location", cited_text: "x" }] }])],
    ["a block of the vendor's own tools", message([{ type: "mcp_tool_use", id: "1", name: "x" }, left])],
    ["thinking without a signature", message([{ type: "thinking", thinking: "hm" }, left])],
    ["an unknown reason to stop, and fields of the future", message([left], { stop_reason: "tired", container: 5 })],
    [
      "usage told as text",
      message([left], { usage: { input_tokens: "100", output_tokens: "20", iterations: "none" } }),
    ],
  ])("%s", async (_name, document) => {
    answers(document);
    const whole = await textVendorOf("anthropic").generateText(input, io());
    expect(whole.result.text).toBe("Left.");
    expect(whole).toMatchObject({ units, final: true });

    const blocks = document.content as { type: string; text?: string }[];
    const events = [
      { type: "message_start", message: { ...document, content: [], stop_reason: null } },
      { type: "status_of_the_future", of: 1 },
      ...blocks.flatMap((block, index) => [
        {
          type: "content_block_start",
          index,
          content_block: block.type === "text" ? { type: "text", text: "" } : block,
        },
        { type: "content_block_delta", index, delta: { type: "hologram_delta", of: 1 } },
        ...(block.type === "text"
          ? [{ type: "content_block_delta", index, delta: { type: "text_delta", text: block.text } }]
          : []),
        { type: "content_block_delta", index, delta: { type: "citations_delta", citation: { type: "star_location" } } },
        { type: "content_block_stop", index },
      ]),
      { type: "message_delta", delta: { stop_reason: document.stop_reason }, usage: { output_tokens: null } },
      { type: "message_stop" },
    ];
    streams(eventsOf(events));
    const streaming = await textVendorOf("anthropic").streamText(input, io());
    expect(textOf(await readAll(streaming.chunks))).toBe("Left.");
    expect(streaming.meter()).toMatchObject({ units, final: true, complete: true });
  });
});

it("google delivers and counts what its schema does not know", async () => {
  const document = {
    candidates: [
      {
        content: { role: "model", parts: [{ text: "Left." }, { hologram: { of: 1 } }, { text: 7 }, "x"] },
        finishReason: "TIRED",
        safetyRatings: "none",
      },
    ],
    usageMetadata: {
      promptTokenCount: "100",
      candidatesTokenCount: 20,
      promptTokensDetails: [{ modality: "SMELL", tokenCount: 3 }],
    },
    promptFeedback: "fine",
    responseId: 7,
  };
  answers(document);
  expect(await textVendorOf("google").generateText(input, io())).toMatchObject({
    result: { text: "Left." },
    units,
    final: true,
  });
  streams(eventsOf([document]));
  const streaming = await textVendorOf("google").streamText(input, io());
  expect(textOf(await readAll(streaming.chunks))).toBe("Left.");
  expect(streaming.meter()).toMatchObject({ units, final: true });
});

it("an embedding that cannot be delivered is counted", async () => {
  const { embed } = textVendorOf("openai");
  for (const data of [[{ embedding: "x" }], [], [{ embedding: [1] }, { embedding: [2] }]]) {
    answers({ object: "list", data, model: "e", usage: { prompt_tokens: 7, total_tokens: 7 } });
    const error = await errorOf((embed as NonNullable<typeof embed>)({ model: "v/m", values: ["a"] }, io()));
    expect(error.failure).toMatchObject({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE" });
    expect(error.metered).toMatchObject({ units: { input: 7 }, final: true });
  }
});

it("tokens that a header tells are counted, whatever the answer has become", async () => {
  const { embed } = textVendorOf("bedrock");
  const own = fixtureOf("bedrock").credential ?? credential;
  for (const body of ['{"embedding": "x"}', '{"embedding": [0.1, 0.', '{"embedding": [], "inputTextTokenCount": -1}']) {
    answers(body, "application/json", { "x-amzn-bedrock-input-token-count": "7" });
    const asked = { model: "v/m", values: ["a"] };
    const at = server.io("amazon.titan-embed-text-v2:0", own);
    const { metered } = await errorOf((embed as NonNullable<typeof embed>)(asked, at));
    expect(metered).toMatchObject({ units: { input: 7 }, final: true });
  }
});

// A binary stream has one spelling.
const spellable = Object.keys(fixturesOf).filter((id) => fixturesOf[id]?.encode === undefined);

describe.each(spellable)("%s, spelled otherwise", (id) => {
  const fixtures = fixtureOf(id);
  const whole = eventsOf(fixtures.events, fixtures.tail);
  const own = () => server.io("model-x", fixtures.credential ?? credential);
  const spellings: readonly (readonly [string, string | Buffer])[] = [
    ["bare CR", whole.replaceAll("\n", "\r")],
    ["CRLF", whole.replaceAll("\n", "\r\n")],
    ["no blank", whole.replaceAll("data: ", "data:")],
    ["a byte order mark", `\uFEFF${whole}`],
    ["comments, retry lines and pings", `: hi\n\nretry: 9\n\nevent: ping\ndata: {"type": "ping"}\n\n${whole}`],
    ["data over several lines", whole.replaceAll(/^data: \{/gm, "data: {\ndata: ")],
    ["no empty line at the end", whole.replace(/\n\n$/, "")],
    ["ids before and an unknown field after", whole.replaceAll("data: ", "id: 4\nfoo: bar\ndata: ")],
  ];
  const read = async () => {
    const streaming = await textVendorOf(id).streamText(input, own());
    return { parts: await readAll(streaming.chunks), meter: streaming.meter() };
  };
  const wholly = async (): Promise<void> => {
    const { parts, meter } = await read();
    expect(textOf(parts)).toBe(fixtures.text);
    expect(parts.filter((part) => part.type === "finish")).toEqual([{ type: "finish", finishReason: "stop" }]);
    expect(meter).toMatchObject({ units: fixtures.units, final: true, complete: true });
  };

  it.each(spellings)("%s", async (_name, text) => {
    streams(text);
    await wholly();
  });

  it("a whole answer where a stream was asked for", async () => {
    answers(fixtures.answer);
    await wholly();
    answers(`\uFEFF \n${JSON.stringify(fixtures.answer, null, 2)}`, "text/plain");
    await wholly();
  });

  it("events where the content type says a document", async () => {
    answers(whole, "application/json");
    await wholly();
  });

  it("compressed, though nobody asked for it", async () => {
    answers(gzipSync(whole), "text/event-stream", { "content-encoding": "gzip" });
    await wholly();
    answers(gzipSync(JSON.stringify(fixtures.answer)), "application/json", { "content-encoding": "gzip" });
    expect((await textVendorOf(id).generateText(input, own())).result.text).toBe(fixtures.text);
  });

  it("an error before anything was said is a refusal, whatever was whispered before", async () => {
    streams(`: hi\n\nretry: 9\n\ndata: {"type":"ping"}\n\n${eventsOf([fixtures.errorEvent])}`);
    expect((await errorOf(read())).failure).toMatchObject({ kind: "refused", code: "PROVIDER_UNAVAILABLE" });
  });

  it("an event as large as an answer may be", async () => {
    const fill = "x".repeat(3_000_000);
    streams(
      eventsOf([{ ...(fixtures.events[0] as object), filler: fill }, ...fixtures.events.slice(1)], fixtures.tail),
    );
    await wholly();
  });

  it("a stream where a document was asked for is counted, though not given back", async () => {
    streams(whole);
    const error = await errorOf(textVendorOf(id).generateText(input, own()));
    expect(error.failure).toMatchObject({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE" });
    expect(error.metered).toMatchObject({ units: fixtures.units, final: true });
  });
});
