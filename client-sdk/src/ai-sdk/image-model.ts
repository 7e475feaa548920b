import {
  UnsupportedFunctionalityError,
  type ImageModelV4,
  type ImageModelV4CallOptions,
  type ImageModelV4File,
  type JSONArray,
} from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { base64Of } from "./base64-of.ts";
import { callOptionsOf, ownChoicesOf } from "./call-choices.ts";
import { presentFields } from "./present-fields.ts";

type Input = NexusInputs["ai"]["generateImage"];

const own = ["quality", "background", "outputFormat", "inputFidelity"] as const;

const dataOf = (file: ImageModelV4File): string => {
  if (file.type === "url")
    throw new UnsupportedFunctionalityError({
      functionality: "images by their address: load them, and send their data",
    });
  return typeof file.data === "string" ? file.data : base64Of(file.data);
};

type InputImage = NonNullable<Input["files"]>[number];

/** As the AI SDK tells them apart by their bytes; what it did not know is refused by the gateway. */
const imageOf = (file: ImageModelV4File): InputImage => ({
  mediaType:
    (["image/jpeg", "image/webp"] as const).find((type) => file.type === "file" && file.mediaType === type) ??
    "image/png",
  data: dataOf(file),
});

const inputOf = (modelId: string, options: ImageModelV4CallOptions): Input => {
  const { prompt = "", n, size, aspectRatio, seed, files, mask } = options;
  const { chosen, left } = ownChoicesOf(options, own);
  const choices: Partial<Input> = presentFields<object>(chosen);
  return {
    model: modelId,
    prompt,
    ...presentFields({ n: n === 1 ? undefined : n, size, aspectRatio, seed }),
    ...presentFields({
      files: files === undefined || files.length === 0 ? undefined : files.map(imageOf),
      mask: mask === undefined ? undefined : { mediaType: "image/png" as const, data: dataOf(mask) },
    }),
    ...choices,
    ...left,
  };
};

/** Images through `ai.generateImage`. */
export const imageModel = (client: Pick<NexusClient, "ai">, modelId: string): ImageModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  maxImagesPerCall: 10,
  async doGenerate(options) {
    const input = inputOf(modelId, options);
    const { images, warnings, usage, nexus } = await client.ai.generateImage.mutate(
      input,
      await callOptionsOf(options, input),
    );
    const facts = factsMetadata(nexus);
    // The AI SDK keeps what is said of each image alone.
    const files: JSONArray = images.map(({ mediaType }) => ({ mediaType, ...facts["nexus"] }));
    const { inputTokens, outputTokens } = usage;
    return {
      images: images.map(({ data }) => data),
      warnings: warnings.map(warningOf),
      usage: {
        inputTokens: inputTokens ?? undefined,
        outputTokens: outputTokens ?? undefined,
        totalTokens: inputTokens === null || outputTokens === null ? undefined : inputTokens + outputTokens,
      },
      providerMetadata: { nexus: { images: files } },
      response: { timestamp: new Date(), modelId: nexus.model, headers: undefined },
    };
  },
});
