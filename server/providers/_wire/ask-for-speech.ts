import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { GenerateSpeechInput, GenerateSpeechOutput } from "../../contracts/ai/generate-speech.ts";
import { ProviderError, type Answered, type Metered, type WireRequest } from "../../contracts/vendor-call.ts";
import { nothingUsable } from "./ask-model.ts";
import { binaryFramer } from "./binary-framer.ts";
import { isCount } from "./counts.ts";
import { collectBody } from "./collect-body.ts";
import type { ErrorRules } from "./error-rules.ts";
import { fileReader } from "./file-reader.ts";
import { meteredOf } from "./reader.ts";
import { speechTypeOf } from "./speech-type.ts";
import { openTap, type TappedFrame } from "./tap.ts";
import { failure } from "./vendor-failure.ts";

interface SpokenText {
  readonly request: WireRequest;
  readonly errors: ErrorRules;
  readonly format: GenerateSpeechInput["outputFormat"];
  /** The characters that the answer's headers bill. */
  readonly charactersIn: (headers: Readonly<Record<string, string>>) => number | undefined;
}

async function* soundIn(frames: AsyncIterable<TappedFrame>): AsyncGenerator<Uint8Array> {
  for await (const { raw, data, document } of frames) if (data === undefined && document === undefined) yield raw;
}

/** Asks for a recording, whose bill stands in a header. */
export const askForSpeech = async (
  { request, errors, format, charactersIn }: SpokenText,
  io: ProviderIo,
): Promise<Answered<GenerateSpeechOutput["audio"]>> => {
  const tap = openTap(
    {
      reader: fileReader,
      errors,
      enforceLimits: (body) => body,
      framer: binaryFramer,
      binary: true,
    },
    io,
  );
  const { response, frames } = await tap.stream(request);
  const told = charactersIn(response.headers);
  const character = isCount(told) ? told : undefined;
  const metered = (deliveredBytes: number): Metered => ({
    ...meteredOf({ ...tap.reading(), deliveredBytes }),
    ...(character === undefined ? { units: null, final: false } : { units: { character }, final: true }),
  });
  const bytes = await collectBody(soundIn(frames)).catch((error: unknown) => {
    throw error instanceof ProviderError ? error.with(metered(0)) : error;
  });
  if (!tap.reading().complete)
    throw failure({
      kind: "unknown",
      doubt: "cut",
      code: "PROVIDER_UNAVAILABLE",
      about: "route",
    }).with(metered(0));
  if (bytes.length === 0) throw nothingUsable().with(metered(0));
  return {
    ...metered(bytes.length),
    result: { mediaType: speechTypeOf(format), data: bytes.toString("base64") },
  };
};
