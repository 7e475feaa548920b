import type { ModelRules } from "../../../contracts/ai-vendor.ts";
import type { PriceCatalogue, WrittenPrice } from "../../../contracts/price-catalogue.ts";

/** An image model of fal's that is known well enough to be reserved for. */
export interface FalImageModel {
  /** What `x-fal-billable-units` counts of it. */
  readonly unit: "image" | "megapixel";
  /** What it is told of the size. */
  readonly shape: "image_size" | "aspect_ratio";
  /** Images that it makes another of, at most; it makes one of a text alone where absent. */
  readonly files?: number;
  readonly mostImages: number;
}

const byMegapixel: FalImageModel = { unit: "megapixel", shape: "image_size", mostImages: 4 };
const bananas: FalImageModel = { unit: "image", shape: "aspect_ratio", mostImages: 4 };

// https://fal.ai/models/fal-ai/flux-1/dev/llms.txt, and so of each
const images: Readonly<Record<string, FalImageModel>> = {
  "fal-ai/flux-1/schnell": byMegapixel,
  "fal-ai/flux-1/dev": byMegapixel,
  "fal-ai/flux-pro/v1.1": byMegapixel,
  "fal-ai/nano-banana": bananas,
  "fal-ai/nano-banana/edit": { ...bananas, files: 10 },
};

// https://fal.ai/models/fal-ai/veo3.1/llms.txt, and so of each: one price a second with sound up to 1080p, another at 4K
const videos: Readonly<Record<string, { readonly begins: "text" | "image" }>> = {
  "fal-ai/veo3.1": { begins: "text" },
  "fal-ai/veo3.1/fast": { begins: "text" },
  "fal-ai/veo3.1/image-to-video": { begins: "image" },
  "fal-ai/veo3.1/fast/image-to-video": { begins: "image" },
};

export const falVideoModelOf = (model: string): { readonly begins: "text" | "image" } | undefined =>
  Object.hasOwn(videos, model) ? videos[model] : undefined;

export const falImageModelOf = (model: string): FalImageModel | undefined =>
  Object.hasOwn(images, model) ? images[model] : undefined;

/** https://fal.ai/models */
export const falModels: ModelRules = {
  name: /^[a-z0-9-]+(\/[a-z0-9.-]+){1,5}$/,
  nameExpected: "a model id of fal's, such as fal-ai/flux-1/dev",
  skills: [
    [/^fal-ai\/(flux-1\/(schnell|dev)|flux-pro\/v1\.1|nano-banana(\/edit)?)$/, ["image"]],
    [/^fal-ai\/veo3\.1(\/fast)?(\/image-to-video)?$/, ["video"]],
    // What a request of any other can cost, nobody here knows.
    [/^/, []],
  ],
};

const page = (model: string): string => `https://fal.ai/models/${model}/llms.txt`;
/** Where others say what fal takes; its own page of the model has not been read. */
const quoted = "https://oauth.openai-hk.com/docs/en/lab/fal-ai.html";
const listed = (model: string, prices: WrittenPrice["prices"], source = page(model)) => ({ model, prices, source });

const bySecond = (usual: number): WrittenPrice["prices"] => ({
  output_video_seconds: usual,
  output_video_seconds_1080p: usual,
});

export const falCatalogue: PriceCatalogue = {
  listed: [
    listed("fal-ai/flux-1/schnell", { output_megapixels: 0.003 }, quoted),
    listed("fal-ai/flux-1/dev", { output_megapixels: 0.025 }),
    listed("fal-ai/flux-pro/v1.1", { output_megapixels: 0.04 }, quoted),
    // The maker's own price of the same model.
    ...["fal-ai/nano-banana", "fal-ai/nano-banana/edit"].map((model) =>
      listed(model, { output_images: 0.039 }, "https://ai.google.dev/gemini-api/docs/pricing"),
    ),
    ...["fal-ai/veo3.1", "fal-ai/veo3.1/image-to-video"].map((model) =>
      listed(model, { ...bySecond(0.4), output_video_seconds_4k: 0.6 }),
    ),
    // Quoted by another who sells it; nobody says what 4K takes, which therefore has no price.
    ...["fal-ai/veo3.1/fast", "fal-ai/veo3.1/fast/image-to-video"].map((model) =>
      listed(model, bySecond(0.15), "https://helios-7yg.pages.dev/models/veo-3-1-fast/api/"),
    ),
  ],
};
