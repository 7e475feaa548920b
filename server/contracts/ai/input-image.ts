import { z } from "zod";
import { imageTypeOf } from "../image-type.ts";
import { text } from "./parts.ts";

export const inputImageTypes = ["image/png", "image/jpeg", "image/webp"] as const;

const image = (types: readonly string[], expected: string) =>
  text(16_000_000)
    .refine((data) => types.includes(imageTypeOf(data) ?? ""), { error: expected })
    .describe("Base64 without a data: prefix; it is what its own bytes are");

/** An image that another is made of. */
export const InputImage = z.strictObject({
  mediaType: z.enum(inputImageTypes).describe("IANA media type"),
  data: image(inputImageTypes, "a PNG, JPEG or WebP image, as Base64"),
});

/** What of an image is to be drawn anew. */
export const MaskImage = z.strictObject({
  mediaType: z.literal("image/png").describe("Masks are PNG"),
  data: image(["image/png"], "a PNG image, as Base64"),
});
