import type { ImageModelV4, ImageModelV4CallOptions, JSONArray, SharedV4Warning } from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { callOptionsOf, ownChoicesOf } from "./call-choices.ts";
import { presentFields } from "./present-fields.ts";

type Input = NexusInputs["ai"]["generateImage"];

const own = ["quality", "background", "outputFormat"] as const;

const inputOf = (modelId: string, options: ImageModelV4CallOptions): Input => {
  const { prompt = "", n, size, aspectRatio, seed } = options;
  const { chosen, left } = ownChoicesOf(options, own);
  const choices: Partial<Input> = presentFields<object>(chosen);
  return {
    model: modelId,
    prompt,
    ...presentFields({ n: n === 1 ? undefined : n, size, aspectRatio, seed }),
    ...choices,
    ...left,
  };
};

const notTaken = ({ files, mask }: ImageModelV4CallOptions): SharedV4Warning[] =>
  files === undefined && mask === undefined
    ? []
    : [{ type: "unsupported", feature: "files", details: "Nexus makes images of a text." }];

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
      warnings: [...notTaken(options), ...warnings.map(warningOf)],
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
