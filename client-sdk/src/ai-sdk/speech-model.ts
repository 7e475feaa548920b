import type { SharedV4Warning, SpeechModelV4, SpeechModelV4CallOptions } from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { callOptionsOf, vendorOptionsOf } from "./call-choices.ts";
import { presentFields } from "./present-fields.ts";

type Input = NexusInputs["ai"]["generateSpeech"];

const formats = ["mp3", "opus", "aac", "flac", "wav", "pcm"] as const;

const inputOf = (modelId: string, options: SpeechModelV4CallOptions): Input => {
  const { text, voice, outputFormat, instructions, speed, language } = options;
  const format = formats.find((one) => one === outputFormat);
  const spoken = language === "auto" ? undefined : language;
  return {
    model: modelId,
    text,
    ...presentFields({ voice, outputFormat: format, instructions, speed, language: spoken }),
    ...vendorOptionsOf(options),
  };
};

const unknownFormat = ({ outputFormat }: SpeechModelV4CallOptions): SharedV4Warning[] =>
  outputFormat === undefined || formats.some((one) => one === outputFormat)
    ? []
    : [{ type: "unsupported", feature: "outputFormat", details: `Nexus knows ${formats.join(", ")}.` }];

/** Speech through `ai.generateSpeech`. */
export const speechModel = (client: Pick<NexusClient, "ai">, modelId: string): SpeechModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  async doGenerate(options) {
    const input = inputOf(modelId, options);
    const { audio, warnings, nexus } = await client.ai.generateSpeech.mutate(
      input,
      await callOptionsOf(options, input),
    );
    return {
      audio: audio.data,
      warnings: [...unknownFormat(options), ...warnings.map(warningOf)],
      request: { body: input },
      response: { timestamp: new Date(), modelId: nexus.model },
      providerMetadata: factsMetadata(nexus),
    };
  },
});
