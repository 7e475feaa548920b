import type { NativeRequest, ProviderIo } from "../../contracts/provider.ts";
import { chunksOfCompletion } from "./chunks-of-completion.ts";
import { arrayAt, isRecord, stringAt } from "./json.ts";
import { isUsageChunk, nativeAnswer, nativeStream, withUsage } from "./native-pass.ts";
import { openAiChatReader, openAiEmbeddingReader, type OpenAiReaderOptions } from "./reader-openai.ts";
import { refuseFields, type RefusedFields } from "./refuse-fields.ts";
import type { Dialect } from "./tap.ts";
import { tidyOpenAi } from "./tidy-openai.ts";
import { failure } from "./vendor-failure.ts";

/** The name under which a vendor takes the output limit. */
export type OutputLimitField = "max_completion_tokens" | "max_tokens";

const refused: RefusedFields = { service_tier: ["auto", "default"], web_search_options: [] };

/** OpenAI chat: the model and exactly one output limit are ours. */
export const openAiChatDialect = (
  limit: OutputLimitField,
  alsoRefused: RefusedFields = {},
  told: OpenAiReaderOptions = {},
): Dialect => {
  const allRefused = { ...refused, ...alsoRefused };
  return {
    reader: (choices) => openAiChatReader({ ...told, choices }),
    asEvents: chunksOfCompletion,
    tidy: () => tidyOpenAi,
    seal(body, io) {
      refuseFields(body, allRefused);
      const { max_tokens: _short, max_completion_tokens: _long, ...rest } = body;
      return { ...rest, model: io.model, [limit]: io.maxOutputTokens };
    },
  };
};

export const openAiEmbeddingDialect = (told: OpenAiReaderOptions = {}): Dialect => ({
  reader: () => openAiEmbeddingReader(told),
  tidy: () => tidyOpenAi,
  seal: (body, io) => ({ ...body, model: io.model }),
});

/** Where the dialect's operations stand, below the base URL. */
export const openAiPaths = {
  chat: { answer: "/chat/completions", stream: "/chat/completions" },
  embeddings: ["/embeddings"],
} as const;

/** No header at all for a vendor without keys. */
export const bearer = ({ credential }: ProviderIo): Readonly<Record<string, string>> =>
  credential.apiKey === undefined || credential.apiKey === "" ? {} : { authorization: `Bearer ${credential.apiKey}` };

const isInline = (text: string): boolean => /^data:/i.test(text);

/** Members of a part that hold a file or say where one is, whatever the part says of its type. */
const namesAddress = (part: unknown): boolean => {
  if (!isRecord(part)) return false;
  const held = ["image_url", "video_url", "audio_url", "input_audio", "file", "image", "video", "audio"].map(
    (member) => part[member],
  );
  const addresses = held.map((one) => (typeof one === "string" ? one : stringAt(one, "url")));
  const data = held.flatMap((one) => [stringAt(one, "data"), stringAt(one, "file_data")]);
  return (
    addresses.some((url) => url !== undefined && !isInline(url)) ||
    // Bare base64 has no colon.
    data.some((text) => text !== undefined && text.includes(":") && !isInline(text))
  );
};

/** Refuses addresses in messages: a self-hosted vendor would fetch them from inside the operator's network. */
export const refuseAddresses = ({ body }: NativeRequest): void => {
  const messages: readonly unknown[] = arrayAt(body, "messages");
  if (messages.some((message) => [...arrayAt(message, "content"), ...arrayAt(message, "images")].some(namesAddress))) {
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: "The vendor does not fetch files by address; send the data." },
    );
  }
};

interface OpenAiNative {
  readonly chat: Dialect;
  readonly embeddings: Dialect;
  readonly headers: (io: ProviderIo) => Readonly<Record<string, string>>;
  readonly check?: (request: NativeRequest) => void;
}

/** The untranslated roads of a vendor that speaks OpenAI's dialect. */
export const openAiNative = ({ chat, embeddings, headers, check }: OpenAiNative) => {
  const pass = {
    dialect: chat,
    headers,
    streamed: withUsage,
    withheld: isUsageChunk,
    ...(check === undefined ? {} : { check }),
  };
  return {
    "openai.chat": { answer: nativeAnswer(pass), stream: nativeStream(pass) },
    "openai.embeddings": { answer: nativeAnswer({ dialect: embeddings, headers }) },
  };
};
