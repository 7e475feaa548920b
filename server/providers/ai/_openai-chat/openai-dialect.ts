import type { NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import { chunksOfCompletion } from "./chunks-of-completion.ts";
import { nativeAnswer, nativeStream } from "../../_wire/native-pass.ts";
import { chatErrors } from "./chat-errors.ts";
import { openAiChatReader, openAiEmbeddingReader, type OpenAiReaderOptions } from "./openai-reader.ts";
import { refuseFields, type RefusedFields } from "../../_wire/refuse-fields.ts";
import type { Dialect, PlainDialect } from "../../_wire/dialect.ts";
import { tidyOpenAi } from "./tidy-openai.ts";
import { isUsageChunk, withUsage } from "./usage-chunk.ts";

/** The name under which a vendor takes the output limit. */
export type OutputLimitField = "max_completion_tokens" | "max_tokens";

const refused: RefusedFields = { service_tier: ["auto", "default"], web_search_options: [] };

/** OpenAI chat: the model and exactly one output limit are ours. */
export const openAiChatDialect = (
  limit: OutputLimitField,
  alsoRefused: RefusedFields = {},
  told: OpenAiReaderOptions = {},
): PlainDialect => {
  const allRefused = { ...refused, ...alsoRefused };
  return {
    reader: (choices) => openAiChatReader({ ...told, choices }),
    asEvents: chunksOfCompletion,
    errors: chatErrors,
    tidy: () => tidyOpenAi,
    enforceLimits(body, io) {
      refuseFields(body, allRefused);
      const { max_tokens: _short, max_completion_tokens: _long, ...rest } = body;
      return { ...rest, model: io.model, [limit]: io.maxOutputTokens };
    },
  };
};

export const openAiEmbeddingDialect = (told: OpenAiReaderOptions = {}): PlainDialect => ({
  reader: () => openAiEmbeddingReader(told),
  errors: chatErrors,
  tidy: () => tidyOpenAi,
  enforceLimits: (body, io) => ({ ...body, model: io.model }),
});

/** Paths of the operations, below the base URL. */
export const openAiPaths = {
  chat: { answer: "/chat/completions", stream: "/chat/completions" },
  embeddings: ["/embeddings"],
} as const;

/** No header at all for a vendor without keys. */
export const bearer = ({ credential }: Pick<ProviderIo, "credential">): Readonly<Record<string, string>> =>
  credential.apiKey === undefined || credential.apiKey === "" ? {} : { authorization: `Bearer ${credential.apiKey}` };

interface OpenAiNative {
  readonly chat: Dialect;
  /** Absent where the vendor has none. */
  readonly embeddings?: Dialect;
  readonly headers: (io: ProviderIo) => Readonly<Record<string, string>>;
  readonly check?: (request: NativeRequest) => void;
}

/** The untranslated operations of a vendor that speaks OpenAI's dialect. */
export const openAiNative = ({ chat, embeddings, headers, check }: OpenAiNative) => {
  const pass = {
    dialect: chat,
    headers,
    passes: ["openai-beta"],
    streamed: withUsage,
    withheld: isUsageChunk,
    ...(check === undefined ? {} : { check }),
  };
  return {
    "openai.chat": { answer: nativeAnswer(pass), stream: nativeStream(pass) },
    ...(embeddings === undefined
      ? {}
      : { "openai.embeddings": { answer: nativeAnswer({ dialect: embeddings, headers, passes: ["openai-beta"] }) } }),
  };
};
