import type { Message } from "../../contracts/ai.ts";
import { cacheOptions } from "../dialect/cache-options.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import type { MessageBlock, MessageContent, MessagesRequest } from "./messages-request.ts";

type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type ToolResult = Extract<Message, { role: "tool" }>["content"][number];
type ToolInput = Extract<AssistantPart, { type: "tool-call" }>["input"];

/** Read from a JSON body, so JSON all the way down. */
const asJson = (parsed: unknown): ToolInput => parsed as ToolInput;

const blocksOf = (content: MessageContent): readonly MessageBlock[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

const stringIn = (block: Readonly<Record<string, unknown>>, key: string, field: string): string => {
  const value = block[key];
  if (typeof value !== "string") throw invalidField(`${field}.${key}`, "a string");
  return value;
};

const sourceOf = ({ source }: MessageBlock, field: string): Readonly<Record<string, unknown>> => {
  if (typeof source !== "object" || source === null) throw invalidField(`${field}.source`, "an object");
  return { ...source };
};

const fileOf = (block: MessageBlock, field: string): UserPart => {
  const source = sourceOf(block, field);
  const at = `${field}.source`;
  switch (source["type"]) {
    case "base64":
      return {
        type: "file",
        mediaType: stringIn(source, "media_type", at),
        data: stringIn(source, "data", at),
        ...cacheOptions(block),
      };
    case "url":
      return {
        type: "file",
        mediaType: block.type === "image" ? "image/*" : "application/pdf",
        url: stringIn(source, "url", at),
        ...cacheOptions(block),
      };
    case "text":
      return { type: "text", text: stringIn(source, "data", at), ...cacheOptions(block) };
    default:
      throw notTranslatable(`A source of type ${String(source["type"]).slice(0, 32)}`);
  }
};

const userPartOf = (block: MessageBlock, field: string): UserPart => {
  switch (block.type) {
    case "text":
      return { type: "text", text: stringIn(block, "text", field), ...cacheOptions(block) };
    case "image":
    case "document":
      return fileOf(block, field);
    default:
      throw notTranslatable(`A block of type ${block.type}`);
  }
};

const resultText = (content: unknown, field: string): string => {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw invalidField(field, "a string or a list of text blocks");
  return content
    .map((block: unknown) => {
      if (typeof block === "object" && block !== null && "text" in block && typeof block.text === "string")
        return block.text;
      throw notTranslatable("A tool result that is not text");
    })
    .join("\n");
};

const resultOf = (block: MessageBlock, field: string, toolNames: ReadonlyMap<string, string>): ToolResult => {
  const toolCallId = stringIn(block, "tool_use_id", field);
  const toolName = toolNames.get(toolCallId);
  if (toolName === undefined) throw invalidField(`${field}.tool_use_id`, "the id of a tool use in a message before it");
  const value = resultText(block["content"], `${field}.content`);
  return {
    type: "tool-result",
    toolCallId,
    toolName,
    output: { type: block["is_error"] === true ? "error-text" : "text", value },
    ...cacheOptions(block),
  };
};

const assistantPartOf = (
  block: MessageBlock,
  field: string,
  toolNames: Map<string, string>,
  warn: Warn,
): AssistantPart[] => {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: stringIn(block, "text", field), ...cacheOptions(block) }];
    case "tool_use": {
      const toolCallId = stringIn(block, "id", field);
      const toolName = stringIn(block, "name", field);
      toolNames.set(toolCallId, toolName);
      return [{ type: "tool-call", toolCallId, toolName, input: asJson(block["input"] ?? {}), ...cacheOptions(block) }];
    }
    case "thinking":
    case "redacted_thinking":
      // Its signature means something to the vendor that thought it alone.
      warn(`messages.${block.type}`);
      return [];
    default:
      throw notTranslatable(`A block of type ${block.type}`);
  }
};

const systemOf = (content: MessageContent, field: string): Message[] =>
  blocksOf(content).map((block, at) => ({
    role: "system",
    content: stringIn(block, "text", `${field}.${at}`),
    ...cacheOptions(block),
  }));

/** A user's turn: results of tools first, in a message of their own, then what the user says. */
const userOf = (content: MessageContent, field: string, toolNames: ReadonlyMap<string, string>): Message[] => {
  if (typeof content === "string") return [{ role: "user", content }];
  const results: ToolResult[] = [];
  const parts: UserPart[] = [];
  for (const [at, block] of content.entries()) {
    const where = `${field}.${at}`;
    if (block.type === "tool_result") results.push(resultOf(block, where, toolNames));
    else parts.push(userPartOf(block, where));
  }
  return [
    ...(results.length === 0 ? [] : [{ role: "tool" as const, content: results }]),
    ...(parts.length === 0 ? [] : [{ role: "user" as const, content: parts }]),
  ];
};

/** A conversation of Anthropic's dialect in the vocabulary of Nexus' own contract. */
export const translateMessages = ({ system, messages }: MessagesRequest, warn: Warn): Message[] => {
  const toolNames = new Map<string, string>();
  const translated: Message[] = system === undefined || system === null ? [] : systemOf(system, "system");
  for (const [at, { role, content }] of messages.entries()) {
    const field = `messages.${at}.content`;
    if (role === "system") translated.push(...systemOf(content, field));
    else if (role === "user") translated.push(...userOf(content, field, toolNames));
    else {
      const parts = blocksOf(content).flatMap((block, n) => assistantPartOf(block, `${field}.${n}`, toolNames, warn));
      if (parts.length > 0) translated.push({ role: "assistant", content: parts });
    }
  }
  return translated;
};
