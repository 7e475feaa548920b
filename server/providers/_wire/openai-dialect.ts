import type { NativeRequest, ProviderIo } from "../../contracts/provider.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "./json.ts";
import { isUsageChunk, nativeAnswer, nativeStream, withUsage } from "./native-pass.ts";
import { openAiChatReader, openAiEmbeddingReader } from "./reader-openai.ts";
import type { Dialect } from "./tap.ts";
import { failure } from "./vendor-failure.ts";

/** The name under which a vendor takes the output limit. */
export type OutputLimitField = "max_completion_tokens" | "max_tokens";

/** OpenAI chat: the model and exactly one output limit are ours. */
export const openAiChatDialect = (limit: OutputLimitField): Dialect => ({
  reader: openAiChatReader,
  seal: ({ max_tokens: _short, max_completion_tokens: _long, ...body }, io) => ({
    ...body,
    model: io.model,
    [limit]: io.maxOutputTokens,
  }),
});

export const openAiEmbeddingDialect: Dialect = {
  reader: openAiEmbeddingReader,
  seal: (body, io) => ({ ...body, model: io.model }),
};

/** No header at all for a vendor without keys. */
export const bearer = ({ credential }: ProviderIo): Readonly<Record<string, string>> =>
  credential.apiKey === undefined || credential.apiKey === "" ? {} : { authorization: `Bearer ${credential.apiKey}` };

const namesAddress = (part: unknown): boolean => {
  const image = isRecord(part) ? (stringAt(part.image_url, "url") ?? stringAt(part, "image_url")) : undefined;
  const media = stringAt(recordAt(part, "video_url"), "url") ?? stringAt(recordAt(part, "audio_url"), "url");
  return [image, media].some((url) => url !== undefined && !url.startsWith("data:"));
};

/** Refuses addresses in messages: a self-hosted vendor would fetch them from inside the operator's network. */
export const refuseAddresses = ({ body }: NativeRequest): void => {
  const messages: readonly unknown[] = arrayAt(body, "messages");
  if (messages.some((message) => arrayAt(message, "content").some(namesAddress))) {
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: "The vendor does not fetch files by address; send the data." },
    );
  }
};

interface OpenAiNative {
  readonly limit: OutputLimitField;
  readonly headers: (io: ProviderIo) => JsonRecord & Readonly<Record<string, string>>;
  readonly check?: (request: NativeRequest, io: ProviderIo) => void;
}

/** The untranslated roads of a vendor that speaks OpenAI's dialect. */
export const openAiNative = ({ limit, headers, check }: OpenAiNative) => {
  const guarded = check === undefined ? {} : { check };
  const chat = { dialect: openAiChatDialect(limit), headers, streamed: withUsage, withheld: isUsageChunk, ...guarded };
  return {
    "openai.chat": { answer: nativeAnswer(chat), stream: nativeStream(chat) },
    "openai.embeddings": { answer: nativeAnswer({ dialect: openAiEmbeddingDialect, headers }) },
  };
};
