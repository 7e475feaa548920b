import { z } from "zod";
import { ModelName } from "../model-name.ts";
import { ModelFacts } from "../nexus-facts.ts";
import { warning } from "./generate-text.ts";
import { InputImage, MaskImage } from "./input-image.ts";
import { providerOptions, text } from "./parts.ts";
import { TokenUsage } from "./token-usage.ts";

const pixels = z.string().regex(/^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$/, { error: "width and height, such as 1024x1024" });
const ratio = z.string().regex(/^[1-9][0-9]?:[1-9][0-9]?$/, { error: "a ratio, such as 16:9" });

/** Input of `ai.generateImage`. */
export const GenerateImageInput = z
  .strictObject({
    model: ModelName,
    prompt: text(32_000).min(1).describe("What is to be seen, or what is to become of the images that are sent"),
    files: z
      .array(InputImage)
      .min(1)
      .max(16)
      .optional()
      .describe("Images to edit, or to make one of; their size is measured, and counts for what is set aside"),
    mask: MaskImage.optional().describe(
      "A PNG as large as the first of the files: where it is transparent, that one is drawn anew",
    ),
    inputFidelity: z
      .enum(["low", "high"])
      .optional()
      .describe("How closely the files are kept to; `high` costs more, and not every model can be asked for it"),
    n: z.int().min(1).max(10).optional().describe("How many images; one where left out"),
    size: pixels
      .optional()
      .describe("Width and height in pixels, such as 1024x1024; which sizes a model makes is its vendor's"),
    aspectRatio: ratio.optional().describe("In place of a size, for models that take one, such as 16:9"),
    quality: z
      .enum(["low", "medium", "high", "auto"])
      .optional()
      .describe("The better, the dearer; `auto`, as where left out, is set aside for as the best"),
    outputFormat: z.enum(["png", "jpeg", "webp"]).optional().describe("The format of the files"),
    background: z.enum(["transparent", "opaque", "auto"]).optional().describe("Transparent only as png or webp"),
    seed: z.int().min(0).max(4_294_967_295).optional().describe("The same image again, at vendors that can"),
    providerOptions,
  })
  .refine((input) => input.size === undefined || input.aspectRatio === undefined, {
    error: "absent beside size",
    path: ["aspectRatio"],
  })
  .refine(({ files, mask }) => files !== undefined || mask === undefined, {
    error: "absent without files",
    path: ["mask"],
  })
  .refine(({ files, inputFidelity }) => files !== undefined || inputFidelity === undefined, {
    error: "absent without files",
    path: ["inputFidelity"],
  });
export type GenerateImageInput = z.infer<typeof GenerateImageInput>;

export const GenerateImageOutput = z.object({
  images: z
    .array(
      z.object({
        mediaType: z.string().describe("What the file is, by its own bytes"),
        data: z.string().describe("Base64"),
      }),
    )
    .describe("The files, as many as were asked for"),
  warnings: z.array(warning).describe("Settings that were not carried out as asked"),
  usage: TokenUsage,
  nexus: ModelFacts,
});
export type GenerateImageOutput = z.infer<typeof GenerateImageOutput>;
