import type { TextDialect } from "../dialect/dialect.ts";
import type { DoorRequest } from "../door-request.ts";
import { anthropicErrorBody } from "./encode-anthropic-error.ts";
import { encodeMessageEvents } from "./encode-message-events.ts";
import { encodeMessage } from "./encode-message.ts";
import { measureMessages } from "./measure-messages.ts";
import { parseMessagesRequest, type MessagesRequest } from "./messages-request.ts";
import { ownThinkingOnly } from "./own-thinking-only.ts";
import { translateMessagesRequest } from "./translate-messages-request.ts";

const stopEvent = Buffer.from("event: message_stop");
const done = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

const startsWith = (event: Uint8Array, prefix: Buffer): boolean => prefix.equals(event.subarray(0, prefix.length));

const allowedHeaders = ["anthropic-version", "anthropic-beta"] as const;
const headerSafe = /^[\x20-\x7e]{1,1024}$/;

const nativeHeaders = (request: DoorRequest): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const name of allowedHeaders) {
    const value = request.header(name);
    if (value !== undefined && headerSafe.test(value)) headers[name] = value;
  }
  return headers;
};

/** Anthropic's messages. */
export const messagesDialect: TextDialect<MessagesRequest> = {
  id: "anthropic.messages",
  path: "/messages",
  parse: parseMessagesRequest,
  streams: ({ stream }) => stream === true,
  measure: measureMessages,
  nativeHeaders,
  nativeBody: (body, _request, { model, maxOutputTokens }) => ({
    ...body,
    model,
    max_tokens: maxOutputTokens,
    messages: ownThinkingOnly(body["messages"]),
  }),
  // Its events carry usage by themselves.
  includeUsage: () => true,
  translate: translateMessagesRequest,
  encodeAnswer: encodeMessage,
  encodeStream: encodeMessageEvents,
  isEnding: (event) => startsWith(event, stopEvent),
  ending: (requestId) => ({
    done,
    failed: (error) => `event: error\ndata: ${anthropicErrorBody(error, requestId)}\n\n`,
  }),
};
