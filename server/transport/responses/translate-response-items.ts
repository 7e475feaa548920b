import type { Message } from "../../contracts/ai/message.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import { flatToolName } from "./called-tools.ts";
import { isCarriedReasoning, readCarriedReasoning, type CarriedReasoning } from "./carried-reasoning.ts";
import type { ResponseItem, ResponsePart } from "./responses-request.ts";
import { textOfContent, translateResponsePart } from "./translate-response-part.ts";

type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type ToolResult = Extract<Message, { role: "tool" }>["content"][number];
type ToolInput = Extract<AssistantPart, { type: "tool-call" }>["input"];

/** JSON.parse returns JSON and nothing else. */
const asJson = (parsed: unknown): ToolInput => parsed as ToolInput;

const stringAt = (item: ResponseItem, key: string, field: string): string => {
  const found = item[key];
  if (typeof found !== "string") throw invalidField(`${field}.${key}`, "a string");
  return found;
};

const parseArguments = (text: string, field: string): ToolInput => {
  if (text.trim() === "") return {};
  try {
    return asJson(JSON.parse(text));
  } catch {
    throw invalidField(field, "JSON text");
  }
};

const isPart = (value: unknown): value is ResponsePart =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Signatures of tool calls, wherever among the items they stand. */
const signedCalls = (items: readonly ResponseItem[]): ReadonlyMap<string, CarriedReasoning["providerOptions"]> => {
  const signed = new Map<string, CarriedReasoning["providerOptions"]>();
  for (const { type, encrypted_content: opaque } of items) {
    const carried = type === "reasoning" && isCarriedReasoning(opaque) ? readCarriedReasoning(opaque) : undefined;
    if (carried?.call !== undefined) signed.set(carried.call, carried.providerOptions);
  }
  return signed;
};

/** Puts items together to messages: what follows each other of one role is one message. */
class ConversationWriter {
  readonly messages: Message[] = [];
  readonly #toolNames = new Map<string, string>();
  readonly #signed: ReadonlyMap<string, CarriedReasoning["providerOptions"]>;
  readonly #warn: Warn;

  constructor(items: readonly ResponseItem[], warn: Warn) {
    this.#signed = signedCalls(items);
    this.#warn = warn;
  }

  #say(part: AssistantPart): void {
    const last = this.messages.at(-1);
    if (last?.role === "assistant" && typeof last.content !== "string") last.content.push(part);
    else this.messages.push({ role: "assistant", content: [part] });
  }

  #call(item: ResponseItem, field: string, input: ToolInput): void {
    const toolCallId = stringAt(item, "call_id", field);
    const namespace = typeof item["namespace"] === "string" ? item["namespace"] : undefined;
    const toolName = flatToolName(stringAt(item, "name", field), namespace);
    this.#toolNames.set(toolCallId, toolName);
    const providerOptions = this.#signed.get(toolCallId);
    this.#say({
      type: "tool-call",
      toolCallId,
      toolName,
      input,
      ...(providerOptions === undefined ? {} : { providerOptions }),
    });
  }

  #outputOf(output: unknown, field: string): ToolResult["output"] {
    if (typeof output === "string") return { type: "text", value: output };
    if (!Array.isArray(output)) throw invalidField(field, "a string or a list of content parts");
    const parts = output.map((part: unknown, at) => {
      if (!isPart(part)) throw invalidField(`${field}.${at}`, "a content part");
      return translateResponsePart(part, `${field}.${at}`, this.#warn);
    });
    if (parts.every((part) => part.type === "text"))
      return { type: "text", value: parts.map((part) => (part.type === "text" ? part.text : "")).join("\n") };
    return { type: "content", value: parts };
  }

  #result(item: ResponseItem, field: string): void {
    const toolCallId = stringAt(item, "call_id", field);
    const toolName = this.#toolNames.get(toolCallId);
    if (toolName === undefined) throw invalidField(`${field}.call_id`, "the id of a call in an item before it");
    const result: ToolResult = {
      type: "tool-result",
      toolCallId,
      toolName,
      output: this.#outputOf(item["output"], `${field}.output`),
    };
    const last = this.messages.at(-1);
    // Outputs of parallel calls are items of their own, and belong together.
    if (last?.role === "tool") last.content.push(result);
    else this.messages.push({ role: "tool", content: [result] });
  }

  #reason(item: ResponseItem): void {
    const opaque = item["encrypted_content"];
    if (!isCarriedReasoning(opaque)) {
      // Without its own signature, no vendor takes thinking back.
      this.#warn("input.reasoning");
      return;
    }
    const carried = readCarriedReasoning(opaque);
    if (carried === undefined || carried.call !== undefined) return;
    const { providerOptions, says } = carried;
    if (says) return this.#say({ type: "text", text: "", providerOptions });
    const summary: readonly unknown[] = Array.isArray(item["summary"]) ? item["summary"] : [];
    const text = summary.map((part) => (isPart(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
    this.#say({ type: "reasoning", text, providerOptions });
  }

  #message(item: ResponseItem, field: string): void {
    const at = `${field}.content`;
    switch (item.role) {
      case "system":
      case "developer":
        this.messages.push({ role: "system", content: textOfContent(item.content, at) });
        return;
      case "assistant":
        return this.#say({ type: "text", text: textOfContent(item.content, at) });
      case "user": {
        const { content } = item;
        if (content === undefined || content === null || content.length === 0)
          throw invalidField(at, "a string or a list of content parts");
        this.messages.push({
          role: "user",
          content:
            typeof content === "string"
              ? content
              : content.map((part, place) => translateResponsePart(part, `${at}.${place}`, this.#warn)),
        });
        return;
      }
      default:
        throw invalidField(`${field}.role`, "user, assistant, system or developer");
    }
  }

  add(item: ResponseItem, field: string): void {
    switch (item.type ?? "message") {
      case "message":
        return this.#message(item, field);
      case "function_call":
        return this.#call(item, field, parseArguments(stringAt(item, "arguments", field), `${field}.arguments`));
      case "custom_tool_call":
        return this.#call(item, field, { input: stringAt(item, "input", field) });
      case "function_call_output":
      case "custom_tool_call_output":
        return this.#result(item, field);
      case "reasoning":
        return this.#reason(item);
      case "image_generation_call": {
        const data = item["result"];
        if (typeof data === "string") this.#say({ type: "file", mediaType: "image/png", data });
        return;
      }
      // What it found stands in the answer.
      case "web_search_call":
        return;
      default:
        throw notTranslatable(`An item of type ${item.type ?? "message"}`);
    }
  }
}

/** A conversation of OpenAI's responses in the vocabulary of Nexus' own contract. */
export const translateResponseItems = (items: readonly ResponseItem[], warn: Warn): Message[] => {
  const writer = new ConversationWriter(items, warn);
  for (const [at, item] of items.entries()) writer.add(item, `input.${at}`);
  return writer.messages;
};
