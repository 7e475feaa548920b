import { uploadedFile } from "../dialect/uploaded-file.ts";
import type { NativeTextDialect } from "../dialect/dialect.ts";
import { cappedSearches } from "../dialect/hosted-tools.ts";
import { ownVoiceField, parseChatRequest, searchOfChat, type ChatRequest } from "./chat-request.ts";
import { encodeChatChunks } from "./encode-chat-chunk.ts";
import { encodeChatCompletion } from "./encode-chat-completion.ts";
import { openAiErrorBody } from "./encode-openai-error.ts";
import { measureChat } from "./measure-chat.ts";
import { nativeChatBody } from "./native-chat-body.ts";
import { nativeHeaders } from "./native-headers.ts";
import { translateChatRequest } from "./translate-chat-request.ts";

const done = "data: [DONE]\n\n";

/** OpenAI's chat completions. */
export const chatDialect: NativeTextDialect<ChatRequest> = {
  id: "openai.chat",
  path: "/chat/completions",
  parse: parseChatRequest,
  streams: ({ stream }) => stream === true,
  measure: measureChat,
  heldField: (request) => uploadedFile(request.messages) ?? ownVoiceField(request),
  nativeHeaders,
  nativeBody: nativeChatBody,
  decided: (request) => cappedSearches(searchOfChat(request)),
  // Whoever searches does so in another dialect.
  alwaysTranslated: (request) => searchOfChat(request) !== undefined,
  includeUsage: ({ stream_options: options }) => options?.include_usage === true,
  translate: translateChatRequest,
  encodeAnswer: encodeChatCompletion,
  encodeStream: encodeChatChunks,
  isEnding: ({ data }) => data?.trim() === "[DONE]",
  ending: (requestId) => ({ done, failed: (error) => `data: ${openAiErrorBody(error, requestId)}\n\n` }),
};
