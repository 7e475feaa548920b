import type { TranscriptionModelV4, TranscriptionModelV4CallOptions } from "@ai-sdk/provider";
import type { NexusClient } from "../nexus-client.ts";
import type { NexusInputs } from "../types.ts";
import { factsMetadata, warningOf } from "./answered.ts";
import { base64Of } from "./base64-of.ts";
import { callOptionsOf, vendorOptionsOf } from "./call-choices.ts";

type Input = NexusInputs["ai"]["transcribe"];
type Granularity = NonNullable<Input["timestamps"]>;

/** What Nexus has fields of its own for, and callers of the AI SDK put among a vendor's options. */
const own: ReadonlySet<string> = new Set(["language", "prompt", "timestampGranularities"]);

const choicesOf = (options: TranscriptionModelV4CallOptions): Partial<Input> => {
  const { providerOptions = {} } = vendorOptionsOf(options);
  const all = Object.values(providerOptions);
  const textOf = (name: string): string | undefined =>
    all.map((one) => one[name]).find((value) => typeof value === "string");
  const asked: unknown[] = [
    ...(options.timestampGranularities ?? []),
    ...all.flatMap(({ timestampGranularities: list }) => (Array.isArray(list) ? list : [])),
  ];
  const timestamps: Granularity | undefined = asked.includes("word")
    ? "word"
    : asked.includes("segment")
      ? "segment"
      : undefined;
  const left = Object.entries(providerOptions).flatMap(([vendor, one]) => {
    const rest = Object.entries(one).filter(([name]) => !own.has(name));
    return rest.length === 0 ? [] : [[vendor, Object.fromEntries(rest)] as const];
  });
  const [language, prompt] = [textOf("language"), textOf("prompt")];
  return {
    ...(language === undefined ? {} : { language }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(timestamps === undefined ? {} : { timestamps }),
    ...(left.length === 0 ? {} : { providerOptions: Object.fromEntries(left) }),
  };
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
      ...(words === undefined ? {} : { words }),
      language: language ?? undefined,
      durationInSeconds: durationSeconds ?? undefined,
      warnings: warnings.map(warningOf),
      response: { timestamp: new Date(), modelId: nexus.model },
      providerMetadata: factsMetadata(nexus),
    };
  },
});
