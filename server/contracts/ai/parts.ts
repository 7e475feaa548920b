import { z } from "zod";
import { isFileId } from "../file-id.ts";

export const text = (max: number) => z.string().max(max);
export const jsonValue = z.json();
export const jsonObject = z.record(z.string().max(256), jsonValue);

/** Options a vendor understands, by vendor id; passed through untouched. */
export const providerOptions = z.record(z.string().max(64), jsonObject).optional();

/**
 * What a vendor wants to see again in the next turn, by vendor id: the signatures of its thinking. Send it back as the
 * part's `providerOptions`.
 */
const ProviderMetadata = z.record(z.string(), z.record(z.string(), z.string()));
export type ProviderMetadata = z.infer<typeof ProviderMetadata>;

export const providerMetadata = ProviderMetadata.optional();

export const textPart = z.strictObject({ type: z.literal("text"), text: text(8_000_000), providerOptions });

export const contents = {
  data: text(16_000_000).optional().describe("Base64 without a data: prefix"),
  url: z
    .url({ protocol: /^https$/ })
    .max(8_192)
    .optional()
    .describe("Public https address; fetched without credentials"),
};
export const hasOne = (part: { readonly data?: unknown; readonly url?: unknown }): boolean =>
  (part.data === undefined) !== (part.url === undefined);
export const oneOfThem = { error: "exactly one of data and url" };

/** Of a file that was uploaded before. */
export const FileId = z
  .string()
  .max(64)
  .refine(isFileId, { error: "the id of a file, as ai.files.upload answers it: file_ and 32 digits" });

export const filePart = z
  .strictObject({
    type: z.literal("file"),
    mediaType: text(128).describe("IANA media type; image/* for any image"),
    ...contents,
    url: z
      .url({ protocol: /^(https|gs)$/ })
      .max(8_192)
      .optional()
      .describe(
        "Public https address; fetched by the vendor, without credentials. gs:// at Vertex AI, with the organization's own credential",
      ),
    fileId: FileId.optional().describe(
      "Of a file that was uploaded before, by ai.files.upload; its own media type counts",
    ),
    filename: text(256).optional(),
    providerOptions,
  })
  .refine(({ data, url, fileId }) => [data, url, fileId].filter((given) => given !== undefined).length === 1, {
    error: "exactly one of data, url and fileId",
  });
