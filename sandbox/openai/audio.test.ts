import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waveOf } from "../../test/media-files.ts";
import { startSandbox } from "../start-sandbox.ts";
import type { Sandbox } from "../start-sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const post = (path: string, init: RequestInit) =>
  fetch(sandbox.baseUrls.openai + path, {
    method: "POST",
    ...init,
    headers: { authorization: "Bearer sk-test", ...(init.headers as Record<string, string>) },
  });
const say = (changes: object) =>
  post("/audio/speech", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "tts-1", input: "Good morning", voice: "alloy", ...changes }),
  });

const hear = (fields: Record<string, string>, name = "a.wav", path = "/audio/transcriptions") => {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(waveOf({ seconds: 12 }))]), name);
  for (const [field, value] of Object.entries({ model: "whisper-1", ...fields })) form.append(field, value);
  return post(path, { body: form });
};

describe("speech", () => {
  it("is silence as long as the words would take", async () => {
    const sound = Buffer.from(await (await say({ response_format: "pcm" })).arrayBuffer());
    expect(sound.length).toBe(12 * 0.0625 * 24_000 * 2);
    expect(Buffer.from(await (await say({})).arrayBuffer())[0]).toBe(0xff);
  });

  it.each([
    [{ input: "" }, "input", null],
    [{ input: "x".repeat(4_097) }, "input", "string_above_max_length"],
    [{ voice: "marin" }, "voice", "invalid_value"],
    [{ speed: 5 }, "speed", null],
    [{ response_format: "ogg" }, "response_format", "invalid_value"],
    [{ stream_format: "sse" }, "stream_format", "unsupported_value"],
    [{ model: "whisper-1" }, "model", "invalid_value"],
  ])("refuses %j", async (changes, param, code) => {
    const response = await say(changes);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param, code } });
  });
});

describe("transcripts", () => {
  it("tell a sentence for every ten seconds", async () => {
    expect(await (await hear({})).json()).toMatchObject({
      text: "The river is calm. A boat is coming.",
      usage: { type: "duration", seconds: 12 },
    });
  });

  it.each([
    [{}, "a.txt", "/audio/transcriptions", "file"],
    [{ response_format: "pdf" }, "a.wav", "/audio/transcriptions", "response_format"],
    [{ model: "gpt-4o-transcribe", response_format: "srt" }, "a.wav", "/audio/transcriptions", "response_format"],
    [{ "timestamp_granularities[]": "word" }, "a.wav", "/audio/transcriptions", "response_format"],
    [{ language: "english" }, "a.wav", "/audio/transcriptions", "language"],
    [{ surprise: "1" }, "a.wav", "/audio/transcriptions", "surprise"],
    [{ model: "tts-1" }, "a.wav", "/audio/transcriptions", "model"],
    [{ model: "gpt-4o-transcribe" }, "a.wav", "/audio/translations", "model"],
    [{ language: "en" }, "a.wav", "/audio/translations", "language"],
  ])("refuse %j of %s at %s", async (fields, name, path, param) => {
    const response = await hear(fields, name, path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
  });
});
