import type { AiVendor, NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { GenerateSpeechInput, GenerateSpeechOutput } from "../../../contracts/ai/generate-speech.ts";
import type { Streaming } from "../../../contracts/vendor-call.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import { collectBody } from "../../_wire/collect-body.ts";
import { stringAt, type JsonRecord } from "../../_wire/json.ts";
import { outgoing } from "../../_wire/native-pass.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { speechTypeOf } from "../../_wire/speech-type.ts";
import { openTap, type TappedFrame } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { speechEvents, speechFile } from "./speech-dialects.ts";

type Headers = (io: ProviderIo) => Readonly<Record<string, string>>;

/** Those that are billed by the token tell how many, as events alone. */
const tellsTokens = (model: string): boolean => model.startsWith("gpt-4o-mini-tts");

const soundOf = ({ raw, data, document }: TappedFrame): Uint8Array => {
  const base64 = stringAt(document, "audio");
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return data === undefined && document === undefined ? raw : new Uint8Array();
};

const cutShort = () => failure({ kind: "unknown", doubt: "cut", code: "PROVIDER_UNAVAILABLE", about: "route" });

/** Asks for a text to be said. The sound comes as it is made; as events where the caller wants those. */
const openSpeech = async (
  headers: Headers,
  request: Pick<NativeRequest, "headers" | "body">,
  io: ProviderIo,
): Promise<Streaming<Uint8Array>> => {
  const { stream_format: format, ...asked } = request.body;
  const told = tellsTokens(io.model);
  const dialect = told ? speechEvents : speechFile(stringAt(asked, "input")?.length ?? 0);
  const body: JsonRecord = {
    ...dialect.enforceLimits(asked, io),
    ...(told ? { stream_format: "sse" } : format === undefined ? {} : { stream_format: format }),
  };
  const tap = openTap(dialect, io);
  const { frames } = await tap.stream(
    outgoing({ headers, passes: ["openai-beta"] }, { ...request, path: "/audio/speech", includeUsage: true }, io, body),
  );
  let deliveredBytes = 0;
  async function* sound(): AsyncGenerator<Uint8Array> {
    for await (const frame of frames) {
      const bytes = soundOf(frame);
      deliveredBytes += bytes.length;
      if (told && format === "sse") yield frame.raw;
      else if (bytes.length > 0) yield bytes;
    }
    if (!tap.reading().complete) throw cutShort();
  }
  return { chunks: sound(), meter: () => ({ ...tap.reading(), deliveredBytes }) };
};

/** https://platform.openai.com/docs/api-reference/audio/createSpeech */
const bodyOf = ({ text, voice = "alloy", outputFormat = "mp3", instructions, speed }: GenerateSpeechInput) => ({
  input: text,
  voice,
  response_format: outputFormat,
  ...(instructions === undefined ? {} : { instructions }),
  ...(speed === undefined ? {} : { speed }),
});

const warningsOf = ({ language }: GenerateSpeechInput): GenerateSpeechOutput["warnings"] =>
  language === undefined
    ? []
    : [{ type: "unsupported", setting: "language", details: "The model hears the language from the text." }];

/** `generateSpeech` over POST /audio/speech. */
export const generateSpeechWith =
  (headers: Headers): NonNullable<AiVendor["generateSpeech"]> =>
  async (input, io) => {
    const { chunks, meter } = await openSpeech(headers, { headers: {}, body: bodyOf(input) }, io);
    const bytes = await collectBody(chunks);
    if (bytes.length === 0) throw nothingUsable().with(meteredOf(meter()));
    const audio = { mediaType: speechTypeOf(input.outputFormat), data: bytes.toString("base64") };
    return { ...meteredOf(meter()), result: { audio, warnings: warningsOf(input) } };
  };

/** The same untranslated. */
export const nativeSpeech = (headers: Headers): NonNullable<AiVendor["native"]["openai.speech"]> => ({
  answer: async (request, io) => {
    const { chunks, meter } = await openSpeech(headers, request, io);
    const body = await collectBody(chunks);
    const contentType = speechTypeOf(stringAt(request.body, "response_format"));
    return { ...meteredOf(meter()), result: { status: 200, contentType, body } };
  },
  stream: (request, io) => openSpeech(headers, request, io),
});
