import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../../sandbox/start-sandbox.ts";
import { waveOf } from "../../../../test/media-files.ts";
import { startVendorServer, type VendorServer } from "../../../../test/vendor-server.ts";
import type { GenerateSpeechInput } from "../../../contracts/ai/generate-speech.ts";
import type { TranscribeInput } from "../../../contracts/ai/transcribe.ts";
import { deepgram } from "./deepgram.ts";

let sandbox: Sandbox;
let server: VendorServer;
beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
  server = await startVendorServer([new URL(sandbox.url).host]);
});
afterAll(async () => {
  await server.close();
  await sandbox.close();
});

const io = (model: string) => server.io(model, { apiKey: "key-of-the-tests" }, { baseUrl: sandbox.baseUrls.deepgram });
const say = (model: string, input: Partial<GenerateSpeechInput> = {}) => {
  if (deepgram.ai?.generateSpeech === undefined) throw new Error("it does not speak");
  return deepgram.ai.generateSpeech({ model: `deepgram/${model}`, text: "Good morning", ...input }, io(model));
};
const write = (model: string, input: Partial<TranscribeInput> = {}) => {
  if (deepgram.ai?.transcribe === undefined) throw new Error("it does not listen");
  const audio = {
    mediaType: "audio/wav",
    data: waveOf({ seconds: 12.3 }).toString("base64"),
  };
  return deepgram.ai.transcribe({ model: `deepgram/${model}`, audio, ...input }, io(model));
};
const asked = () => sandbox.requests().at(-1);

describe("speech at Deepgram", () => {
  it.each(["mp3", "opus", "aac", "flac", "wav", "pcm"] as const)(
    "is made as %s, for the characters of the vendor's header",
    async (outputFormat) => {
      const answer = await say("aura-2", { outputFormat });
      expect(answer).toMatchObject({
        units: { character: 12 },
        final: true,
        result: { warnings: [] },
      });
      expect(answer.units).toEqual(asked()?.units);
    },
  );

  it.each([
    ["aura-2", {}, "aura-2-thalia-en"],
    ["aura-2", { language: "ja" }, "aura-2-izanami-ja"],
    ["aura-2", { voice: "sirio", language: "es" }, "aura-2-sirio-es"],
    ["aura-2", { voice: "aura-2-lara-de" }, "aura-2-lara-de"],
    ["aura", {}, "aura-asteria-en"],
  ])("of %s with %o is said by %s", async (model, input, voice) => {
    await say(model, input);
    expect(asked()).toMatchObject({ status: 200, model: voice });
  });

  it("is as fast as the model goes, and says so", async () => {
    expect((await say("aura-2", { speed: 4 })).result.warnings).toEqual([
      expect.objectContaining({
        setting: "speed",
        details: expect.stringContaining("1.5"),
      }),
    ]);
    expect((await say("aura", { speed: 1.2, instructions: "Softly" })).result.warnings).toMatchObject([
      { setting: "instructions" },
      { setting: "speed" },
    ]);
  });

  it("by a voice of a dearer model, or in a language that it has not, is not asked for", async () => {
    const before = sandbox.requests().length;
    for (const [model, input, message] of [
      ["aura", { voice: "aura-2-thalia-en" }, "voice: expected"],
      ["aura-2", { voice: "thalia&model=x" }, "voice: expected"],
      ["aura-2", { language: "fi" }, "language: expected one of en, es"],
    ] as const)
      await expect(say(model, input)).rejects.toMatchObject({
        failure: {
          kind: "not_sent",
          message: expect.stringContaining(message),
        },
      });
    expect(sandbox.requests()).toHaveLength(before);
    await expect(say("aura-2", { voice: "alloy" })).rejects.toMatchObject({
      failure: {
        kind: "refused",
        message: expect.stringContaining("No such model/language/tier combination"),
      },
    });
    await expect(say("aura-2", { text: "a".repeat(2_001) })).rejects.toMatchObject({
      failure: { kind: "refused", status: 413 },
    });
  });

  it.each(["usage-missing", "usage-negative", "usage-absurd", "usage-nan"])(
    "whose bill is told so that it cannot be used is metered in nothing, so that the most is charged: %s",
    async (name) => {
      sandbox.script({ vendor: "deepgram", faults: [{ name }] });
      expect(await say("aura-2")).toMatchObject({ units: null, final: false });
      expect(await write("nova-3")).toMatchObject({ units: null, final: false });
      await sandbox.reset();
    },
  );
});

describe("a transcript at Deepgram", () => {
  it("costs the seconds that the vendor heard, and says when each piece and word was said", async () => {
    const answer = await write("nova-3", {
      timestamps: "word",
      prompt: "Nexus",
    });
    expect(answer).toMatchObject({ units: { second: 13 }, final: true });
    expect(answer.units).toEqual(asked()?.units);
    const { text, segments, words, warnings, language, durationSeconds } = answer.result;
    expect(segments.map((segment) => segment.text).join(" ")).toBe(text);
    expect(words?.map((word) => word.text).join(" ")).toBe(text);
    expect(segments.length).toBeGreaterThan(1);
    expect({ language, durationSeconds }).toEqual({
      language: "en",
      durationSeconds: 12.3,
    });
    expect(warnings).toEqual([expect.objectContaining({ setting: "prompt" })]);
  });

  it.each([
    ["nova-3", { language: "de" }, "nova-3", "de"],
    ["nova-2-medical", {}, "nova-2-medical", null],
    // Two prices, and one model of the vendor's.
    ["nova-3-multilingual", {}, "nova-3", null],
  ])("of %s with %o is asked of %s", async (model, input, sent, language) => {
    const { result } = await write(model, input);
    expect(asked()).toMatchObject({ status: 200, model: sent });
    expect(result).toMatchObject({ segments: [], language, warnings: [] });
    expect(result.words).toBeUndefined();
  });

  it("of each channel by itself, which was not asked for, is billed for each", async () => {
    const own = await startVendorServer();
    try {
      const channel = { alternatives: [{ transcript: "Good morning." }] };
      own.reply = (response) =>
        void response.writeHead(200, { "content-type": "application/json" }).end(
          JSON.stringify({
            metadata: { duration: 1.6 },
            results: { channels: [channel, channel] },
          }),
        );
      const audio = {
        mediaType: "audio/wav",
        data: waveOf({ seconds: 1.6 }).toString("base64"),
      };
      const answer = await deepgram.ai?.transcribe?.(
        { model: "deepgram/nova-3", audio },
        own.io("nova-3", { apiKey: "k" }),
      );
      expect(answer).toMatchObject({ units: { second: 4 }, final: true });
    } finally {
      await own.close();
    }
  });

  it.each([
    ["without the transcript", JSON.stringify({ metadata: { duration: 1.6, channels: 1 }, results: {} })],
    ["before it is cut", '{"metadata":{"duration":1.6,"channels":1},"results":{"channels":[{"alternat'],
  ])("of which an answer tells the length %s is billed by it", async (_, body) => {
    const own = await startVendorServer();
    try {
      own.reply = (response) => void response.writeHead(200, { "content-type": "application/json" }).end(body);
      const audio = { mediaType: "audio/wav", data: waveOf({ seconds: 1.6 }).toString("base64") };
      await expect(
        deepgram.ai?.transcribe?.({ model: "deepgram/nova-3", audio }, own.io("nova-3", { apiKey: "k" })),
      ).rejects.toMatchObject({ failure: { kind: "unknown" }, metered: { units: { second: 2 }, final: true } });
    } finally {
      await own.close();
    }
  });

  it("is never asked for in all languages at the price of one", async () => {
    const before = sandbox.requests().length;
    for (const language of ["multi", "Multi", "en,multi"])
      await expect(write("nova-3", { language })).rejects.toMatchObject({
        failure: { kind: "not_sent", message: expect.stringContaining("nova-3-multilingual") },
      });
    expect(sandbox.requests()).toHaveLength(before);
    expect((await write("nova-3", { language: "en-US" })).result.language).toBe("en-US");
  });

  it("of what is no recording, or in a language that is not heard, is refused", async () => {
    await expect(write("nova-3", { audio: { mediaType: "audio/wav", data: "UklGRg==" } })).rejects.toMatchObject({
      failure: {
        kind: "refused",
        message: expect.stringContaining("corrupt or unsupported"),
      },
    });
    await expect(write("nova-3", { language: "xx" })).rejects.toMatchObject({
      failure: { kind: "refused" },
    });
  });
});
