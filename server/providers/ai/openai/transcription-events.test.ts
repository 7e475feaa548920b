import { afterAll, beforeAll, expect, it } from "vitest";
import { readAll } from "../../../../test/read-all.ts";
import { startVendorServer, type VendorServer } from "../../../../test/vendor-server.ts";
import type { NativeRequest } from "../../../contracts/ai-vendor.ts";
import { openai } from "./openai.ts";

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterAll(() => server.close());

const usage = {
  type: "tokens",
  input_tokens: 14,
  input_token_details: { text_tokens: 4, audio_tokens: 10 },
  output_tokens: 5,
  total_tokens: 19,
};
const delta = (text: string) => ({ type: "transcript.text.delta", delta: text });
const done = { type: "transcript.text.done", text: "Good morning.", usage };
const asEvents = (...documents: readonly object[]): string =>
  documents.map((document) => `data: ${JSON.stringify(document)}\n\n`).join("");

const asked: NativeRequest = {
  path: "/audio/transcriptions",
  headers: {},
  body: { response_format: "json", file: { field: "file", mediaType: "audio/mpeg", data: "//uQZAAA" } },
  includeUsage: true,
};

const open = async (body: string, type = "text/event-stream") => {
  const stream = openai.ai?.native["openai.transcriptions"]?.stream;
  if (stream === undefined) throw new Error("it does not stream");
  server.reply = (response) => void response.writeHead(200, { "content-type": type }).end(body);
  return stream(asked, server.io("gpt-4o-transcribe", { apiKey: "sk-test" }));
};

const whole = { units: { input: 4, inputAudio: 10, output: 5 }, final: true, complete: true };

it("events of a transcript are passed as they are up to the last, and read", async () => {
  const events = asEvents(delta("Good"), { type: "transcript.text.of_tomorrow" }, delta(" morning."), done);
  const { chunks, meter } = await open(`: a comment\n\n${events}data: [DONE]\n\n`);
  expect(String(Buffer.concat(await readAll(chunks)))).toBe(`: a comment\n\n${events}`);
  expect(meter()).toMatchObject({ ...whole, deliveredBytes: "Good morning.".length });
  expect(server.sent.at(-1)?.text).toContain('name="stream"\r\n\r\ntrue');
});

it("a whole transcript where events were asked for becomes the events that it would have been", async () => {
  const { chunks, meter } = await open(JSON.stringify({ text: "Good morning.", usage }), "application/json");
  expect(String(Buffer.concat(await readAll(chunks)))).toBe(
    asEvents(delta("Good morning."), { text: "Good morning.", usage, type: "transcript.text.done" }),
  );
  expect(meter()).toMatchObject(whole);
});

it("sound that is billed by its length is told in seconds, too", async () => {
  const { chunks, meter } = await open(asEvents(delta("Hi"), { ...done, usage: { type: "duration", seconds: 2 } }));
  await readAll(chunks);
  expect(meter()).toMatchObject({ units: { second: 2 }, final: true });
});

it.each([
  ["an error before it begins", asEvents({ error: { message: "No.", type: "server_error" } }), "refused"],
  ["an error in its middle", asEvents(delta("Good"), { error: { message: "No." } }), "unknown"],
  ["what is no JSON", `${asEvents(delta("Good"))}data: {"type"\n\n`, "unknown"],
])("%s is a failure of that kind", async (_, body, kind) => {
  const { chunks } = await open(body);
  await expect(readAll(chunks)).rejects.toMatchObject({ failure: { kind } });
});

it("what ends without its ending is not complete, and not final", async () => {
  const { chunks, meter } = await open(asEvents(delta("Good")));
  await readAll(chunks);
  expect(meter()).toMatchObject({ units: null, final: false, complete: false, deliveredBytes: 4 });
});

it.each([
  [undefined, { inputAudio: 14, output: 5 }],
  [{}, { input: 0, inputAudio: 14, output: 5 }],
  [{ text_tokens: 4 }, { input: 4, inputAudio: 10, output: 5 }],
  [
    { text_tokens: 14, audio_tokens: 0 },
    { input: 14, inputAudio: 0, output: 5 },
  ],
])("what is not told apart from sound, which costs more, is sound: %o", async (input_token_details, units) => {
  const { chunks, meter } = await open(asEvents(delta("Hi"), { ...done, usage: { ...usage, input_token_details } }));
  await readAll(chunks);
  expect(meter()).toMatchObject({ units, final: true });
});

const refused = { error: { message: "The engine broke off.", type: "server_error" } };

it.each<[string, number, string]>([
  ["beside an error", 500, JSON.stringify({ ...refused, usage })],
  ["without the transcript", 200, JSON.stringify({ usage })],
  ["before it is cut", 200, `{"usage":${JSON.stringify(usage)},"text":"Good mor`],
])("what is billed is known of an answer that tells it %s", async (_, status, body) => {
  server.reply = (response) => void response.writeHead(status, { "content-type": "application/json" }).end(body);
  const io = () => server.io("gpt-4o-transcribe", { apiKey: "sk-test" });
  const audio = { mediaType: "audio/mpeg", data: "//uQZAAA" };
  const { native, transcribe } = openai.ai ?? {};
  const { answer, stream } = native?.["openai.transcriptions"] ?? {};
  const asking = [
    () => transcribe?.({ model: "openai/gpt-4o-transcribe", audio }, io()),
    // A whole answer passes as it is; of a stream, what comes after its headers is told by its meter.
    ...(body.endsWith("}") && status === 200 ? [] : [() => answer?.(asked, io())]),
    ...(status === 200 ? [] : [() => stream?.(asked, io())]),
  ];
  for (const ask of asking)
    await expect(ask()).rejects.toMatchObject({
      failure: { kind: "unknown" },
      metered: { units: whole.units, final: true },
    });
});
