import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { ChatMessage, ChatRequest } from "./chat-request.ts";

/** Of an earlier answer that was spoken, its id: what it sounded like is at the vendor, which takes nothing more. */
const byItsId = (message: ChatMessage): ChatMessage =>
  message.audio === undefined || message.audio === null ? message : { ...message, audio: { id: message.audio.id } };

/**
 * The caller's body with what policy decides: the vendor's model name, the reserved output limit and, on streams, the
 * usage chunk. Serialized from the parsed value: of a key sent twice, the vendor sees the one that was checked.
 */
export const nativeChatBody = (
  body: Readonly<Record<string, unknown>>,
  request: ChatRequest,
  io: Pick<ProviderIo, "model" | "maxOutputTokens">,
): Record<string, unknown> => {
  const limitField = typeof request.max_tokens === "number" ? "max_tokens" : "max_completion_tokens";
  const native: Record<string, unknown> = { ...body, model: io.model, [limitField]: io.maxOutputTokens };
  if (request.messages.some(({ audio }) => audio !== undefined && audio !== null))
    native["messages"] = request.messages.map(byItsId);
  if (request.stream === true) native["stream_options"] = { ...request.stream_options, include_usage: true };
  return native;
};
