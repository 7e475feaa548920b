import { readdir, readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenerateTextInput } from "../contracts/ai/generate-text.ts";
import type { ModerateInput } from "../contracts/ai/moderate.ts";
import type { AiVendor, VendorStreamPart } from "../contracts/ai-vendor.ts";
import { ProviderError, type ProviderFailure } from "../contracts/vendor-call.ts";
import { isTextVendor } from "../../test/text-vendor.ts";
import { loadFixtures, loadVendorFixtures } from "../../test/vendor-fixtures.ts";
import { startVendorServer, type VendorServer } from "../../test/vendor-server.ts";
import { plantedKey, plantedPrompt, type DialectFixtures, type VendorFixtures } from "./contract-fixtures.ts";
import { providerOf, providers } from "./index.ts";

const fixturesOf = await loadFixtures();
const allFixtures = await loadVendorFixtures();

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.sent.length = 0;
});

const input: GenerateTextInput = { model: "v/m", instructions: "Be brief.", prompt: plantedPrompt };

const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

const eventOf = (data: unknown): string => {
  const type =
    typeof data === "object" && data !== null && "type" in data && typeof data.type === "string"
      ? `event: ${data.type}\n`
      : "";
  return `${type}data: ${JSON.stringify(data)}\n\n`;
};
const spelled = (events: readonly unknown[], tail = ""): Buffer => Buffer.from(events.map(eventOf).join("") + tail);

/** Streams in small pieces, so that characters and events are split. */
const stream =
  (bytes: Buffer, end: "end" | "cut" | "hang" = "end") =>
  (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let at = 0; at < bytes.length; at += 11) response.write(bytes.subarray(at, at + 11));
    if (end === "end") response.end();
    else if (end === "cut") setTimeout(() => response.destroy(), 30);
  };

const failureOf = async (promise: Promise<unknown>): Promise<ProviderFailure> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof ProviderError)) throw new Error("expected a ProviderError", { cause: error });
  const everything = inspect(error, { depth: 12, showHidden: true });
  for (const planted of [plantedKey, plantedKey.slice(-8), "canary-prompt", "weather in Graz"])
    expect(everything).not.toContain(planted);
  return error.failure;
};

const collect = async <T>(chunks: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
};

const textOf = (parts: readonly VendorStreamPart[]): string =>
  parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");

const vendors = [...providers.values()].flatMap((provider) =>
  provider.ai === undefined ? [] : [{ id: provider.id, ai: provider.ai, provider }],
);
const textVendors = vendors.flatMap(({ ai, ...vendor }) => (isTextVendor(ai) ? [{ ...vendor, ai }] : []));

describe("the register", () => {
  it("knows every vendor once, by a stable id", () => {
    for (const [id, provider] of providers) {
      expect(provider.id).toBe(id);
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(providerOf(id)).toBe(provider);
      expect(provider.defaultBaseUrl).not.toMatch(/\/$/);
      expect(URL.canParse(provider.defaultBaseUrl)).toBe(true);
      expect(provider.credential.safeParse({ surprise: "x" }).success).toBe(false);
    }
  });

  it("has in every vendor's folder, named after its id, the fixtures to examine it with", () => {
    for (const { id } of vendors) expect(allFixtures[id]?.errors).toBeDefined();
    for (const { id } of textVendors) expect(fixturesOf[id]?.answer).toBeDefined();
  });
});

describe("what all vendors share", () => {
  it("names none of them", async () => {
    const folder = join(import.meta.dirname, "_wire");
    const words = [...providers.values()].flatMap(({ id, name }) => [id, name]);
    const vendor = new RegExp(`(?<![a-z])(${words.join("|")})(?![a-z])`, "i");
    const named: string[] = [];
    for (const file of await readdir(folder)) {
      // What keys begin with is not whose they are.
      const lines = [file, ...(await readFile(join(folder, file), "utf8")).replaceAll("|gsk|xai|", "|").split("\n")];
      named.push(...lines.filter((line) => vendor.test(line)).map((line) => `${file}: ${line}`));
    }
    expect(named).toEqual([]);
  });
});

describe.each(textVendors)("$id", ({ id, ai, provider }) => {
  const fixtures = fixturesOf[id] as DialectFixtures;
  const { credential = { apiKey: plantedKey }, shows = plantedKey, encode } = fixtures;
  const bytesOf = (events: readonly unknown[], tail = ""): Buffer => encode?.(events) ?? spelled(events, tail);
  const io = (options?: Parameters<VendorServer["io"]>[2]) => server.io("model-x", credential, options);
  const native = fixtures.native === undefined ? undefined : ai.native[fixtures.native.dialect];
  const nativeRequest = (includeUsage = false) => ({
    path: fixtures.native?.path ?? "",
    headers: {},
    body: fixtures.native?.body ?? {},
    includeUsage,
  });

  it("takes a credential, and limits output below the model's own", () => {
    expect(provider.credential.safeParse(credential).success).toBe(true);
    expect(ai.defaultMaxOutputTokens("model-x")).toBeGreaterThan(0);
    const image = ai.bounds.medium({ kind: "image", field: "" }, "model-x");
    if (image !== "refused") expect(image).toMatchObject([{ tokens: expect.any(Number) }]);
  });

  it("generates text, sends one output limit, and meters off the wire", async () => {
    server.reply = json(fixtures.answer, 200, fixtures.headers);
    const answer = await ai.generateText(input, io());
    expect(answer).toMatchObject({
      result: {
        text: fixtures.text,
        content: [{ type: "text", text: fixtures.text }],
        finishReason: "stop",
        toolCalls: [],
      },
      responseModel: fixtures.responseModel,
    });
    expect(answer.units).toEqual(fixtures.units);
    expect(answer.vendorRequestId).toEqual(expect.any(String));
    const [request] = server.sent;
    expect(server.sent).toHaveLength(1);
    expect(fixtures.outputLimit(request?.body ?? {})).toEqual([123]);
    expect(request?.path).toMatch(/^\/base\//);
    expect(request?.text).not.toContain(plantedKey);
    expect(inspect(request?.headers)).toContain(shows);
    expect(request?.path).not.toContain(plantedKey);
  });

  it("streams the same text with the same units", async () => {
    server.reply = stream(bytesOf(fixtures.events, fixtures.tail));
    const streaming = await ai.streamText(input, io());
    const parts = await collect(streaming.chunks);
    expect(parts[0]?.type).toBe("stream-start");
    expect(textOf(parts)).toBe(fixtures.text);
    expect(parts.at(-1)).toEqual({ type: "finish", finishReason: "stop" });
    const meter = streaming.meter();
    expect(meter).toMatchObject({
      complete: true,
      final: true,
      deliveredBytes: Buffer.byteLength(fixtures.text),
      responseModel: fixtures.responseModel,
    });
    expect(meter.units).toEqual(fixtures.units);
    expect(fixtures.outputLimit(server.sent[0]?.body ?? {})).toEqual([123]);
  });

  it("translates tools both ways", async () => {
    server.reply = json(fixtures.toolAnswer);
    const answer = await ai.generateText(
      {
        model: "v/m",
        messages: [
          { role: "user", content: "Weather?" },
          {
            role: "assistant",
            content: [{ type: "tool-call", toolCallId: "call_0", toolName: "weather", input: { city: "Linz" } }],
          },
          {
            role: "tool",
            content: [
              {
                type: "tool-result",
                toolCallId: "call_0",
                toolName: "weather",
                output: { type: "json", value: { sun: true } },
              },
            ],
          },
        ],
        tools: [
          {
            name: "weather",
            description: "Weather of a city",
            inputSchema: { type: "object", properties: { city: { type: "string" } } },
          },
        ],
        toolChoice: "auto",
      },
      io(),
    );
    expect(answer.result.finishReason).toBe("tool-calls");
    expect(answer.result.toolCalls).toEqual([
      { toolCallId: expect.any(String), toolName: "weather", input: expect.any(String) },
    ]);
    expect(JSON.parse(answer.result.toolCalls[0]?.input ?? "")).toEqual({ city: "Graz" });
    expect(server.sent[0]?.text).toContain("Linz");
    expect(server.sent[0]?.text).toContain("Weather of a city");
  });

  it.runIf(native !== undefined)("passes an answer untranslated, with the same units", async () => {
    server.reply = json(fixtures.answer);
    const passes = fixtures.native?.passes ?? "";
    const headers = {
      "Anthropic-Beta": "beta-1",
      "OpenAI-Beta": "beta-1",
      authorization: "Bearer of-the-caller",
      "x-forwarded-for": "10.0.0.1",
      "x-api-key": "of-the-caller",
    };
    const answer = await native?.answer({ ...nativeRequest(), headers }, io());
    expect(server.sent[0]?.headers).toMatchObject({ [passes]: "beta-1", "x-nexus-hop": "1" });
    const betas = Object.keys(server.sent[0]?.headers ?? {}).filter((name) => name.endsWith("-beta"));
    expect(betas).toEqual([passes]);
    expect(inspect(server.sent[0]?.headers)).not.toMatch(/of-the-caller|10\.0\.0\.1/);
    if (fixtures.rewrites === true)
      expect(JSON.parse(String(answer?.result.body))).toMatchObject({
        choices: [{ message: { content: fixtures.text } }],
      });
    else expect(String(answer?.result.body)).toBe(JSON.stringify(fixtures.answer));
    expect(answer?.result).toMatchObject({ status: 200, contentType: "application/json" });
    expect(answer?.units).toEqual(fixtures.units);
    const body = server.sent[0]?.body ?? {};
    expect(body).toMatchObject({ model: "model-x", future: [1] });
    expect(body).not.toHaveProperty("stream");
    expect(fixtures.outputLimit(body)).toEqual([123]);
    expect(inspect(server.sent[0]?.headers)).toContain(plantedKey);
  });

  it.runIf(native?.stream !== undefined)("passes a stream untranslated, with the same units", async () => {
    const all = bytesOf(fixtures.events, fixtures.tail);
    server.reply = stream(all);
    for (const includeUsage of [true, false]) {
      const streaming = await native?.stream?.(nativeRequest(includeUsage), io());
      if (streaming === undefined) throw new Error("no stream");
      const got = Buffer.concat(await collect(streaming.chunks)).toString();
      const asked = includeUsage || fixtures.native?.dialect !== "openai.chat" || fixtures.usageUnasked === true;
      if (fixtures.rewrites === true) expect(got).not.toContain('"content":[');
      else expect(got).toBe(asked ? all.toString() : bytesOf(fixtures.events.slice(0, -1), fixtures.tail).toString());
      expect(streaming.meter()).toMatchObject({
        complete: true,
        final: true,
        deliveredBytes: Buffer.byteLength(fixtures.text),
      });
      expect(streaming.meter().units).toEqual(fixtures.units);
      expect(server.sent.at(-1)?.body).toMatchObject({ stream: true });
    }
    if (fixtures.native?.dialect !== "openai.chat") return;
    // Whoever tells it unasked refuses to be asked.
    if (fixtures.usageUnasked === true) expect(server.sent[0]?.body).not.toHaveProperty("stream_options");
    else expect(server.sent[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
  });

  it("ends a stream without its ending as interrupted", async () => {
    server.reply = stream(bytesOf(fixtures.events.slice(0, fixtures.contentEvents)));
    const streaming = await ai.streamText(input, io());
    const parts = await collect(streaming.chunks);
    expect(textOf(parts)).toBe(fixtures.text);
    expect(parts.at(-1)).toEqual({ type: "finish", finishReason: "interrupted" });
    expect(streaming.meter()).toMatchObject({
      complete: false,
      final: false,
      deliveredBytes: Buffer.byteLength(fixtures.text),
    });
    if (native?.stream !== undefined) {
      const passed = await native.stream(nativeRequest(), io());
      await collect(passed.chunks);
      expect(passed.meter()).toMatchObject({
        complete: false,
        final: false,
        deliveredBytes: Buffer.byteLength(fixtures.text),
      });
    }
  });

  it("throws when a stream is cut, and still knows what was delivered", async () => {
    server.reply = stream(bytesOf(fixtures.events.slice(0, fixtures.contentEvents)), "cut");
    const streaming = await ai.streamText(input, io());
    const parts: VendorStreamPart[] = [];
    const reading = (async () => {
      for await (const part of streaming.chunks) parts.push(part);
    })();
    expect(await failureOf(reading)).toMatchObject({ kind: "unknown", code: "PROVIDER_UNAVAILABLE" });
    expect(textOf(parts)).toBe(fixtures.text);
    expect(streaming.meter()).toMatchObject({ complete: false, deliveredBytes: Buffer.byteLength(fixtures.text) });
  });

  it("throws when a stream stalls", async () => {
    server.reply = stream(bytesOf(fixtures.events.slice(0, fixtures.contentEvents)), "hang");
    const streaming = await ai.streamText(input, io());
    expect(await failureOf(collect(streaming.chunks))).toMatchObject({ kind: "unknown", code: "PROVIDER_TIMEOUT" });
  });

  it("throws an error event: unknown after a beginning, refused in place of an answer", async () => {
    server.reply = stream(bytesOf([...fixtures.events.slice(0, fixtures.contentEvents), fixtures.errorEvent]));
    const begun = async () => collect((await ai.streamText(input, io())).chunks);
    expect(await failureOf(begun())).toMatchObject({ kind: "unknown", code: "PROVIDER_UNAVAILABLE" });
    server.reply = stream(bytesOf([fixtures.errorEvent]));
    expect(await failureOf(begun())).toMatchObject({ kind: "refused", code: "PROVIDER_UNAVAILABLE" });
    if (native?.stream !== undefined) {
      const passed = await native.stream(nativeRequest(), io());
      expect(await failureOf(collect(passed.chunks))).toMatchObject({ kind: "refused", code: "PROVIDER_UNAVAILABLE" });
    }
  });

  it.each(fixtures.errors)(
    "maps $status to $expect.code about the $expect.about, by every operation",
    async ({ status, body, headers, expect: expected }) => {
      server.reply = json(body, status, headers);
      const operations = [() => ai.generateText(input, io()), () => native?.answer(nativeRequest(), io())];
      operations.push(async () => collect((await ai.streamText(input, io())).chunks) as never);
      for (const operation of operations) {
        const promise = operation();
        if (promise !== undefined) expect(await failureOf(promise)).toMatchObject({ status, ...expected });
      }
    },
  );

  it("knows what never left from what may have", async () => {
    const refused = io({ baseUrl: "http://127.0.0.1:9/base" });
    expect(await failureOf(ai.generateText(input, refused))).toMatchObject({
      kind: "not_sent",
      code: "PROVIDER_UNAVAILABLE",
    });
    expect(await failureOf(ai.generateText(input, io({ signal: AbortSignal.abort() })))).toMatchObject({
      kind: "not_sent",
      code: "REQUEST_CANCELLED",
    });
    server.reply = () => undefined;
    expect(await failureOf(ai.generateText(input, io({ firstByteMs: 80 })))).toMatchObject({
      kind: "unknown",
      code: "PROVIDER_TIMEOUT",
    });
    server.reply = (response) => void response.destroy();
    expect(await failureOf(ai.generateText(input, io()))).toMatchObject({
      kind: "unknown",
      code: "PROVIDER_UNAVAILABLE",
    });
    server.reply = (response) =>
      void response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
    expect(await failureOf(ai.generateText(input, io()))).toMatchObject({
      kind: "unknown",
      code: "PROVIDER_UNAVAILABLE",
      status: 502,
    });
    server.reply = (response) => void response.writeHead(307, { location: "http://127.0.0.1:9/" }).end();
    expect(await failureOf(ai.generateText(input, io()))).toMatchObject({
      kind: "refused",
      code: "PROVIDER_BAD_RESPONSE",
      status: 307,
    });
  });

  it.each(["", "<html>", "[]", "{}", '{"choices":', '{"choices":[]}'])(
    "does not understand %j as an answer",
    async (text) => {
      server.reply = (response) => void response.writeHead(200, { "content-type": "application/json" }).end(text);
      expect(await failureOf(ai.generateText(input, io()))).toMatchObject({
        kind: "unknown",
        code: "PROVIDER_BAD_RESPONSE",
      });
    },
  );

  it("keeps of odd usage what can be used, and says what was odd", async () => {
    server.reply = json(fixtures.oddAnswer);
    const answer = await ai.generateText(input, io());
    expect(answer).toMatchObject(fixtures.oddReading);
    expect(answer.rawUsage).toEqual(expect.any(Object));
    expect(answer.result.text).toBe("x");
  });

  it("does not fetch files by address for the vendor", async () => {
    server.reply = json(fixtures.answer);
    const file = { type: "file", mediaType: "image/png", url: "https://pictures.example.com/a.png" } as const;
    const asked = ai.generateText({ model: "v/m", messages: [{ role: "user", content: [file] }] }, io());
    if (provider.customBaseUrl || fixtures.fetchesNoImages === true) {
      expect(await failureOf(asked)).toMatchObject({ kind: "not_sent", code: "CAPABILITY_MISSING" });
      expect(server.sent).toHaveLength(0);
    } else {
      await asked;
      expect(server.sent).toHaveLength(1);
      expect(server.sent[0]?.text).toContain(file.url);
    }
  });

  it("carries files as data", async () => {
    server.reply = json(fixtures.answer);
    const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await ai.generateText(
      { model: "v/m", messages: [{ role: "user", content: [{ type: "file", mediaType: "image/png", data: png }] }] },
      io(),
    );
    expect(server.sent[0]?.text).toContain(png);
  });
});

describe.each(vendors)("$id, beside text", ({ id, ai, provider }) => {
  const fixtures = allFixtures[id] as VendorFixtures;
  const { credential = { apiKey: plantedKey } } = fixtures;
  const io = (options?: Parameters<VendorServer["io"]>[2]) => server.io("model-x", credential, options);

  it("takes a credential", () => {
    expect(provider.credential.safeParse(credential).success).toBe(true);
  });

  it.runIf(ai.embed !== undefined)("embeds", async () => {
    const embed = ai.embed as NonNullable<AiVendor["embed"]>;
    server.reply = json(fixtures.embedding?.answer);
    const answer = await embed({ model: "v/m", values: ["a", "b"], dimensions: 2 }, io());
    expect(answer.result.embeddings).toEqual([
      [0.5, -1],
      [1, 2],
    ]);
    expect(answer.units).toEqual(fixtures.embedding?.units);
    expect(await failureOf(embed({ model: "v/m", values: ["a", "b", "c"] }, io()))).toMatchObject({
      code: "PROVIDER_BAD_RESPONSE",
    });
  });

  it.runIf(fixtures.image !== undefined)("makes images, and takes nothing else for one", async () => {
    const generateImage = ai.generateImage as NonNullable<AiVendor["generateImage"]>;
    const { image } = fixtures;
    const two = { ...io(), choices: 2 };
    const asked = {
      model: "v/m",
      prompt: "A boat",
      n: 2,
      size: "1024x1536",
      quality: "low",
      background: "opaque",
      outputFormat: "png",
    } as const;
    server.reply = json(image?.answer);
    const answer = await generateImage(asked, two);
    expect(answer.result.images.map(({ mediaType }) => mediaType)).toEqual(["image/png", "image/png"]);
    expect(answer).toMatchObject({ final: true, units: image?.units });
    const [sent] = server.sent;
    expect(sent?.path).toBe(`/base${image?.path}`);
    expect(sent?.body).toEqual(image?.body);
    expect(inspect(sent?.headers)).toContain(plantedKey);
    for (const unreadable of image?.unreadable ?? []) {
      server.reply = json(unreadable);
      expect(await failureOf(generateImage({ model: "v/m", prompt: plantedPrompt }, io()))).toMatchObject({
        kind: "unknown",
        code: "PROVIDER_BAD_RESPONSE",
      });
    }
    for (const { status, body, headers, expect: expected } of fixtures.errors) {
      server.reply = json(body, status, headers);
      expect(await failureOf(generateImage({ model: "v/m", prompt: plantedPrompt }, io()))).toMatchObject({
        status,
        ...expected,
      });
    }
  });

  it.runIf(fixtures.imageEdit !== undefined)("makes images of images, as a form", async () => {
    const generateImage = ai.generateImage as NonNullable<AiVendor["generateImage"]>;
    const { image, imageEdit } = fixtures;
    const file = { mediaType: "image/png", data: "iVBORw0KGgoAAAAA" } as const;
    const asked = { model: "v/m", prompt: plantedPrompt, files: [{ ...file, mediaType: "image/webp" as const }] };
    server.reply = json(image?.answer);
    const answer = await generateImage(
      {
        ...asked,
        prompt: "A boat",
        mask: file,
        inputFidelity: "high",
        providerOptions: { openai: { moderation: "low" } },
      },
      { ...io(), choices: 2 },
    );
    expect(answer.result.images.map(({ mediaType }) => mediaType)).toEqual(["image/png", "image/png"]);
    expect(answer).toMatchObject({ final: true, units: image?.units });
    const [sent] = server.sent;
    expect(sent?.path).toBe(`/base${imageEdit?.path}`);
    for (const part of imageEdit?.sent ?? []) expect(sent?.text).toContain(part);
    expect(inspect(sent?.headers)).toContain(plantedKey);
    for (const unreadable of image?.unreadable ?? []) {
      server.reply = json(unreadable);
      expect(await failureOf(generateImage(asked, io()))).toMatchObject({
        kind: "unknown",
        code: "PROVIDER_BAD_RESPONSE",
      });
    }
    for (const { status, body, headers, expect: expected } of fixtures.errors) {
      server.reply = json(body, status, headers);
      expect(await failureOf(generateImage(asked, io()))).toMatchObject({ status, ...expected });
    }
  });

  it.runIf(ai.generateSpeech !== undefined)("says a text, and knows a refusal from a recording", async () => {
    const generateSpeech = ai.generateSpeech as NonNullable<AiVendor["generateSpeech"]>;
    const sound = Buffer.from([0xff, 0xfb, 0x90, 0x64, 0x7b, 0x22]);
    const told = { "content-type": "audio/mpeg", ...fixtures.speech?.headers };
    server.reply = (response) => void response.writeHead(200, told).end(sound);
    const answer = await generateSpeech({ model: "v/m", text: "Good morning" }, io());
    expect(answer).toMatchObject({
      final: true,
      units: fixtures.speech?.units,
      result: { audio: { mediaType: "audio/mpeg", data: sound.toString("base64") } },
    });
    expect(server.sent[0]).toMatchObject({ path: `/base${fixtures.speech?.path}`, body: fixtures.speech?.body });
    server.reply = (response) => {
      response.writeHead(200, { "content-type": "audio/mpeg" }).write(sound);
      setTimeout(() => response.destroy(), 30);
    };
    expect(await failureOf(generateSpeech({ model: "v/m", text: plantedPrompt }, io()))).toMatchObject({
      kind: "unknown",
      code: "PROVIDER_UNAVAILABLE",
    });
    for (const body of ["", "{}"]) {
      server.reply = (response) =>
        void response.writeHead(200, { "content-type": body === "" ? "audio/mpeg" : "application/json" }).end(body);
      expect(await failureOf(generateSpeech({ model: "v/m", text: plantedPrompt }, io()))).toMatchObject({
        kind: "unknown",
        code: "PROVIDER_BAD_RESPONSE",
      });
    }
    for (const { status, body, headers, expect: expected } of fixtures.errors) {
      server.reply = json(body, status, headers);
      expect(await failureOf(generateSpeech({ model: "v/m", text: plantedPrompt }, io()))).toMatchObject({
        status,
        ...expected,
      });
    }
  });

  it.runIf(ai.transcribe !== undefined)(
    "writes a recording down, and takes nothing else for a transcript",
    async () => {
      const transcribe = ai.transcribe as NonNullable<AiVendor["transcribe"]>;
      const { transcript } = fixtures;
      const audio = { mediaType: "audio/mpeg", data: "//uQZAAA" };
      server.reply = json(transcript?.answer);
      const answer = await transcribe({ model: "v/m", audio, language: "en", prompt: "Nexus" }, io());
      expect(answer).toMatchObject({ final: true, units: transcript?.units, result: { text: "Good morning." } });
      const [sent] = server.sent;
      expect(sent?.path).toBe(`/base${transcript?.path}`);
      for (const part of transcript?.sent ?? []) expect(sent?.text).toContain(part);
      expect(inspect(sent?.headers)).toContain(plantedKey);
      const asked = { model: "v/m", audio, prompt: plantedPrompt };
      for (const unreadable of transcript?.unreadable ?? []) {
        server.reply = json(unreadable);
        expect(await failureOf(transcribe(asked, io()))).toMatchObject({
          kind: "unknown",
          code: "PROVIDER_BAD_RESPONSE",
        });
      }
      for (const { status, body, headers, expect: expected } of fixtures.errors) {
        server.reply = json(body, status, headers);
        expect(await failureOf(transcribe(asked, io()))).toMatchObject({ status, ...expected });
      }
    },
  );

  it.runIf(ai.rerank !== undefined)(
    "ranks, the best first, and guesses no place; what was billed is kept",
    async () => {
      const rerank = ai.rerank as NonNullable<AiVendor["rerank"]>;
      const { ranking } = fixtures;
      if (ranking === undefined) throw new Error("no ranking to examine with");
      const asked = { model: "v/m", query: plantedPrompt, documents: ["one", "two", "three"] };
      server.reply = json(ranking.answer);
      const answer = await rerank({ ...asked, topN: 2 }, io());
      expect(answer.result.ranking).toEqual([
        { index: 0, relevanceScore: 0.98 },
        { index: 2, relevanceScore: 0.31 },
      ]);
      expect(answer).toMatchObject({ final: true, units: ranking.units });
      const [sent] = server.sent;
      expect(sent?.path).toBe(`/base${ranking.path}`);
      expect(sent?.body).toEqual({ query: asked.query, documents: asked.documents, ...ranking.body });
      const one = { index: 1, relevance_score: 0.5 };
      const unreadable = [
        undefined,
        [],
        [one, one],
        [{ ...one, index: 3 }],
        [{ ...one, index: -1 }],
        [{ ...one, relevance_score: "0.5" }],
        [one, {}],
        [one, { ...one, index: 0 }, { ...one, index: 2 }],
      ];
      for (const results of unreadable) {
        server.reply = json({ ...ranking.answer, results });
        const failed: unknown = await rerank({ ...asked, topN: 2 }, io()).catch((error: unknown) => error);
        if (!(failed instanceof ProviderError)) throw new Error("taken for a ranking");
        expect(failed.failure).toMatchObject({ kind: "unknown", code: "PROVIDER_BAD_RESPONSE" });
        expect(failed.metered).toMatchObject({ final: true, units: ranking.units });
      }
      const told = { ...ranking.answer, meta: {}, usage: { prompt_tokens: -4, total_tokens: "many" } };
      server.reply = json(told);
      expect(await rerank(asked, io())).toMatchObject({ final: false, units: null });
      for (const { status, body, headers, expect: expected } of fixtures.errors) {
        server.reply = json(body, status, headers);
        expect(await failureOf(rerank(asked, io()))).toMatchObject({ status, ...expected });
      }
    },
  );

  it.runIf(ai.moderate !== undefined)("moderates texts and images together, and guesses no verdict", async () => {
    const moderate = ai.moderate as NonNullable<AiVendor["moderate"]>;
    const { moderation } = fixtures;
    const content: ModerateInput["content"] = [
      { type: "text", text: "Look at this" },
      { type: "file", mediaType: "image/png", data: "AAAA" },
      { type: "file", mediaType: "image/png", url: "https://pictures.example.com/a.png" },
    ];
    server.reply = json(moderation?.answer);
    const answer = await moderate({ model: "v/m", content }, io());
    expect(answer).toMatchObject({ result: moderation?.result, final: true, responseModel: fixtures.responseModel });
    expect(answer.units).toEqual(moderation?.units);
    const [sent] = server.sent;
    expect(sent?.path).toBe(`/base${moderation?.path}`);
    expect(sent?.body).toEqual(moderation?.body);
    expect(inspect(sent?.headers)).toContain(plantedKey);
    expect(sent?.text).not.toContain(plantedKey);
    for (const unreadable of moderation?.unreadable ?? []) {
      server.reply = json(unreadable);
      expect(await failureOf(moderate({ model: "v/m", content: plantedPrompt }, io()))).toMatchObject({
        kind: "unknown",
        code: "PROVIDER_BAD_RESPONSE",
      });
    }
    for (const { status, body, headers, expect: expected } of fixtures.errors) {
      server.reply = json(body, status, headers);
      expect(await failureOf(moderate({ model: "v/m", content: plantedPrompt }, io()))).toMatchObject({
        status,
        ...expected,
      });
    }
  });
});
