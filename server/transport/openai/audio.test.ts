import OpenAI, { APIError, toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import { waveOf } from "../../../test/media-files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusFacts } from "../../contracts/nexus-facts.ts";
import { generateSpeechRequest, transcribeRequest } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
import { createOpenAiDoor, openAiErrorReply } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let door: Awaited<ReturnType<typeof listenDoor>>;
let client: OpenAI;

beforeAll(async () => {
  world = await openTestGateway();
  door = await listenDoor({
    answer: createOpenAiDoor(world.gateway),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  client = new OpenAI({ apiKey: "unused", baseURL: `${door.url}/v1`, maxRetries: 0 });
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  await door.close();
  await world.close();
});

const errorOf = async (promise: Promise<unknown>): Promise<APIError> => {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof APIError) return error;
  throw new Error(`not an API error: ${String(error)}`);
};

/** What two rows of the ledger have in common but their ids: everything, where the doors are equal. */
const onlyRows = async () => (await world.rows(ctx.organizationId)).map(({ operationId: _id, ...row }) => row);

describe("speech", () => {
  const text = "Good morning. The boat leaves at nine.";

  it.each([
    // 38 characters at 15 USD a million.
    ["openai/tts-1", "wav", BigInt(38 * 15_000)],
    // 10 tokens in at 0.60, 48 of sound at 12 USD a million.
    ["openai/gpt-4o-mini-tts", "pcm", BigInt(10 * 600 + 48 * 12_000)],
  ] as const)("of %s comes as a file, and costs through each API the same", async (model, format, cost) => {
    const response = await client.audio.speech.create({ model, voice: "alloy", input: text, response_format: format });
    expect(response.headers.get("content-type")).toBe(`audio/${format}`);
    const sound = Buffer.from(await response.arrayBuffer());
    const typed = await call(
      world.gateway,
      generateSpeechRequest({ model, text, voice: "alloy", outputFormat: format }),
      ctx,
    );
    expect(typed.result.audio).toEqual({ mediaType: `audio/${format}`, data: sound.toString("base64") });
    const [native, own] = await onlyRows();
    expect(native).toEqual(own);
    expect(native).toMatchObject({ state: "settled", source: "provider", cost });
    expect(native?.held).toBeGreaterThanOrEqual(cost);
  });

  it("comes as events where they are asked for", async () => {
    const response = await client.audio.speech.create({
      model: "openai/gpt-4o-mini-tts",
      voice: "coral",
      input: text,
      stream_format: "sse",
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = await response.text();
    expect(events).toContain("speech.audio.delta");
    expect(events).toContain('"output_tokens":48');
  });

  it("is made once under one idempotency key", async () => {
    const ask = async () => {
      const options = { headers: { "idempotency-key": "once" } };
      const asked = { model: "openai/tts-1", voice: "alloy", input: text } as const;
      const response = await client.audio.speech.create(asked, options);
      return { replayed: response.headers.get("x-nexus-replayed"), sound: await response.text() };
    };
    const first = await ask();
    expect(await ask()).toEqual({ ...first, replayed: "true" });
    expect(world.sandbox.requests()).toHaveLength(1);
  });

  it.each([["openai/tts-1"], ["openai/gpt-4o-mini-tts"]])(
    "of %s that is cut breaks off at the caller's, and stays at what was held",
    async (model) => {
      world.sandbox.script({ vendor: "openai", faults: [{ name: "cut-at-byte", at: 2_000 }] });
      const asked = client.audio.speech.create({ model, voice: "alloy", input: text });
      await expect(asked.then((response) => response.arrayBuffer())).rejects.toThrow();
      const [row] = await world.rows(ctx.organizationId);
      const { reserved, spent } = await world.counters(ctx.organizationId);
      expect(reserved + spent).toBe(row?.held);
    },
  );

  it.each([
    ["voice", { voice: "" }],
    ["input", { input: "" }],
    ["speed", { speed: 9 }],
    ["response_format", { response_format: "ogg" }],
    ["surprise", { surprise: 1 }],
  ])("with a wrong %s is refused before anything is asked: %j", async (field, changes) => {
    const body = {
      model: "openai/tts-1",
      voice: "alloy",
      input: "Hello",
      ...changes,
    } as OpenAI.Audio.SpeechCreateParams;
    const error = await errorOf(client.audio.speech.create(body));
    expect(error).toMatchObject({ status: 400, param: field });
    expect(world.sandbox.requests()).toHaveLength(0);
  });

  it("passes on what the vendor refuses, and gives back what was held", async () => {
    const error = await errorOf(client.audio.speech.create({ model: "openai/tts-1", voice: "nobody", input: "Hello" }));
    expect(error.message).toContain("Invalid value: 'nobody'");
    expect(await world.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });
});

describe("transcripts", () => {
  const wave = waveOf({ seconds: 25 });
  const file = () => toFile(wave, "meeting.wav");
  const text = "The river is calm. A boat is coming. Somebody waves.";

  it.each([
    // 25 seconds at 0.36 USD an hour.
    ["openai/whisper-1", BigInt(25 * 100_000)],
    // 250 tokens heard at 6 USD a million, 13 written at 10.
    ["openai/gpt-4o-transcribe", BigInt(250 * 6_000 + 13 * 10_000)],
  ])("of %s cost through each API the same, by the file's own length", async (model, cost) => {
    const answer = await client.audio.transcriptions.create({ model, file: await file() });
    expect(answer.text).toBe(text);
    expect(NexusFacts.parse(Reflect.get(answer, "nexus"))).toMatchObject({ costNanoUsd: String(cost) });
    const audio = { mediaType: "audio/wav", data: wave.toString("base64") };
    const typed = await call(world.gateway, transcribeRequest({ model, audio }), ctx);
    expect(typed.result.text).toBe(text);
    const [native, own] = await onlyRows();
    expect(native).toEqual(own);
    expect(native).toMatchObject({ state: "settled", source: "provider", cost });
    expect(native?.held).toBeGreaterThanOrEqual(cost);
  });

  it("say when each was said, as JSON, subtitles, captions or plain text", async () => {
    const asked = { model: "openai/whisper-1", file: await file() } as const;
    const verbose = await client.audio.transcriptions.create({
      ...asked,
      response_format: "verbose_json",
      timestamp_granularities: ["word", "segment"],
    });
    expect(verbose).toMatchObject({ duration: 25, segments: [{ start: 0, end: 10 }, { start: 10 }, { end: 25 }] });
    expect(verbose.words).toHaveLength(10);
    const srt: unknown = await client.audio.transcriptions.create({ ...asked, response_format: "srt" });
    expect(srt).toContain("2\n00:00:10,000 --> 00:00:20,000\nA boat is coming.\n");
    const vtt: unknown = await client.audio.transcriptions.create({ ...asked, response_format: "vtt" });
    expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.000 --> 00:00:10\.000\nThe river is calm\.\n/);
    const plain: unknown = await client.audio.transcriptions.create({ ...asked, response_format: "text" });
    expect(plain).toBe(`${text}\n`);
    const rows = await world.rows(ctx.organizationId);
    expect(new Set(rows.map(({ source, cost }) => `${source} ${cost}`))).toEqual(new Set(["provider 2500000"]));
  });

  it("are translated into English", async () => {
    const asked = { model: "openai/whisper-1", file: await file() } as const;
    expect((await client.audio.translations.create(asked)).text).toBe(text);
    const srt: unknown = await client.audio.translations.create({ ...asked, response_format: "srt" });
    expect(srt).toContain("00:00:20,000 --> 00:00:25,000");
  });

  it("in which what was translated is not to be found are charged as told, and refused", async () => {
    world.sandbox.script({ vendor: "openai", faults: [{ name: "raw", body: JSON.stringify({ duration: 25 }) }] });
    const asked = { model: "openai/whisper-1", file: await file(), response_format: "srt" } as const;
    expect(await errorOf(client.audio.translations.create(asked))).toMatchObject({ code: "PROVIDER_BAD_RESPONSE" });
    expect(await onlyRows()).toMatchObject([{ state: "settled", source: "provider", cost: BigInt(25 * 100_000) }]);
  });

  it("that tell no usage, or are cut, stay at what was held", async () => {
    for (const fault of [{ name: "usage-missing" }, { name: "cut-at-byte", at: 10 }]) {
      ctx = world.context();
      world.sandbox.script({ vendor: "openai", faults: [fault] });
      await client.audio.transcriptions
        .create({ model: "openai/gpt-4o-transcribe", file: await file() })
        .catch(() => undefined);
      const [row] = await world.rows(ctx.organizationId);
      const { reserved, spent } = await world.counters(ctx.organizationId);
      expect(reserved + spent).toBe(row?.held);
      await world.sandbox.reset();
    }
  });

  it.each([
    ["a text", Buffer.from("no recording at all"), "notes.wav"],
    ["a wave without its sound", waveOf({ seconds: 1 }).subarray(0, 20), "cut.wav"],
  ])("of %s are refused: nobody knows how long it is", async (_, bytes, name) => {
    const error = await errorOf(
      client.audio.transcriptions.create({ model: "openai/whisper-1", file: await toFile(bytes, name) }),
    );
    expect(error).toMatchObject({ status: 422, code: "CAPABILITY_MISSING", param: "file" });
    expect(world.sandbox.requests()).toHaveLength(0);
  });

  it.each([
    ["response_format", { response_format: "pdf" }],
    ["surprise", { surprise: "1" }],
    ["stream", { stream: "yes" }],
    ["timestamp_granularities[]", { timestamp_granularities: ["minute"] }],
  ])("with a wrong %s are refused before anything is asked", async (field, changes) => {
    const body = { model: "openai/whisper-1", file: await file(), ...changes };
    const error = await errorOf(
      Promise.resolve(client.audio.transcriptions.create(body as OpenAI.Audio.TranscriptionCreateParamsNonStreaming)),
    );
    expect(error.status).toBe(400);
    expect(error.param).toContain(field);
    expect(world.sandbox.requests()).toHaveLength(0);
  });

  it("with times of a model that tells none are refused before anything is paid", async () => {
    const audio = { mediaType: "audio/wav", data: wave.toString("base64") };
    const asked = transcribeRequest({ model: "openai/gpt-4o-transcribe", audio, timestamps: "segment" });
    await expect(call(world.gateway, asked, ctx)).rejects.toMatchObject({ code: "CAPABILITY_MISSING", effect: "none" });
    expect(world.sandbox.requests()).toHaveLength(0);
  });

  describe("as they are written down", () => {
    const model = "openai/gpt-4o-transcribe";
    const cost = BigInt(250 * 6_000 + 13 * 10_000);
    const ask = async (changes: object = {}, options: OpenAI.RequestOptions = {}) =>
      client.audio.transcriptions.create({ model, file: await file(), ...changes, stream: true }, options);
    type Event = OpenAI.Audio.TranscriptionStreamEvent;
    const read = async (stream: AsyncIterable<Event>): Promise<Event[]> => {
      const events: Event[] = [];
      for await (const event of stream) events.push(event);
      return events;
    };
    const said = (events: readonly Event[]): string =>
      events.map((event) => (event.type === "transcript.text.delta" ? event.delta : "")).join("");
    /** As bytes: what the client makes of them hides how they came. */
    const raw = async (
      asked: Readonly<Record<string, string>>,
      headers: Record<string, string> = {},
      url = door.url,
      signal?: AbortSignal,
    ) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(asked)) form.append(name, value);
      form.append("file", new Blob([new Uint8Array(wave)], { type: "audio/wav" }), "meeting.wav");
      const response = await fetch(`${url}/v1/audio/transcriptions`, {
        method: "POST",
        headers,
        body: form,
        signal: signal ?? null,
      });
      return { headers: Object.fromEntries(response.headers), body: await response.text() };
    };

    it.each(["json", "text"] as const)("come as events of words, and end with what they cost: %s", async (format) => {
      const events = await read(await ask({ response_format: format }));
      expect(said(events)).toBe(text);
      expect(events.length).toBeGreaterThan(5);
      expect(events.at(-1)).toMatchObject({ type: "transcript.text.done", text, usage: { output_tokens: 13 } });
      await client.audio.transcriptions.create({ model, file: await file() });
      const [streamed, whole] = await onlyRows();
      expect(streamed).toEqual(whole);
      expect(streamed).toMatchObject({ state: "settled", source: "provider", cost });
    });

    it("tell the facts of the call before the last event, which waits until it is settled", async () => {
      const { headers, body } = await raw({ model, stream: "true" });
      expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
      expect(body).toMatch(/: nexus \{.+"costNanoUsd":"1630000".+\}\n\ndata: \{"type":"transcript.text.done".+\n\n$/);
    });

    it("are made once under one idempotency key, and told again as they were", async () => {
      const options = { headers: { "idempotency-key": "once" } };
      const first = await read(await ask({}, options));
      expect(await read(await ask({}, options))).toEqual(first);
      const whole = { model: "openai/whisper-1", stream: "true" };
      const [one, other] = [await raw(whole, { "idempotency-key": "w" }), await raw(whole, { "idempotency-key": "w" })];
      expect(other.body).toEqual(one.body);
      expect(other.headers).toMatchObject({ "x-nexus-replayed": "true", "content-type": "application/json" });
      expect(world.sandbox.requests()).toHaveLength(2);
    });

    it("of a caller who leaves are paid for as the vendor counted, once", async () => {
      world.sandbox.settings.paceMs = 20;
      const leaving = new AbortController();
      for await (const event of await ask({}, { signal: leaving.signal })) if (event.type !== undefined) break;
      leaving.abort();
      await expect
        .poll(async () => (await world.rows(ctx.organizationId)).map(({ state, source }) => `${state} ${source}`), {
          timeout: 10_000,
        })
        .toEqual(["settled drained"]);
      expect((await world.rows(ctx.organizationId))[0]?.cost).toBe(cost);
      await expect.poll(() => world.gateway.liveStreams.size).toBe(0);
    });

    it.each([
      ["in the middle", { name: "cut-mid-stream" }],
      ["before the last event", { name: "cut-after-last-delta" }],
      ["as if that were all", { name: "end-early" }],
      ["without a word of usage", { name: "usage-missing" }],
    ])("that end %s stay at what was held", async (_, fault) => {
      world.sandbox.script({ vendor: "openai", faults: [fault] });
      const events = ask().then(read);
      if (fault.name === "usage-missing") expect(said(await events)).toBe(text);
      else await errorOf(events);
      const [row] = await world.rows(ctx.organizationId);
      const { reserved, spent } = await world.counters(ctx.organizationId);
      expect(reserved + spent).toBe(row?.held);
    });

    it("of a long recording are waited for as whole ones are, before the first word too", async () => {
      const patient = await listenDoor({
        answer: createOpenAiDoor({ ...world.fresh(), silenceMs: 50 }),
        encodeError: openAiErrorReply,
        context: (known) => ({ ...ctx, ...known, door: "openai" }),
      });
      world.sandbox.script({ vendor: "openai", faults: [{ name: "latency", delayMs: 200 }] });
      for (const one of [model, "openai/whisper-1"])
        expect((await raw({ model: one, stream: "true" }, {}, patient.url)).body).toContain("Somebody waves.");
      await patient.close();
    });

    it("whole, of a caller who leaves meanwhile, are paid for, and no fault of ours", async () => {
      const faults: unknown[] = [];
      const watched = await listenDoor({
        answer: createOpenAiDoor(world.gateway),
        encodeError(error, requestId) {
          faults.push(error);
          return openAiErrorReply(error, requestId);
        },
        context: (known) => ({ ...ctx, ...known, door: "openai" }),
      });
      world.sandbox.script({ vendor: "openai", faults: [{ name: "latency", delayMs: 300 }] });
      const leaving = new AbortController();
      const asking = raw({ model: "openai/whisper-1", stream: "true" }, {}, watched.url, leaving.signal);
      await expect.poll(() => world.sandbox.requests().length).toBe(1);
      leaving.abort();
      await expect(asking).rejects.toThrow();
      const cost = BigInt(25 * 100_000);
      await expect.poll(async () => (await onlyRows()).map((row) => row.cost)).toEqual([cost]);
      await expect.poll(() => world.gateway.liveStreams.size).toBe(0);
      await watched.close();
      expect(faults).toEqual([]);
    });

    it("of a vendor that refuses cost nothing, and are an error like any other", async () => {
      world.sandbox.script({ vendor: "openai", faults: [{ name: "bad-request" }] });
      expect((await errorOf(ask())).status).toBe(400);
      expect(await world.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
    });

    it.each([
      ["json", "application/json"],
      ["srt", "application/x-subrip"],
    ])("are whole as %s of a model that does not stream, and say so", async (format, type) => {
      const whole = { model: "openai/whisper-1", response_format: format };
      const [streamed, plain] = [await raw({ ...whole, stream: "true" }), await raw(whole)];
      expect(streamed.headers).toMatchObject({ "content-type": type, "x-nexus-warnings": "stream" });
      const answered = (body: string): unknown =>
        format === "json" ? { ...(JSON.parse(body) as object), nexus: undefined } : body;
      expect(answered(streamed.body)).toEqual(answered(plain.body));
      const [one, other] = await onlyRows();
      expect(one).toEqual(other);
      expect(one).toMatchObject({ state: "settled", source: "provider" });
    });
  });

  it("of a body that is no form are refused", async () => {
    const response = await fetch(`${door.url}/v1/audio/transcriptions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(415);
    const broken = await fetch(`${door.url}/v1/audio/transcriptions`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body: "--y\r\n",
    });
    expect(broken.status).toBe(400);
  });
});

describe("answers that are spoken", () => {
  const spoken = {
    model: "openai/gpt-audio",
    messages: [{ role: "user" as const, content: "Good morning." }],
    modalities: ["text" as const, "audio" as const],
    max_completion_tokens: 400,
  };
  /** In nano-USD a token: 2.50, 10, 32 and 64 USD a million. */
  const costOf = (usage: OpenAI.CompletionUsage | null | undefined): bigint => {
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = usage ?? {};
    const heard = usage?.prompt_tokens_details?.audio_tokens ?? 0;
    const said = usage?.completion_tokens_details?.audio_tokens ?? 0;
    return BigInt((input - heard) * 2_500 + heard * 32_000 + (output - said) * 10_000 + said * 64_000);
  };

  it.each(["wav", "mp3", "flac", "opus", "aac", "pcm16"] as const)(
    "come as %s, with their transcript",
    async (format) => {
      const asked = { ...spoken, audio: { voice: "alloy", format } };
      const { choices, usage } = await client.chat.completions.create(asked);
      const { content, audio } = choices[0]?.message ?? {};
      expect(content).toBeNull();
      expect(audio).toMatchObject({ id: expect.stringMatching(/^audio_/), expires_at: expect.any(Number) });
      expect(audio?.transcript).toContain("Good morning.");
      expect(Buffer.from(audio?.data ?? "", "base64").length).toBeGreaterThan(200);
      expect(usage?.completion_tokens_details?.audio_tokens).toBeGreaterThan(100);
      const [row] = await world.rows(ctx.organizationId);
      expect(row).toMatchObject({ state: "settled", source: "provider", cost: costOf(usage) });
      expect(row?.units).toMatchObject({ outputAudio: usage?.completion_tokens_details?.audio_tokens });
      // 400 tokens of sound, and what is read.
      expect(row?.held).toBeGreaterThan(400n * 64_000n);
      expect(row?.held).toBeLessThan(400n * 64_000n + 10_000_000n);
    },
  );

  it("stream as they are said, and cost the same", async () => {
    const audio = { voice: "alloy", format: "pcm16" as const };
    const whole = await client.chat.completions.create({ ...spoken, audio });
    const stream = await client.chat.completions.create({
      ...spoken,
      audio,
      stream: true,
      stream_options: { include_usage: true },
    });
    let transcript = "";
    const sound: Buffer[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    let last: unknown;
    for await (const chunk of stream) {
      usage = chunk.usage ?? usage;
      const said = chunk.choices[0]?.delta.audio;
      if (said === undefined) continue;
      last = said;
      transcript += said.transcript ?? "";
      if (said.data !== undefined) sound.push(Buffer.from(said.data, "base64"));
    }
    expect(last).toEqual({ expires_at: expect.any(Number) });
    expect(transcript).toBe(whole.choices[0]?.message.audio?.transcript);
    // Of two bytes at 24,000 a second, a token for 50 ms.
    const tokens = Math.ceil(Buffer.concat(sound).length / 2_400);
    expect(Math.abs(tokens - (usage?.completion_tokens_details?.audio_tokens ?? 0))).toBeLessThan(3);
    expect(usage).toEqual(whole.usage);
    const costs = (await world.rows(ctx.organizationId)).map(({ cost }) => cost);
    expect(costs).toEqual([costOf(usage), costOf(usage)]);
  });

  it.each(["usage-missing", "cut-mid-stream"])(
    "keep all that was held for them where nobody counts: %s",
    async (name) => {
      world.sandbox.script({ vendor: "openai", faults: [{ name }] });
      const audio = { voice: "alloy", format: "pcm16" as const };
      await client.chat.completions
        .create({ ...spoken, audio, stream: true })
        .then(async (stream) => {
          for await (const _ of stream);
        })
        .catch(() => undefined);
      const [row] = await world.rows(ctx.organizationId);
      const { reserved, spent } = await world.counters(ctx.organizationId);
      expect(reserved + spent).toBe(row?.held);
    },
  );

  it.each([
    ["openai/gpt-4o-mini", "modalities", { expected: /openai\/gpt-audio/ }],
    ["anthropic/claude-haiku-4-5", "modalities", { expected: /openai\/gpt-audio/ }],
    ["openai/gpt-audio", "audio.voice", { voice: { id: "voice_mine" }, expected: /by its name/ }],
  ] as const)("of %s are refused by the field %s, with what to do", async (model, field, { expected, ...audio }) => {
    const asked = client.chat.completions.create({
      ...spoken,
      model,
      audio: { voice: "alloy", format: "mp3", ...audio },
    });
    const error = await errorOf(asked);
    expect(error).toMatchObject({ status: 422, code: "CAPABILITY_MISSING", param: field });
    expect(JSON.stringify(error.error)).toMatch(expected);
    expect(await world.rows(ctx.organizationId)).toEqual([]);
  });

  it("go on, with an earlier one as its transcript, where its id is out of a shared key's reach", async () => {
    const audio = { voice: "alloy", format: "mp3" as const };
    const first = await client.chat.completions.create({ ...spoken, audio });
    const { id = "", transcript = "" } = first.choices[0]?.message.audio ?? {};
    const next = { role: "user" as const, content: "And tomorrow?" };
    const byId = [...spoken.messages, { role: "assistant" as const, audio: { id } }, next];
    const error = await errorOf(client.chat.completions.create({ ...spoken, audio, messages: byId }));
    expect(error).toMatchObject({ status: 422, param: "messages[1].audio" });
    expect(JSON.stringify(error.error)).toContain("transcript");
    const byText = [...spoken.messages, { role: "assistant" as const, content: transcript }, next];
    const answer = await client.chat.completions.create({ ...spoken, audio, messages: byText });
    expect(answer.choices[0]?.message.audio?.transcript).toContain("And tomorrow?");
  });
});
