import type { TranscriptionModelV4, TranscriptionModelV4CallOptions } from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { base64Of } from "./base64-of.ts";
import { callOptionsOf, ownChoicesOf } from "./call-choices.ts";
import { presentFields } from "./present-fields.ts";

type Input = NexusInputs["ai"]["transcribe"];

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const choicesOf = (options: TranscriptionModelV4CallOptions): Partial<Input> => {
  const { chosen, left } = ownChoicesOf(options, ["language", "prompt", "timestampGranularities"]);
  const { language, prompt, timestampGranularities: among } = chosen;
  const asked: unknown[] = [...(options.timestampGranularities ?? []), ...(Array.isArray(among) ? among : [])];
  const timestamps = (["word", "segment"] as const).find((one) => asked.includes(one));
  return { ...presentFields({ language: textOf(language), prompt: textOf(prompt), timestamps }), ...left };
};

/** Transcripts through `ai.transcribe`. */
export const transcriptionModel = (client: Pick<NexusClient, "ai">, modelId: string): TranscriptionModelV4 => ({
  specificationVersion: "v4",
  provider: "nexus",
  modelId,
  async doGenerate(options) {
    const { audio, mediaType } = options;
    const data = typeof audio === "string" ? audio : base64Of(audio);
    const input: Input = { model: modelId, audio: { mediaType, data }, ...choicesOf(options) };
    const answer = await client.ai.transcribe.mutate(input, await callOptionsOf(options, input));
    const { text, segments, words, language, durationSeconds, warnings, nexus } = answer;
    return {
      text,
      segments,
      ...presentFields({ words }),
      language: language ?? undefined,
      durationInSeconds: durationSeconds ?? undefined,
      warnings: warnings.map(warningOf),
      response: { timestamp: new Date(), modelId: nexus.model },
      providerMetadata: factsMetadata(nexus),
    };
  },
});
