import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFileShelf } from "../../../sandbox/files/file-shelf.ts";
import { openai } from "../../../sandbox/openai/vendor.ts";
import { deepgramWire } from "../../../sandbox/deepgram/vendor.ts";
import { elevenLabsWire } from "../../../sandbox/elevenlabs/vendor.ts";
import { falEmulated } from "../../../sandbox/fal/models.ts";
import { cohereWire } from "../../../sandbox/cohere/vendor.ts";
import type { Vendor } from "../../../sandbox/vendor.ts";
import { pngOf, waveOf } from "../../../test/media-files.ts";
import { boundOf, costOf, createPriceBook, importCatalogue, type PriceSet } from "../../domain/pricing/index.ts";
import { imageSizeOf } from "../../providers/ai/fal/image-size.ts";
import { providers } from "../../providers/index.ts";
import { maxUnitsOf } from "./bound.ts";
import type { ModelRoute } from "./model-route.ts";
import type { MeasuredSize, RequestSize } from "./request-size.ts";
import { generateImageRequest, sizeOfImages } from "./requests/generate-image-request.ts";
import { measureSpeech } from "./requests/generate-speech-request.ts";
import { measureRanking } from "./requests/rerank-request.ts";
import { sizeOfRecording } from "./requests/transcribe-request.ts";

const book = createPriceBook(importCatalogue(providers), []);

const priceSetOf = (model: string, vendor = "openai"): PriceSet => {
  const set = book.priceSet({
    vendor,
    model,
    at: Date.now(),
    organizationId: "",
  });
  if (!set) throw new Error(`no price of ${model}`);
  return set;
};

const boundAt = (
  id: string,
  model: string,
  { media: _media, ...size }: RequestSize,
  media: MeasuredSize["media"] = [],
): bigint => {
  const vendor = providers.get(id)?.ai;
  if (!vendor) throw new Error("no vendor");
  const route: ModelRoute = {
    vendor,
    model,
    priceSet: priceSetOf(model, id),
    size: { ...size, media },
    outputLimit: 0,
  };
  return boundOf(maxUnitsOf(route), route.priceSet);
};

const boundAtOpenAi = (model: string, size: RequestSize, seconds?: number): bigint =>
  boundAt("openai", model, size, readings(seconds));

const readings = (seconds: number | undefined): MeasuredSize["media"] =>
  seconds === undefined ? [] : [[{ kind: "audio", field: "audio.data", seconds }]];

/** As much of a PNG as tells its size. */
const pngHeadOf = (width: number, height: number): string => {
  const bytes = pngOf(1, 1);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString("base64");
};

/** What the sandbox bills for a body, in figures of its own. */
const billed = (
  body: Readonly<Record<string, unknown>> | Buffer,
  model: string,
  path = "/images/generations",
  [vendor, id]: readonly [Vendor, string] = [openai, "openai"],
  priced = model,
): bigint | undefined => {
  const { pathname, searchParams } = new URL(path, "http://vendor");
  const { units } = vendor.reply({
    method: "POST",
    path: pathname,
    query: searchParams,
    target: "/openai/v1/images/generations",
    raw: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    headers: {
      "content-type": Buffer.isBuffer(body) ? "audio/wav" : "application/json",
    },
    body,
    bodyDigest: "0".repeat(64),
    model,
    nowMs: 0,
    files: createFileShelf(() => 0).of(""),
    telling: { edit: (usage) => usage, mode: "once" },
  });
  return units === null ? undefined : costOf(units, priceSetOf(priced, id)).nanos;
};

const edge = fc.integer({ min: 16, max: 100 }).map((steps) => steps * 16);
const size = fc.oneof(
  fc.constantFrom("1024x1024", "1024x1536", "1536x1024", undefined),
  fc.tuple(edge, edge).map(([width, height]) => `${width}x${height}`),
);

describe("what an image costs is never more than what is held for it", () => {
  it("at any size, quality and number, and after any unfinished ones", () => {
    let asked = 0;
    fc.assert(
      fc.property(
        fc.constantFrom("gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2"),
        fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }),
        size,
        fc.constantFrom("low", "medium", "high", "auto", undefined),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(undefined, 0, 1, 3),
        (model, prompt, pixels, quality, several, previews) => {
          const n = previews === undefined ? several : 1;
          const cost = billed(
            {
              model,
              prompt,
              n,
              quality,
              output_format: "jpeg",
              ...(pixels === undefined ? {} : { size: pixels }),
              ...(previews === undefined ? {} : { stream: true, partial_images: previews }),
            },
            model,
          );
          // A size that the model does not draw is refused, and costs nothing.
          if (cost === undefined) return;
          asked += 1;
          const size = sizeOfImages({ prompt, size: pixels, quality, n, files: {}, previews });
          expect(boundAtOpenAi(model, size)).toBeGreaterThanOrEqual(cost);
        },
      ),
      { numRuns: 150 },
    );
    expect(asked).toBeGreaterThan(50);
  });

  it("made of images, too, at any of their sizes, fidelities and numbers", () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 2_200 }), fc.constantFrom(512, 513, 1_024, 2_048));
    let asked = 0;
    fc.assert(
      fc.property(
        fc.constantFrom("gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2"),
        fc.array(fc.record({ width: side, height: side }), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.constantFrom("low", "high", undefined),
        fc.constantFrom("low", "high"),
        fc.integer({ min: 1, max: 3 }),
        (model, pixels, inputFidelity, quality, n) => {
          const files = pixels.map(({ width, height }) => pngHeadOf(width, height));
          const body = {
            model,
            prompt: "At night",
            n: String(n),
            quality,
            size: "1024x1024",
            output_format: "jpeg",
            ...(inputFidelity === undefined ? {} : { input_fidelity: inputFidelity }),
            "image[]": files.map((data) => ({
              name: "a.png",
              mediaType: "image/png",
              data,
            })),
          };
          const cost = billed(body, model, "/images/edits");
          // A fidelity that the model does not offer is refused, and costs nothing.
          if (cost === undefined) return;
          asked += 1;
          const { size } = generateImageRequest({
            model: `openai/${model}`,
            prompt: "At night",
            n,
            quality,
            size: "1024x1024",
            inputFidelity,
            files: files.map((data) => ({ mediaType: "image/png", data })),
          });
          const seen = pixels.map((one): MeasuredSize["media"][number] => [{ kind: "image", field: "", pixels: one }]);
          expect(boundAt("openai", model, size, seen)).toBeGreaterThanOrEqual(cost);
          // An image that nobody can measure is held as the dearest.
          const unseen = pixels.map((): MeasuredSize["media"][number] => [{ kind: "image", field: "" }]);
          expect(boundAt("openai", model, size, unseen)).toBeGreaterThanOrEqual(cost);
        },
      ),
      { numRuns: 150 },
    );
    expect(asked).toBeGreaterThan(50);
  });

  // The prices of one image that OpenAI publishes beside the tokens: developers.openai.com/api/docs/models/gpt-image-1.5
  it.each([
    ["gpt-image-1-mini", "1024x1024", "low", 272n * 8_000n],
    ["gpt-image-1-mini", "1024x1536", "high", 6_240n * 8_000n],
    ["gpt-image-1.5", "1024x1024", "medium", 1_056n * 32_000n],
    ["gpt-image-2", "1024x1024", "high", 7_024n * 30_000n],
  ])("%s, %s, %s: the image's own tokens to the nano-dollar", (model, pixels, quality, nanos) => {
    const text = costOf({ input: 1 }, priceSetOf(model)).nanos;
    expect(billed({ model, prompt: "Boat", size: pixels, quality }, model)).toBe(nanos + text);
  });
});

it("what speech costs is never more than what is held for it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("tts-1", "tts-1-hd", "gpt-4o-mini-tts"),
      fc.string({ minLength: 1, maxLength: 1_000, unit: "grapheme" }),
      fc.constantFrom(0.25, 0.5, 1, 2, 4),
      (model, text, speed) => {
        const cost = billed({ model, input: text, voice: "alloy", speed }, model, "/audio/speech");
        expect(boundAtOpenAi(model, measureSpeech({ text, speed }))).toBeGreaterThanOrEqual(cost ?? -1n);
        expect(cost).toBeDefined();
      },
    ),
    { numRuns: 60 },
  );
});

it("what ElevenLabs and fal bill is never more than what is held for it", () => {
  const text = fc.string({ minLength: 1, maxLength: 400, unit: "grapheme" });
  fc.assert(
    fc.property(fc.constantFrom("eleven_v3", "eleven_flash_v2_5"), text, (model, said) => {
      const cost = billed({ model_id: model, text: said }, model, "/text-to-speech/JBFqnCBsd6RMkjVDRZzb", [
        elevenLabsWire,
        "elevenlabs",
      ]);
      expect(boundAt("elevenlabs", model, measureSpeech({ text: said }))).toBeGreaterThanOrEqual(cost ?? -1n);
      expect(cost).toBeDefined();
    }),
    { numRuns: 40 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom("fal-ai/flux-1/dev", "fal-ai/nano-banana"),
      size,
      fc.constantFrom("16:9", "1:1", "9:21", undefined),
      fc.integer({ min: 1, max: 4 }),
      (model, pixels, aspectRatio, n) => {
        const known = falEmulated.find(({ id }) => id === model);
        const priced = priceSetOf(model, "fal");
        const asked = pixels === undefined ? aspectRatio : undefined;
        const body = { num_images: n, image_size: imageSizeOf(pixels, asked) };
        const cost = costOf(known?.units(body) ?? {}, priced).nanos;
        const { size: measured } = generateImageRequest({
          model: `fal/${model}`,
          prompt: "x",
          size: pixels,
          n,
        });
        expect(boundAt("fal", model, measured)).toBeGreaterThanOrEqual(cost);
        expect(cost).toBeGreaterThan(0n);
      },
    ),
    { numRuns: 60 },
  );
});

it("what Deepgram bills is never more than what is held for it, whatever a recording's channels", () => {
  const deepgram = [deepgramWire, "deepgram"] as const;
  // More than two thousand characters are refused.
  const text = fc.string({ minLength: 1, maxLength: 400, unit: "grapheme" }).filter((said) => said.trim() !== "");
  fc.assert(
    fc.property(text, (said) => {
      const cost = billed({ text: said }, "aura-2-thalia-en", "/speak?model=aura-2-thalia-en", deepgram, "aura-2");
      expect(boundAt("deepgram", "aura-2", measureSpeech({ text: said }))).toBeGreaterThanOrEqual(cost ?? -1n);
      expect(cost).toBeDefined();
    }),
    { numRuns: 40 },
  );
  fc.assert(
    fc.property(
      fc.constantFrom("nova-3", "nova-3-multilingual", "nova-2-meeting"),
      fc.double({ min: 0.1, max: 60, noNaN: true }),
      fc.constantFrom(1, 2),
      (model, seconds, channels) => {
        const bytes = waveOf({ seconds, channels });
        const called = model.replace("-multilingual", "");
        const cost = billed(bytes, called, `/listen?model=${called}`, deepgram, model);
        const size = sizeOfRecording({
          data: bytes.toString("base64"),
          field: "audio.data",
          prompt: undefined,
        });
        expect(boundAt("deepgram", model, size, readings(seconds))).toBeGreaterThanOrEqual(cost ?? -1n);
        expect(cost).toBeDefined();
      },
    ),
    { numRuns: 40 },
  );
});

it("what a transcript costs is never more than what is held for it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"),
      fc.double({ min: 0.1, max: 120, noNaN: true }),
      fc.string({ maxLength: 200 }),
      (model, seconds, prompt) => {
        const data = waveOf({ seconds }).toString("base64");
        const file = { name: "a.wav", mediaType: "audio/wav", data };
        const cost = billed({ model, file, prompt }, model, "/audio/transcriptions");
        const size = sizeOfRecording({ data, field: "audio.data", prompt });
        expect(boundAtOpenAi(model, size, seconds)).toBeGreaterThanOrEqual(cost ?? -1n);
        expect(cost).toBeDefined();
      },
    ),
    { numRuns: 60 },
  );
});

it("what a ranking costs is never more than what is held for it", () => {
  // Vendors count at most a token for a byte, and here exactly that: each letter is a token of four bytes.
  const words = fc.string({
    minLength: 1,
    maxLength: 700,
    unit: "grapheme-ascii",
  });
  const longest = fc.integer({ min: 1, max: 20_000 }).map((letters) => "a".repeat(letters));
  fc.assert(
    fc.property(
      fc.constantFrom("rerank-v3.5", "rerank-v4.0-pro", "rerank-v5.0-fast"),
      words,
      fc.array(fc.oneof(words, longest), { minLength: 1, maxLength: 120 }),
      fc.option(fc.integer({ min: 1, max: 9_000 }), { nil: undefined }),
      (model, query, documents, maxTokensPerDocument) => {
        const asked = { query: `q${query}`, documents, maxTokensPerDocument };
        const { query: sent } = asked;
        const body = {
          model,
          query: sent,
          documents,
          max_tokens_per_doc: maxTokensPerDocument ?? 4_096,
        };
        const cost = billed(body, model, "/v2/rerank", [cohereWire, "cohere"]);
        expect(boundAt("cohere", model, measureRanking(asked))).toBeGreaterThanOrEqual(cost ?? -1n);
        expect(cost).toBeDefined();
      },
    ),
    { numRuns: 80 },
  );
});

describe("the search units of a ranking are held to the piece", () => {
  const bytes = (count: number): string => "a".repeat(count);
  // A byte may be a token: with a query of 60, a piece has room for 440 of a document; 100 pieces make a search.
  it.each([
    [1, 440, undefined, 1],
    [100, 440, undefined, 1],
    [100, 441, undefined, 2],
    [101, 1, undefined, 2],
    [100, 4_400, undefined, 10],
    // Documents are cut to 4,096 tokens, or where the caller says.
    [10, 100_000, undefined, 1],
    [100, 100_000, undefined, 10],
    [100, 100_000, 440, 1],
  ])("%i documents of %i bytes, cut at %s: %i", (count, length, maxTokensPerDocument, searches) => {
    const documents = Array.from({ length: count }, () => bytes(length));
    const size = measureRanking({
      query: bytes(60),
      documents,
      maxTokensPerDocument,
    });
    expect(boundAt("cohere", "rerank-v4.0-pro", size)).toBe(BigInt(searches) * 2_500_000n);
  });

  it("a query that would fill a piece leaves room for a token in each", () => {
    const size = measureRanking({ query: bytes(600), documents: [bytes(150)] });
    expect(boundAt("cohere", "rerank-v4.0-pro", size)).toBe(2n * 2_500_000n);
  });
});
