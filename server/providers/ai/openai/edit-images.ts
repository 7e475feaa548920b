import type { AiVendor, NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { GenerateImageInput } from "../../../contracts/ai/generate-image.ts";
import { imageTypeOf } from "../../../contracts/image-type.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import { answerToForm, streamOfForm, type AskedForm } from "../../_wire/ask-with-form.ts";
import { isFormFile, type FormFile } from "../../_wire/form-body.ts";
import { madeImageOf } from "../../_wire/image-model.ts";
import { arrayAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { nativeAnswer, nativeStream } from "../../_wire/native-pass.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { imageDialect, imageEvents } from "./image-dialect.ts";

type Headers = (io: ProviderIo) => Readonly<Record<string, string>>;
type NativeImages = NonNullable<AiVendor["native"]["openai.images"]>;

const path = "/images/edits";

/** Options that the AI SDK names in its own way. */
const optionNames = {
  moderation: "moderation",
  outputCompression: "output_compression",
  safetyIdentifier: "safety_identifier",
  user: "user",
} as const;

/** https://platform.openai.com/docs/api-reference/images/createEdit */
const fieldsOf = (input: GenerateImageInput): JsonRecord => {
  const options = input.providerOptions?.["openai"] ?? {};
  const given: JsonRecord = {
    size: input.size,
    quality: input.quality,
    background: input.background,
    output_format: input.outputFormat,
    input_fidelity: input.inputFidelity,
    ...Object.fromEntries(Object.entries(optionNames).map(([name, field]) => [field, options[name]])),
  };
  return {
    prompt: input.prompt,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
};

/** Named by their own bytes, as callers take one format for another. */
const filesOf = ({ files = [], mask }: GenerateImageInput): FormFile[] => [
  ...files.map(({ mediaType, data }) => ({
    field: files.length === 1 ? "image" : "image[]",
    mediaType: imageTypeOf(data) ?? mediaType,
    data,
  })),
  ...(mask === undefined ? [] : [{ field: "mask", ...mask }]),
];

/** `generateImage` of images, over POST /images/edits. */
export const editImagesWith =
  (headers: Headers): NonNullable<AiVendor["generateImage"]> =>
  async (input, io) => {
    const { answer, metered } = await answerToForm(
      { path, fields: fieldsOf(input), files: filesOf(input), headers: headers(io) },
      imageDialect,
      io,
    );
    const made = arrayAt(answer.document, "data").map((image) => madeImageOf(stringAt(image, "b64_json") ?? ""));
    const images = made.flatMap((image) => image ?? []);
    if (images.length === 0 || images.length < made.length) throw nothingUsable().with(metered);
    const unknown = (["aspectRatio", "seed"] as const).filter((setting) => input[setting] !== undefined);
    return { ...metered, result: { images, warnings: unknown.map((setting) => ({ type: "unsupported", setting })) } };
  };

const askedOf = ({ body, headers }: NativeRequest, own: Readonly<Record<string, string>>): AskedForm => {
  const { files, ...fields } = body;
  if (!Array.isArray(files) || !files.every(isFormFile))
    throw failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" });
  return { path, fields, files, headers: { ...headers, ...own } };
};

/** A caller's own request for images: JSON, or a form whose files are in `files`. */
export const nativeImages = (headers: Headers): NativeImages => {
  const pass = { headers, passes: ["openai-beta"], namesEvents: true, endsItself: true };
  const generations = nativeAnswer({ ...pass, dialect: imageDialect });
  const generation = nativeStream({ ...pass, dialect: imageEvents("image_generation") });
  return {
    answer: async (request, io) => {
      if (request.path !== path) return generations(request, io);
      const { answer, metered } = await answerToForm(askedOf(request, headers(io)), imageDialect, io);
      const contentType = answer.response.headers["content-type"] ?? "application/json";
      return { ...metered, result: { status: answer.response.status, contentType, body: answer.bytes } };
    },
    stream: async (request, io) =>
      request.path === path
        ? streamOfForm(askedOf(request, headers(io)), imageEvents("image_edit"), io, pass)
        : generation(request, io),
  };
};
