import { cappedSearches } from "../dialect/hosted-tools.ts";
import { uploadedFile } from "../dialect/uploaded-file.ts";
import type { NativeTextDialect } from "../dialect/dialect.ts";
import type { DoorRequest } from "../door-request.ts";
import { anthropicErrorBody } from "./encode-anthropic-error.ts";
import { betaRule } from "./beta-rules.ts";
import { encodeMessageEvents } from "./encode-message-events.ts";
import { encodeMessage } from "./encode-message.ts";
import { measureMessages } from "./measure-messages.ts";
import { parseMessagesRequest, searchOfMessages, type MessagesRequest } from "./messages-request.ts";
import { ownThinkingOnly } from "./own-thinking-only.ts";
import { translateMessagesRequest } from "./translate-messages-request.ts";

const done = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

const version = /^[\x21-\x7e]{1,64}$/;

const betasOf = (request: DoorRequest): string[] =>
  (request.header("anthropic-beta") ?? "")
    .slice(0, 4_096)
    .split(",")
    .map((beta) => beta.trim())
    .filter((beta) => beta !== "");

/** The caller's headers that Anthropic gets to see. */
export const messagesHeaders = (request: DoorRequest): Record<string, string> => {
  const asked = request.header("anthropic-version");
  const betas = betasOf(request).filter((beta) => betaRule(beta).passes);
  return {
    ...(asked !== undefined && version.test(asked) ? { "anthropic-version": asked } : {}),
    ...(betas.length > 0 ? { "anthropic-beta": betas.join(",") } : {}),
  };
};

/** Betas that are not passed on are reported with the reason, not dropped silently. */
const withheldHeaders = (request: DoorRequest): readonly string[] =>
  betasOf(request).flatMap((beta) => {
    const { passes, because } = betaRule(beta);
    return passes ? [] : [`anthropic-beta ${beta.slice(0, 64)} withheld: ${because}`];
  });

/** Anthropic's messages. */
export const messagesDialect: NativeTextDialect<MessagesRequest> = {
  id: "anthropic.messages",
  path: "/messages",
  parse: parseMessagesRequest,
  streams: ({ stream }) => stream === true,
  measure: measureMessages,
  heldField: ({ messages, system }) => uploadedFile(messages, system),
  nativeHeaders: messagesHeaders,
  withheldHeaders,
  decided: (request) => cappedSearches(searchOfMessages(request)),
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
  isEnding: ({ event }) => event === "message_stop",
  ending: (requestId) => ({
    done,
    failed: (error) => `event: error\ndata: ${anthropicErrorBody(error, requestId)}\n\n`,
  }),
};
