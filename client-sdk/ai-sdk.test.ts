import {
  embedMany,
  experimental_generateVideo,
  generateImage,
  generateSpeech,
  generateText,
  jsonSchema,
  Output,
  rerank,
  stepCountIs,
  streamText,
  tool,
  transcribe,
} from "ai";
import { UnsupportedFunctionalityError } from "@ai-sdk/provider";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pdfOf, pngOf, waveOf } from "../test/media-files.ts";
import { openTestDoors, type TestDoors } from "../test/typed-doors.ts";
import { lookAtVideos } from "../test/look-at-videos.ts";
import { createNexusProvider, type NexusAiProvider } from "./src/ai-sdk/index.ts";
import { createNexusClient, NexusClientError } from "./src/index.ts";

let test: TestDoors;
let nexus: NexusAiProvider;
/** Idempotency keys of the requests, in order. */
let keys: (string | null)[];

beforeAll(async () => {
  test = await openTestDoors();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  test.callAs();
  keys = [];
  nexus = createNexusProvider(
    createNexusClient({
      baseUrl: test.trpcUrl,
      credential: { apiKey: "key" },
      fetch: async (url, init) => {
        const request = new Request(url, init);
        keys.push(request.headers.get("idempotency-key"));
        return fetch(request);
      },
    }),
  );
});

const models = ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5"];
const asked = { prompt: "Which way to the station?", maxOutputTokens: 60 };

const thrownBy = async (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(models)("the AI SDK's provider with %s", (model) => {
  it("generates text, with usage and what the call cost", async () => {
    const caller = test.callAs();
    const { text, usage, providerMetadata, finishReason, response } = await generateText({
      model: nexus(model),
      ...asked,
    });
    const [row] = await test.rows(caller.organizationId);
    expect(text.length).toBeGreaterThan(0);
    expect(finishReason).toBe("stop");
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.totalTokens).toBe((usage.inputTokens ?? 0) + (usage.outputTokens ?? 0));
    expect(providerMetadata?.["nexus"]).toMatchObject({
      operationId: row?.operationId,
      costNanoUsd: String(row?.cost),
      credentialTier: "platform_default",
    });
    expect(response.id).toBe(row?.operationId);
  });

  it("streams text part by part, with the settled cost at the end", async () => {
    const caller = test.callAs();
    const result = streamText({ model: nexus(model), ...asked });
    const deltas: string[] = [];
    for await (const delta of result.textStream) deltas.push(delta);
    const [row] = await test.rows(caller.organizationId);
    expect(deltas.length).toBeGreaterThan(1);
    expect(await result.text).toBe(deltas.join(""));
    expect((await result.providerMetadata)?.["nexus"]).toMatchObject({ costNanoUsd: String(row?.cost) });
    expect(row).toMatchObject({ state: "settled" });
  });

  it("runs an agent's steps, each of them one call under a key of its own", async () => {
    const caller = test.callAs();
    const seen: unknown[] = [];
    const { text, steps } = await generateText({
      model: nexus(model),
      prompt: "call the tool please",
      tools: {
        weather: tool({
          description: "The weather of a city",
          inputSchema: jsonSchema<{ city: string }>({
            type: "object",
            properties: { city: { type: "string" } },
            required: ["city"],
            additionalProperties: false,
          }),
          execute: async (input) => {
            seen.push(input);
            return { degrees: 21 };
          },
        }),
      },
      stopWhen: stepCountIs(3),
      providerOptions: { nexus: { idempotencyKey: "agent-7" } },
    });
    expect(seen).toEqual([{ city: expect.any(String) }]);
    expect(steps).toHaveLength(2);
    expect(text).toContain("21");
    expect(await test.rows(caller.organizationId)).toHaveLength(2);
    expect(keys).toEqual([expect.stringMatching(/^agent-7\.[0-9a-f]{24}$/), expect.stringMatching(/^agent-7\./)]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it("generates objects by a schema", async () => {
    const schema = jsonSchema<{ rivers: string[] }>({
      type: "object",
      properties: { rivers: { type: "array", items: { type: "string" } } },
      required: ["rivers"],
      additionalProperties: false,
    });
    const { output } = await generateText({
      model: nexus(model),
      prompt: "Name rivers.",
      output: Output.object({ schema }),
    });
    expect(output.rivers.every((river) => typeof river === "string")).toBe(true);
  });
});

describe("the AI SDK's provider", () => {
  const [model = ""] = models;

  it("pays once for the same key and request", async () => {
    const caller = test.callAs();
    const providerOptions = { nexus: { idempotencyKey: "letter-9" } };
    const first = await generateText({ model: nexus(model), ...asked, providerOptions });
    const second = await generateText({ model: nexus(model), ...asked, providerOptions });
    expect(second.text).toBe(first.text);
    const other = await generateText({ model: nexus(model), ...asked, prompt: "And to the harbour?", providerOptions });
    expect(other.text.length).toBeGreaterThan(0);
    expect(await test.rows(caller.organizationId)).toHaveLength(2);
  });

  it("turns texts into vectors", async () => {
    const { embeddings, usage } = await embedMany({
      model: nexus.embeddingModel("openai/text-embedding-3-small"),
      values: ["one", "two"],
    });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.length).toBeGreaterThan(100);
    expect(usage.tokens).toBeGreaterThan(0);
  });

  it("throws the client's own error, and does not let the AI SDK repeat it", async () => {
    test.callAs({ permissions: new Set() });
    const error = await thrownBy(generateText({ model: nexus(model), ...asked }));
    expect(NexusClientError.is(error) && error.code).toBe("SCOPE_DENIED");
    expect(keys).toHaveLength(1);
  });

  it("ends a stream that breaks off with the client's own error", async () => {
    test.sandbox.script({ vendor: "openai", faults: [{ name: "cut-mid-stream" }] });
    const errors: unknown[] = [];
    const result = streamText({
      model: nexus(model),
      ...asked,
      maxOutputTokens: 200,
      onError: ({ error }) => void errors.push(error),
    });
    for await (const part of result.fullStream) if (part.type === "error") errors.push(part.error);
    const [error] = errors;
    expect(NexusClientError.is(error) && error).toMatchObject({ code: "PROVIDER_BAD_RESPONSE", effect: "done" });
  });

  it("ends the request where the reader aborts, and is settled", async () => {
    const caller = test.callAs();
    test.sandbox.script({ vendor: "openai", faults: [{ name: "pace", everyMs: 20 }] });
    const controller = new AbortController();
    const result = streamText({
      model: nexus(model),
      ...asked,
      maxOutputTokens: 200,
      abortSignal: controller.signal,
      onError: () => undefined,
    });
    for await (const part of result.fullStream) if (part.type === "text-delta") controller.abort();
    await expect
      .poll(async () => (await test.rows(caller.organizationId))[0], { timeout: 10_000 })
      .toMatchObject({ state: "settled", source: "drained" });
  });

  it("sends images as data and by their address", async () => {
    const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";
    const { text } = await generateText({
      model: nexus(model),
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "file", mediaType: "image/png", data: Buffer.from(pixel, "base64") },
          ],
        },
      ],
    });
    expect(text.length).toBeGreaterThan(0);
  });

  it("refers to a file that was uploaded before by its id, and to no other vendor's", async () => {
    const uploaded = await fetch(`${test.restUrl}/api/ai/files`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        provider: model.split("/")[0],
        filename: "harvest.pdf",
        mediaType: "application/pdf",
        data: pdfOf({ pages: 1, text: "The harvest was good." }).toString("base64"),
      }),
    });
    const { id }: { id: string } = await uploaded.json();
    const ask = (reference: Record<string, string>) =>
      nexus(model).doGenerate({
        prompt: [
          {
            role: "user",
            content: [
              { type: "text", text: "What was it like?" },
              { type: "file", mediaType: "application/pdf", data: { type: "reference", reference } },
            ],
          },
        ],
      });
    const { content } = await ask({ nexus: id });
    expect(content).toMatchObject([{ type: "text", text: expect.any(String) }]);
    expect(UnsupportedFunctionalityError.isInstance(await thrownBy(ask({ openai: "file-abc" })))).toBe(true);
  });

  it("refuses what Nexus cannot carry before anything is sent", async () => {
    const model4 = nexus(model);
    const error = await thrownBy(
      model4.doGenerate({
        prompt: [{ role: "assistant", content: [{ type: "custom", kind: "openai.search" }] }],
      }),
    );
    expect(UnsupportedFunctionalityError.isInstance(error)).toBe(true);
    expect(keys).toEqual([]);
  });
});

it("makes images, says what they cost, and pays once for the same key", async () => {
  const caller = test.callAs();
  const asked = {
    model: nexus.image("openai/gpt-image-1.5"),
    prompt: "A boat",
    n: 2,
    size: "1024x1536",
    providerOptions: { openai: { quality: "low" }, nexus: { idempotencyKey: "boat-1" } },
  } as const;
  const { images, providerMetadata, usage } = await generateImage(asked);
  expect(images.map(({ mediaType }) => mediaType)).toEqual(["image/png", "image/png"]);
  expect(usage.outputTokens).toBe(2 * 408);
  const [row] = await test.rows(caller.organizationId);
  const facts = { operationId: row?.operationId, costNanoUsd: String(row?.cost), mediaType: "image/png" };
  expect(providerMetadata["nexus"]?.images).toMatchObject([facts, facts]);
  const again = await generateImage(asked);
  expect(again.images[0]?.base64).toBe(images[0]?.base64);
  expect(await test.rows(caller.organizationId)).toHaveLength(1);
});

it("makes images of images with a mask, and takes none by their address", async () => {
  const caller = test.callAs();
  const text = "At night";
  const asked = { model: nexus.image("openai/gpt-image-1.5"), size: "1024x1024" } as const;
  const { images, usage } = await generateImage({
    ...asked,
    prompt: { images: [pngOf(1_024, 1_024)], text, mask: pngOf(1_024, 1_024, true) },
    providerOptions: { openai: { quality: "low", inputFidelity: "high" } },
  });
  expect(images).toHaveLength(1);
  expect(usage).toMatchObject({ inputTokens: 2 + 194 + 4_160, outputTokens: 272 });
  expect(await test.rows(caller.organizationId)).toMatchObject([{ state: "settled", source: "provider" }]);
  const file = { type: "url", url: "https://pictures.example.com/a.png" } as const;
  const address = asked.model.doGenerate({
    prompt: text,
    n: 1,
    size: undefined,
    aspectRatio: undefined,
    seed: undefined,
    files: [file],
    mask: undefined,
    providerOptions: {},
  });
  expect(UnsupportedFunctionalityError.isInstance(await thrownBy(address))).toBe(true);
});

it("ranks texts and objects, and says what that costs", async () => {
  const caller = test.callAs();
  const model = nexus.rerankingModel("cohere/rerank-v4.0-fast");
  const texts = ["Owls hunt at night.", "Vienna lies on the river Danube."];
  const query = "On which river lies Vienna?";
  const ranked = await rerank({ model, query, documents: texts, topN: 1 });
  expect(ranked.rerankedDocuments).toEqual([texts[1]]);
  expect(ranked.ranking[0]?.score).toBeGreaterThan(0.5);
  const objects = texts.map((text) => ({ text }));
  const providerOptions = { cohere: { maxTokensPerDoc: 100 }, nexus: { idempotencyKey: "rank-1" } };
  const again = await rerank({ model, query, documents: objects, providerOptions });
  expect(again.rerankedDocuments[0]).toEqual(objects[1]);
  const rows = await test.rows(caller.organizationId);
  expect(rows.map(({ units }) => units)).toEqual([{ search: 1 }, { search: 1 }]);
  for (const [at, { providerMetadata, response }] of [ranked, again].entries()) {
    expect(providerMetadata?.["nexus"]).toMatchObject({ costNanoUsd: String(rows[at]?.cost) });
    expect(response).toMatchObject({ id: rows[at]?.operationId, modelId: "rerank-v4.0-fast" });
  }
});

it("says a text, writes down a recording, and says what both cost", async () => {
  const caller = test.callAs();
  const said = await generateSpeech({
    model: nexus.speech("openai/gpt-4o-mini-tts"),
    text: "Good morning",
    voice: "coral",
    outputFormat: "wav",
  });
  expect(Buffer.from(said.audio.uint8Array).toString("latin1", 0, 4)).toBe("RIFF");
  const heard = await transcribe({
    model: nexus.transcription("openai/whisper-1"),
    audio: waveOf({ seconds: 12 }),
    providerOptions: { openai: { timestampGranularities: ["segment"] } },
  });
  expect(heard).toMatchObject({ text: "The river is calm. A boat is coming.", durationInSeconds: 12 });
  expect(heard.segments).toHaveLength(2);
  const rows = await test.rows(caller.organizationId);
  for (const [at, { providerMetadata }] of [said, heard].entries())
    expect(providerMetadata["nexus"]).toMatchObject({
      operationId: rows[at]?.operationId,
      costNanoUsd: String(rows[at]?.cost),
    });
});

it("has a video made, asks after it until it is there, and says what it cost", async () => {
  const caller = test.callAs();
  const following = setInterval(() => void lookAtVideos(test).catch(() => undefined), 100);
  try {
    const { videos, providerMetadata, warnings } = await experimental_generateVideo({
      model: nexus.video("google/veo-3.1-fast-generate-preview"),
      prompt: "A boat at dawn",
      duration: 4,
      resolution: "1280x720",
      aspectRatio: "9:16",
      fps: 24,
      poll: { intervalMs: 100 },
    });
    expect(Buffer.from(videos[0]?.uint8Array ?? []).toString("latin1", 4, 8)).toBe("ftyp");
    expect(warnings).toEqual([expect.objectContaining({ type: "unsupported", feature: "fps" })]);
    const rows = await test.rows(caller.organizationId);
    expect(rows).toMatchObject([{ state: "settled", units: { videoSecond: 4 }, cost: 400_000_000n }]);
    expect(JSON.stringify(providerMetadata)).toContain(rows[0]?.operationId);
  } finally {
    clearInterval(following);
  }
});
