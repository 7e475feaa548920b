import type { Message } from "../../contracts/ai/message.ts";
import { cacheOptions } from "../dialect/cache-options.ts";
import type { ChatMessage } from "./chat-request.ts";
import { readReasoningDetails, signatureInExtra } from "./reasoning-details.ts";
import { translateUserPart } from "./translate-user-part.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";

type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type ToolResult = Extract<Message, { role: "tool" }>["content"][number];

/** Fields of a message that only OpenAI's own models know. */
const vendorOnly = ["name", "refusal", "audio"] as const;

const textOf = (content: ChatMessage["content"], field: string): string => {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  return content
    .map((part, at) => {
      const text = part.type === "refusal" ? part["refusal"] : part["text"];
      if (typeof text !== "string") throw invalidField(`${field}.${at}`, "a text part");
      return text;
    })
    .join("");
};

const parseArguments = (text: string, field: string): unknown => {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw invalidField(field, "JSON text");
  }
};

type ToolInput = Extract<AssistantPart, { type: "tool-call" }>["input"];

/** JSON.parse returns JSON and nothing else. */
const asJson = (parsed: unknown): ToolInput => parsed as ToolInput;

const signedBy = (thoughtSignature: string | undefined) =>
  thoughtSignature === undefined ? {} : { providerOptions: { google: { thoughtSignature } } };

const assistantOf = (message: ChatMessage, field: string, toolNames: Map<string, string>, warn: Warn): Message => {
  const text = textOf(message.content, `${field}.content`);
  const calls = message.tool_calls ?? [];
  const { reasoning, calls: signatures, text: signature, lost } = readReasoningDetails(message["reasoning_details"]);
  if (lost) warn("messages.reasoning_details");
  const told = message["reasoning_content"];
  // Without its signature, no vendor takes thinking back.
  if (typeof told === "string" && told !== "" && reasoning.length === 0) warn("messages.reasoning_content");
  if (calls.length === 0 && reasoning.length === 0 && signature === undefined)
    return { role: "assistant", content: text };
  const parts: AssistantPart[] = [...reasoning];
  if (text !== "" || signature !== undefined) parts.push({ type: "text", text, ...signedBy(signature) });
  for (const [at, call] of calls.entries()) {
    if (!call.function) throw notTranslatable("A custom tool call");
    toolNames.set(call.id, call.function.name);
    const input = parseArguments(call.function.arguments, `${field}.tool_calls.${at}.function.arguments`);
    parts.push({
      type: "tool-call",
      toolCallId: call.id,
      toolName: call.function.name,
      input: asJson(input),
      ...signedBy(signatureInExtra(call) ?? signatures.get(call.id)),
    });
  }
  return { role: "assistant", content: parts };
};

const toolResultOf = (message: ChatMessage, field: string, toolNames: ReadonlyMap<string, string>): ToolResult => {
  const toolCallId = message.tool_call_id;
  const toolName = typeof toolCallId === "string" ? toolNames.get(toolCallId) : undefined;
  if (typeof toolCallId !== "string" || toolName === undefined) {
    throw invalidField(`${field}.tool_call_id`, "the id of a tool call in an assistant message before it");
  }
  return {
    type: "tool-result",
    toolCallId,
    toolName,
    output: { type: "text", value: textOf(message.content, `${field}.content`) },
    ...cacheOptions(message),
  };
};

const userOf = (message: ChatMessage, field: string, warn: Warn): Message => {
  const { content } = message;
  if (content === undefined || content === null)
    throw invalidField(`${field}.content`, "a string or a list of content parts");
  if (typeof content === "string") return { role: "user", content, ...cacheOptions(message) };
  if (content.length === 0) throw invalidField(`${field}.content`, "at least one part");
  return {
    role: "user",
    content: content.map((part, at) => translateUserPart(part, `${field}.content.${at}`, warn)),
    ...cacheOptions(message),
  };
};

/** A conversation of OpenAI's dialect in the vocabulary of Nexus' own contract. */
export const translateChatMessages = (messages: readonly ChatMessage[], warn: Warn): Message[] => {
  const toolNames = new Map<string, string>();
  const translated: Message[] = [];
  for (const [at, message] of messages.entries()) {
    const field = `messages.${at}`;
    for (const name of vendorOnly) {
      if (message[name] !== undefined && message[name] !== null) warn(`messages.${name}`);
    }
    switch (message.role) {
      case "system":
      case "developer":
        translated.push({
          role: "system",
          content: textOf(message.content, `${field}.content`),
          ...cacheOptions(message),
        });
        break;
      case "user":
        translated.push(userOf(message, field, warn));
        break;
      case "assistant":
        translated.push(assistantOf(message, field, toolNames, warn));
        break;
      case "tool": {
        const result = toolResultOf(message, field, toolNames);
        const before = translated.at(-1);
        // Results of parallel calls come as messages of their own, and belong together.
        if (before?.role === "tool") before.content.push(result);
        else translated.push({ role: "tool", content: [result] });
        break;
      }
      case "function":
        throw notTranslatable("The role function");
    }
  }
  return translated;
};
