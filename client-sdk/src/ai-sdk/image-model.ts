import type { ImageModelV4, ImageModelV4CallOptions, JSONArray, SharedV4Warning } from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { callOptionsOf, vendorOptionsOf } from "./call-choices.ts";

type Input = NexusInputs["ai"]["generateImage"];

/** What Nexus has fields of its own for, and callers of the AI SDK put among a vendor's options. */
const own = ["quality", "background", "outputFormat"] as const;

const choicesOf = (vendors: NonNullable<Input["providerOptions"]>): Partial<Input> => {
  const chosen: Record<string, unknown> = {};
  for (const options of Object.values(vendors)) {
    for (const name of own) {
      if (options[name] === undefined) continue;
      chosen[name] = options[name];
      delete options[name];
    }
  }
  return chosen;
};

const inputOf = (modelId: string, options: ImageModelV4CallOptions): Input => {
  const { prompt = "", n, size, aspectRatio, seed } = options;
  const { providerOptions = {} } = vendorOptionsOf(options);
  const choices = choicesOf(providerOptions);
  const left = Object.entries(providerOptions).filter(([, one]) => Object.keys(one).length > 0);
  return {
    model: modelId,
    prompt,
    ...(n === 1 ? {} : { n }),
    ...(size === undefined ? {} : { size }),
    ...(aspectRatio === undefined ? {} : { aspectRatio }),
    ...(seed === undefined ? {} : { seed }),
    ...choices,
    ...(left.length === 0 ? {} : { providerOptions: Object.fromEntries(left) }),
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
