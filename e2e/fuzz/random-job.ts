import type { CreateBatchInput } from "../../server/contracts/ai/batches.ts";
import type { GenerateImageInput } from "../../server/contracts/ai/generate-image.ts";
import type { GenerateTextInput } from "../../server/contracts/ai/generate-text.ts";
import type { StartVideoInput } from "../../server/contracts/ai/videos.ts";
import { pngOf } from "../../test/media-files.ts";
import type { Random } from "../faults/seeded.ts";
import type { ShelfFile } from "./media-shelf.ts";

/** A file that a vendor keeps, and what is in it. */
export interface KeptFile extends ShelfFile {
  readonly vendor: "openai" | "anthropic";
  readonly fileId: string;
}

/** A request that is not answered with text alone, or not at once. */
export type RandomJob =
  | { readonly kind: "edit"; readonly input: GenerateImageInput }
  | { readonly kind: "file"; readonly input: GenerateTextInput }
  | { readonly kind: "batch"; readonly input: Required<Pick<CreateBatchInput, "endpoint" | "requests">> }
  | { readonly kind: "video"; readonly input: StartVideoInput };

const words = (random: Random): string =>
  random.pick(["plain words and more ", "漢字かな交じり文", "🏔️é", '"{}\\\n']).repeat(random.pick([1, 3, 40, 300]));

const sides = [1, 16, 511, 512, 513, 768, 1_024, 1_536, 2_049] as const;
const drawings = new Map<string, string>();

/** One colour is enough: vendors count an image by its pixels. */
const drawing = (random: Random): { readonly mediaType: "image/png"; readonly data: string } => {
  const [width, height] = [random.pick(sides), random.pick(sides)];
  const name = `${width}x${height}`;
  const data = drawings.get(name) ?? pngOf(width, height).toString("base64");
  drawings.set(name, data);
  return { mediaType: "image/png", data };
};

const editOf = (random: Random): RandomJob => ({
  kind: "edit",
  input: {
    model: random.pick([
      "openai/gpt-image-1-mini",
      "openai/gpt-image-1.5",
      "openai/gpt-image-2",
      "fal/fal-ai/nano-banana/edit",
    ]),
    prompt: `Make it night. ${words(random)}`,
    files: Array.from({ length: random.between(1, 3) }, () => drawing(random)),
    ...(random.next() < 0.6 ? { n: random.between(1, 4) } : {}),
    ...(random.next() < 0.5 ? { quality: random.pick(["low", "medium", "high", "auto"]) } : {}),
    ...(random.next() < 0.5 ? { size: random.pick(["1024x1024", "1024x1536", "1536x1024", "512x512"]) } : {}),
    ...(random.next() < 0.3 ? { inputFidelity: random.pick(["low", "high"]) } : {}),
  },
});

const modelsOf = {
  openai: ["openai/gpt-4o", "openai/gpt-4o-mini", "openai/gpt-5", "openai/gpt-5.1-codex"],
  anthropic: ["anthropic/claude-sonnet-4-5", "anthropic/claude-haiku-4-5", "anthropic/claude-opus-4-7"],
} as const;

const dearest = (files: readonly ShelfFile[]): string =>
  `[[sandbox:dearest;media=${files.map(({ truth }) => truth).join("+")}]]`;

const fileOf = (random: Random, kept: readonly [KeptFile, ...KeptFile[]]): RandomJob => {
  const first = random.pick(kept);
  const others = kept.filter(({ vendor }) => vendor === first.vendor && random.next() < 0.05);
  const files = [first, ...others];
  return {
    kind: "file",
    input: {
      model: random.pick(modelsOf[first.vendor]),
      ...(random.next() < 0.8 ? { maxOutputTokens: random.pick([16, 100, 4_000]) } : {}),
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: `${dearest(files)} ${words(random)}` },
            ...files.map(({ mediaType, fileId }) => ({ type: "file" as const, mediaType, fileId })),
          ],
        },
      ],
    },
  };
};

type Line = NonNullable<CreateBatchInput["requests"]>[number]["body"];

const endpoints = ["/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings"] as const;

/** What each request of a batch is, of the one model that a batch is for. */
const lineOf: Readonly<Record<(typeof endpoints)[number], (random: Random) => (text: string, most: number) => Line>> = {
  "/v1/chat/completions": (random) => {
    const model = random.pick(["gpt-4o", "gpt-4o-mini", "gpt-4.1-nano", "gpt-5", "gpt-5.6-luna"]);
    return (text, most) => ({ model, messages: [{ role: "user", content: text }], max_completion_tokens: most });
  },
  "/v1/responses": (random) => {
    const model = random.pick(["gpt-4o", "gpt-5", "gpt-5.1-codex"]);
    return (input, most) => ({ model, input, max_output_tokens: most });
  },
  "/v1/messages": (random) => {
    const model = random.pick(["claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-7"]);
    return (text, most) => {
      const cache: Line =
        random.next() < 0.3 ? { cache_control: { type: "ephemeral", ttl: random.pick(["5m", "1h"]) } } : {};
      return { model, max_tokens: most, messages: [{ role: "user", content: [{ type: "text", text, ...cache }] }] };
    };
  },
  "/v1/embeddings": () => (text) => ({ model: "text-embedding-3-small", input: [text] }),
};

const batchOf = (random: Random): RandomJob => {
  const endpoint = random.pick(endpoints);
  const line = lineOf[endpoint](random);
  const requests = Array.from({ length: random.between(1, 8) }, (_, n) => ({
    customId: `line-${n}`,
    body: line(`${dearest([])} ${words(random)}`, random.pick([16, 100, 4_000])),
  }));
  return { kind: "batch", input: { endpoint, requests } };
};

const videoOf = (random: Random): RandomJob => ({
  kind: "video",
  input: {
    model: random.pick([
      "google/veo-3.1-generate-preview",
      "google/veo-3.1-fast-generate-preview",
      "google/veo-3.1-lite-generate-preview",
      "fal/fal-ai/veo3.1",
      "fal/fal-ai/veo3.1/fast",
    ]),
    prompt: `A boat at dawn. ${words(random)}`.slice(0, 2_000),
    ...(random.next() < 0.7 ? { durationSeconds: random.pick([4, 6, 8]) } : {}),
    ...(random.next() < 0.5 ? { resolution: random.pick(["720p", "1080p", "4k"]) } : {}),
    ...(random.next() < 0.3 ? { aspectRatio: random.pick(["16:9", "9:16"]) } : {}),
  },
});

/** A request of any of these kinds. */
export const randomJob = (random: Random, kept: readonly [KeptFile, ...KeptFile[]]): RandomJob => {
  const share = random.next();
  if (share < 0.35) return editOf(random);
  if (share < 0.7) return fileOf(random, kept);
  return share < 0.85 ? batchOf(random) : videoOf(random);
};
