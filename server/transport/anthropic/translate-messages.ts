import { isFileId } from "../../contracts/file-id.ts";
import type { Message } from "../../contracts/ai/message.ts";
import { cacheOptions } from "../dialect/cache-options.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import { isCarried, readCarried, type CarriedSignature } from "./carried-signature.ts";
import type { MessageBlock, MessageContent, MessagesRequest } from "./messages-request.ts";

type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type ToolResult = Extract<Message, { role: "tool" }>["content"][number];
type ToolInput = Extract<AssistantPart, { type: "tool-call" }>["input"];

/** Read from a JSON body, so JSON all the way down. */
const asJson = (parsed: unknown): ToolInput => parsed as ToolInput;

const blocksOf = (content: MessageContent): readonly MessageBlock[] =>
  typeof content === "string" ? [{ type: "text", text: content }] : content;

/** Changes of the tools are made before: what the vendor gets is what is left of them. */
const isToolChange = ({ type }: MessageBlock): boolean => type === "tool_addition" || type === "tool_removal";

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
    case "file": {
      const fileId = stringIn(source, "file_id", at);
      if (!isFileId(fileId)) throw notTranslatable("A file by its vendor id");
      return {
        type: "file",
        mediaType: block.type === "image" ? "image/*" : "application/octet-stream",
        fileId,
        ...cacheOptions(block),
      };
    }
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

type ToolOutput = ToolResult["output"];

const isBlock = (value: unknown): value is MessageBlock =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** What a tool returned: words, or files among them. */
const outputOf = (content: unknown, isError: boolean, field: string, warn: Warn): ToolOutput => {
  const type = isError ? "error-text" : "text";
  if (content === undefined || content === null) return { type, value: "" };
  if (typeof content === "string") return { type, value: content };
  if (!Array.isArray(content)) throw invalidField(field, "a string or a list of content blocks");
  const parts = content.map((block: unknown, at) => {
    if (!isBlock(block)) throw invalidField(`${field}.${at}`, "a content block");
    // What a search for tools found; the tool itself is among those that came with the request.
    if (block.type === "tool_reference")
      return {
        type: "text" as const,
        text: `The tool ${stringIn(block, "tool_name", `${field}.${at}`)} is available.`,
      };
    return userPartOf(block, `${field}.${at}`);
  });
  if (parts.every((part) => part.type === "text"))
    return { type, value: parts.map((part) => (part.type === "text" ? part.text : "")).join("\n") };
  // Only a result in words can be marked.
  if (isError) warn("messages.tool_result.is_error");
  return { type: "content", value: parts };
};

const resultOf = (
  block: MessageBlock,
  field: string,
  toolNames: ReadonlyMap<string, string>,
  warn: Warn,
): ToolResult => {
  const toolCallId = stringIn(block, "tool_use_id", field);
  const toolName = toolNames.get(toolCallId);
  if (toolName === undefined) throw invalidField(`${field}.tool_use_id`, "the id of a tool use in a message before it");
  return {
    type: "tool-result",
    toolCallId,
    toolName,
    output: outputOf(block["content"], block["is_error"] === true, `${field}.content`, warn),
    ...cacheOptions(block),
  };
};

/** Thinking with any vendor's signature; each vendor is sent only its own. */
const thinkingOf = (text: string, signature: unknown): AssistantPart[] => {
  if (typeof signature !== "string" || signature === "") return [{ type: "reasoning", text }];
  if (!isCarried(signature)) return [{ type: "reasoning", text, providerOptions: { anthropic: { signature } } }];
  const carried = readCarried(signature);
  return [{ type: "reasoning", text, ...(carried === undefined ? {} : { providerOptions: carried.providerOptions }) }];
};

/** A block that only the vendor that made it reads; those of tool calls go to their calls. */
const redactedOf = (data: string): AssistantPart[] => {
  if (!isCarried(data))
    return [{ type: "reasoning", text: "", providerOptions: { anthropic: { redactedData: data } } }];
  const carried = readCarried(data);
  return carried === undefined || carried.call !== undefined
    ? []
    : [{ type: "text", text: "", providerOptions: carried.providerOptions }];
};

type CallOptions = ReadonlyMap<string, CarriedSignature["providerOptions"]>;

/** Signatures of a message's tool calls. */
const signedCalls = (blocks: readonly MessageBlock[]): CallOptions => {
  const signed = new Map<string, CarriedSignature["providerOptions"]>();
  for (const { type, data } of blocks) {
    if (type !== "redacted_thinking" || typeof data !== "string" || !isCarried(data)) continue;
    const carried = readCarried(data);
    if (carried?.call !== undefined) signed.set(carried.call, carried.providerOptions);
  }
  return signed;
};

const assistantPartOf = (
  block: MessageBlock,
  field: string,
  toolNames: Map<string, string>,
  signed: CallOptions,
): AssistantPart[] => {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: stringIn(block, "text", field), ...cacheOptions(block) }];
    case "tool_use": {
      const toolCallId = stringIn(block, "id", field);
      const toolName = stringIn(block, "name", field);
      toolNames.set(toolCallId, toolName);
      const providerOptions = { ...cacheOptions(block).providerOptions, ...signed.get(toolCallId) };
      const input = asJson(block["input"] ?? {});
      return [
        {
          type: "tool-call",
          toolCallId,
          toolName,
          input,
          ...(Object.keys(providerOptions).length === 0 ? {} : { providerOptions }),
        },
      ];
    }
    case "thinking":
      return thinkingOf(stringIn(block, "thinking", field), block["signature"]);
    case "redacted_thinking":
      return redactedOf(stringIn(block, "data", field));
    // What was looked up stands in the words that follow.
    case "server_tool_use":
      if (block["name"] === "web_search") return [];
      throw notTranslatable(`A call of ${String(block["name"]).slice(0, 64)}`);
    case "web_search_tool_result":
      return [];
    default:
      throw notTranslatable(`A block of type ${block.type}`);
  }
};

const systemOf = (content: MessageContent, field: string): Message[] =>
  blocksOf(content).flatMap((block, at): Message[] => {
    if (isToolChange(block)) return [];
    if (block.type !== "text") throw notTranslatable(`A block of type ${block.type}`);
    return [{ role: "system", content: stringIn(block, "text", `${field}.${at}`), ...cacheOptions(block) }];
  });

/** A user's turn: results of tools first, in a message of their own, then what the user says. */
const userOf = (
  content: MessageContent,
  field: string,
  toolNames: ReadonlyMap<string, string>,
  warn: Warn,
): Message[] => {
  if (typeof content === "string") return [{ role: "user", content }];
  const results: ToolResult[] = [];
  const parts: UserPart[] = [];
  for (const [at, block] of content.entries()) {
    const where = `${field}.${at}`;
    if (block.type === "tool_result") results.push(resultOf(block, where, toolNames, warn));
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
  for (const [at, { role, content = [], ...settings }] of messages.entries()) {
    const field = `messages.${at}.content`;
    for (const setting of ["output_config", "clear_at"])
      if (settings[setting] !== undefined && settings[setting] !== null) warn(`messages.${setting}`);
    if (role === "system") translated.push(...systemOf(content, field));
    else if (role === "user") translated.push(...userOf(content, field, toolNames, warn));
    else {
      const blocks = blocksOf(content);
      const signed = signedCalls(blocks);
      const parts = blocks.flatMap((block, n) => assistantPartOf(block, `${field}.${n}`, toolNames, signed));
      if (parts.length > 0) translated.push({ role: "assistant", content: parts });
    }
  }
  return translated;
};
