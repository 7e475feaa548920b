import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bedrockCredential } from "../../../../sandbox/bedrock/vendor.ts";
import { textVendorOf } from "../../../../test/text-vendor.ts";
import { startVendorServer, type VendorServer } from "../../../../test/vendor-server.ts";
import { encodeEvent } from "./encode-event.ts";

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterAll(() => server.close());

type Json = Readonly<Record<string, unknown>>;

const usage = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };
const told = { units: { input: 100, output: 20 }, final: true };
const message = { role: "assistant", content: [{ text: "Hi" }] };
const whole = { output: { message }, stopReason: "end_turn", usage, metrics: { latencyMs: 3 } };

const bedrock = textVendorOf("bedrock");
const io = () => server.io("amazon.nova-lite-v1:0", bedrockCredential);
const input = { model: "v/m", prompt: "Hi" };

const answer = async (document: Json) => {
  server.reply = (response: ServerResponse) =>
    void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(document));
  const { result, ...metered } = await bedrock.generateText(input, io());
  return { result, metered };
};

const streamed = async (...events: readonly Json[]) => {
  server.reply = (response: ServerResponse) =>
    void response
      .writeHead(200, { "content-type": "application/vnd.amazon.eventstream" })
      .end(Buffer.concat(events.map((event) => encodeEvent(event) ?? Buffer.alloc(0))));
  const { chunks, meter } = await bedrock.streamText(input, io());
  let text = "";
  let calls = 0;
  for await (const part of chunks) {
    if (part.type === "text-delta") text += part.delta;
    if (part.type === "tool-call") calls += 1;
  }
  return { text, calls, metered: meter() };
};

const odd = [undefined, null, 7, "odd", true, [], {}, [7], { text: 7 }, { delta: 7 }, { content: [7] }];

describe("an answer with something odd around what it says", () => {
  it.each(["stopReason", "metrics", "serviceTier", "performanceConfig", "trace", "additionalModelResponseFields"])(
    "is read whatever %s is",
    async (field) => {
      for (const value of odd) {
        const { result, metered } = await answer({ ...whole, [field]: value });
        expect(result.text, JSON.stringify(value)).toBe("Hi");
        expect(metered, JSON.stringify(value)).toMatchObject(told);
      }
    },
  );

  it("is charged by what can be read of its usage", async () => {
    const { totalTokens: _total, ...two } = usage;
    for (const value of odd) {
      expect((await answer({ ...whole, usage: { ...usage, totalTokens: value } })).metered).toMatchObject(told);
      expect((await answer({ ...whole, usage: { ...usage, cacheDetails: value } })).metered).toMatchObject(told);
      expect((await answer({ ...whole, usage: value })).result.text).toBe("Hi");
    }
    expect((await answer({ ...whole, usage: two })).metered).toMatchObject(told);
  });

  it("keeps the blocks that can be read", async () => {
    const blocks = odd.flatMap((value) => [
      value,
      { text: value },
      { toolUse: value },
      { reasoningContent: value },
      { citationsContent: value, text: "" },
    ]);
    const content = [{ text: "H" }, ...blocks.filter((block) => block !== undefined), { text: "i" }];
    const { result } = await answer({ ...whole, output: { message: { ...message, content } } });
    expect(result.text.replace("odd", "")).toBe("Hi");
  });
});

describe("a stream with something odd in it", () => {
  const delta = (text: unknown, index: unknown = 0) => ({
    contentBlockDelta: { contentBlockIndex: index, delta: { text } },
  });
  const begin = { messageStart: { role: "assistant" } };
  const stop = { messageStop: { stopReason: "end_turn" } };
  const metadata = { metadata: { usage, metrics: { latencyMs: 3 } } };

  it("is read on, and charged by what can be read of its usage", async () => {
    for (const value of odd) {
      const events = [
        delta("H"),
        { contentBlockDelta: value },
        { contentBlockDelta: { contentBlockIndex: 0, delta: value } },
        delta("x", typeof value === "object" ? value : "0"),
        { contentBlockStart: value },
        { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: value ?? 7 } } },
        { contentBlockStop: value },
        { heartbeat: value },
        delta("i"),
      ];
      const around = { metadata: { usage: { ...usage, totalTokens: value }, trace: value, serviceTier: value } };
      const ends = { messageStop: { stopReason: "end_turn", additionalModelResponseFields: value } };
      const read = await streamed(begin, ...events, ends, around);
      expect(read, JSON.stringify(value)).toMatchObject({ text: "Hi", calls: 0, metered: told });
      const unended = await streamed(begin, delta("Hi"), { messageStop: { stopReason: value } }, metadata);
      expect(unended, JSON.stringify(value)).toMatchObject({ text: "Hi", metered: { units: told.units } });
    }
    expect(await streamed(begin, delta("Hi"), stop, metadata)).toMatchObject({ text: "Hi", metered: told });
  });
});
