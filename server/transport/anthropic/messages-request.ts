import { z } from "zod";
import type { WebSearch } from "../../contracts/ai/web-search.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { anthropicSearch, onlySearch } from "../dialect/hosted-tools.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { messagesFields } from "./anthropic-fields.ts";
import { RequestTool } from "./messages-tool.ts";

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const MessageBlock = z.looseObject({ type: z.string().max(64) });
export type MessageBlock = z.infer<typeof MessageBlock>;

const MessageContent = z.union([z.string(), z.array(MessageBlock).max(10_000)], {
  error: "a string or a list of content blocks",
});
export type MessageContent = z.infer<typeof MessageContent>;

/** Instructions between the messages may change the effort alone. */
const RoleMessage = z
  .looseObject({ role: z.enum(["user", "assistant", "system"]), content: MessageContent.optional() })
  .refine(
    ({ role, content, output_config: config }) => content !== undefined || (role === "system" && isObject(config)),
    {
      path: ["content"],
      error: "a string or a list of content blocks",
    },
  );

/** Edits that only take out; compaction asks the model once more. */
const clearing = z.string().regex(/^clear_[a-z0-9_]+$/, "an edit that clears: others are billed as calls of their own");

/** Body of POST /v1/messages: strict where policy or translation reads it; the rest of `messagesFields` passes as it is. */
export const MessagesRequest = z.looseObject({
  model: ModelName,
  max_tokens: z.int().min(1).max(1_000_000),
  messages: z.array(RoleMessage).min(1).max(10_000),
  system: MessageContent.nullish(),
  stream: z.boolean().nullish(),
  // As many as a search for tools may choose from: https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-search-tool
  tools: z.array(RequestTool).max(10_000).nullish(),
  tool_choice: z
    .looseObject({
      type: z.enum(["auto", "any", "tool", "none"]),
      name: z.string().max(256).nullish(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),
  stop_sequences: z.array(z.string().max(256)).max(16).nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(1).max(10_000).nullish(),
  thinking: z.looseObject({ type: z.string().max(64), budget_tokens: z.int().min(1).nullish() }).nullish(),
  service_tier: z.enum(["auto", "standard_only"]).nullish(),
  context_management: z
    .looseObject({
      edits: z
        .array(z.looseObject({ type: clearing }))
        .max(16)
        .nullish(),
    })
    .nullish(),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;

/** Checks a body; the body itself stays as the caller wrote it. */
export const parseMessagesRequest = (body: unknown): MessagesRequest => {
  const request = parseInput(MessagesRequest, body);
  requireKnownFields(asRecord(body), messagesFields);
  searchOfMessages(request);
  return request;
};

/** The search of the web that a request asks for; throws where it is not offered as it was asked for. */
export const searchOfMessages = ({ tools }: Pick<MessagesRequest, "tools">): WebSearch | undefined =>
  onlySearch(
    (tools ?? []).flatMap((tool, at) => {
      const field = `tools.${at}`;
      return tool.type?.startsWith("web_search_") === true ? [{ search: anthropicSearch(tool, field), field }] : [];
    }),
  );

export const CountRequest = MessagesRequest.extend({ max_tokens: MessagesRequest.shape.max_tokens.nullish() });

/** A body whose size alone is needed; anything is accepted. */
export type CountRequest = z.infer<typeof CountRequest>;

export const parseCountRequest = (body: unknown): CountRequest => {
  const request = parseInput(CountRequest, body);
  requireKnownFields(request, messagesFields);
  return request;
};
