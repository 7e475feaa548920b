import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../../sandbox/start-sandbox.ts";
import { waveOf } from "../../../../test/media-files.ts";
import { startVendorServer, type VendorServer } from "../../../../test/vendor-server.ts";
import type { GenerateSpeechInput } from "../../../contracts/ai/generate-speech.ts";
import type { TranscribeInput } from "../../../contracts/ai/transcribe.ts";
import { elevenlabs } from "./elevenlabs.ts";

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

const io = (model: string) => server.io(model, { apiKey: "sk_of_the_tests" }, { baseUrl: sandbox.baseUrls.elevenlabs });
const say = (model: string, input: Partial<GenerateSpeechInput>) => {
  if (elevenlabs.ai?.generateSpeech === undefined) throw new Error("it does not speak");
  return elevenlabs.ai.generateSpeech({ model: `elevenlabs/${model}`, text: "Good morning", ...input }, io(model));
};
const write = (input: Partial<TranscribeInput>) => {
  if (elevenlabs.ai?.transcribe === undefined) throw new Error("it does not listen");
  const audio = { mediaType: "audio/wav", data: waveOf({ seconds: 12.3 }).toString("base64") };
  return elevenlabs.ai.transcribe({ model: "elevenlabs/scribe_v2", audio, ...input }, io("scribe_v2"));
};

describe("speech at ElevenLabs", () => {
  it.each([
    ["eleven_multilingual_v2", 12],
    // Half a credit a character, and credits are whole: thirteen characters are seven credits, as fourteen would be.
    ["eleven_flash_v2_5", 14],
  ])("of %s costs the characters of the vendor's header: %i", async (model, character) => {
    const text = model.includes("flash") ? "Good morning!" : "Good morning";
    const answer = await say(model, { text, speed: 4, outputFormat: "pcm" });
    expect(answer).toMatchObject({ units: { character }, final: true });
    expect(answer.units).toEqual(sandbox.requests().at(-1)?.units);
    expect(answer.result.warnings).toEqual([expect.objectContaining({ setting: "speed" })]);
    expect(
      elevenlabs.ai?.bounds.made?.({ kind: "speech", characters: text.length, textBytes: 0, speed: 1 }, model, []),
    ).toEqual({ units: { character }, metersInput: "never" });
  });

  it("asks what a voice bills that is not one of the vendor's own, and refuses what was not reserved", async () => {
    expect(await say("eleven_v3", { voice: "EXAVITQu4vr4xnSDxMaL" })).toMatchObject({ units: { character: 12 } });
    const before = sandbox.requests().filter(({ billed }) => billed).length;
    await expect(say("eleven_v3", { voice: "dearVoiceOfLibrary01" })).rejects.toMatchObject({
      failure: { kind: "not_sent", code: "CAPABILITY_MISSING", message: expect.stringContaining("2 times") },
    });
    await expect(say("eleven_v3", { voice: "nobodysVoice00000000" })).rejects.toMatchObject({
      failure: { kind: "refused", code: "PROVIDER_REJECTED" },
    });
    await expect(say("eleven_v3", { voice: "alloy" })).rejects.toMatchObject({
      failure: { kind: "not_sent", message: expect.stringContaining("id of a voice") },
    });
    await expect(say("eleven_v3", { outputFormat: "flac" })).rejects.toMatchObject({
      failure: { kind: "not_sent", message: expect.stringContaining("mp3, opus, pcm") },
    });
    expect(sandbox.requests().filter(({ billed }) => billed)).toHaveLength(before);
  });

  it("whose bill is not told is metered in nothing, so that the most is charged", async () => {
    sandbox.script({ vendor: "elevenlabs", faults: [{ name: "usage-missing" }] });
    expect(await say("eleven_v3", {})).toMatchObject({ units: null, final: false });
    await sandbox.reset();
  });
});

describe("a transcript at ElevenLabs", () => {
  it("costs the seconds that the vendor heard, and says when each sentence and word was said", async () => {
    const answer = await write({ timestamps: "word", prompt: "Nexus" });
    expect(answer).toMatchObject({ units: { second: 13 }, final: true });
    expect(answer.units).toEqual(sandbox.requests().at(-1)?.units);
    const { text, segments, words, warnings } = answer.result;
    expect(segments.map((segment) => segment.text).join(" ")).toBe(text);
    expect(words?.map((word) => word.text).join(" ")).toBe(text);
    expect(segments.length).toBeGreaterThan(1);
    expect(warnings).toEqual([expect.objectContaining({ setting: "prompt" })]);
  });

  it("without times has neither", async () => {
    const { result } = await write({});
    expect(result).toMatchObject({ segments: [], language: "eng" });
    expect(result.words).toBeUndefined();
  });
});
