import type { Message } from "../../contracts/ai/message.ts";
import { isFileId } from "../../contracts/file-id.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import { readThought, type CarriedThought } from "./carried-thought.ts";
import { InteractionContent, type InteractionStep } from "./interaction-request.ts";

type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type FilePart = Extract<UserPart, { type: "file" }>;
type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type ToolResult = Extract<Message, { role: "tool" }>["content"][number];
type Json = Extract<AssistantPart, { type: "tool-call" }>["input"];
type Signed = CarriedThought["providerOptions"];

/** Read from a JSON body, so JSON all the way down. */
const asJson = (parsed: unknown): Json => parsed as Json;

/** Of an address: any of its kind, where the caller does not say which. */
const anyOf: Readonly<Record<string, string>> = {
  image: "image/*",
  document: "application/pdf",
  audio: "audio/mpeg",
  video: "video/mp4",
};

const fileOf = (block: InteractionContent, warn: Warn): FilePart => {
  const { data, uri, mime_type: type } = block;
  if (block["resolution"] !== undefined && block["resolution"] !== null) warn("input.resolution");
  const mediaType = type?.toLowerCase() ?? anyOf[block.type] ?? "application/octet-stream";
  if (isFileId(uri)) return { type: "file", mediaType, fileId: uri };
  return typeof uri === "string"
    ? { type: "file", mediaType, url: uri }
    : { type: "file", mediaType, data: data ?? "" };
};

const userPartOf = (block: InteractionContent, field: string, warn: Warn): UserPart => {
  if (block.type === "text") {
    if (typeof block.text !== "string") throw invalidField(`${field}.text`, "a text");
    return { type: "text", text: block.text };
  }
  if (block.type in anyOf) return fileOf(block, warn);
  throw invalidField(`${field}.type`, "text, image, audio, document or video");
};

/** What is asked about, what was answered, and what came of its calls, put together to messages. */
class ConversationWriter {
  readonly messages: Message[] = [];
  readonly #names = new Map<string, string>();
  readonly #signedCalls = new Map<string, Signed>();
  readonly #warn: Warn;
  /** Of Google's own making: it belongs to what comes next. */
  #waiting: Signed | undefined;

  constructor(steps: readonly InteractionStep[], warn: Warn) {
    this.#warn = warn;
    for (const { type, signature } of steps) {
      const carried = type === "thought" ? readThought(signature) : undefined;
      if (carried?.of?.of === "call") this.#signedCalls.set(carried.of.id, carried.providerOptions);
    }
  }

  #say(part: AssistantPart): void {
    const last = this.messages.at(-1);
    if (last?.role === "assistant" && typeof last.content !== "string") last.content.push(part);
    else this.messages.push({ role: "assistant", content: [part] });
  }

  #taken(): { readonly providerOptions?: Signed } {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting === undefined ? {} : { providerOptions: waiting };
  }

  /** A signature that nothing came behind stands on a text that says nothing. */
  #flush(): void {
    if (this.#waiting !== undefined) this.#say({ type: "text", text: "", ...this.#taken() });
  }

  #result(step: InteractionStep | InteractionContent, field: string): void {
    const { call_id: id, name, is_error: failed, result } = step;
    if (typeof id !== "string") throw invalidField(`${field}.call_id`, "the id of the call");
    const toolName = typeof name === "string" ? name : this.#names.get(id);
    if (toolName === undefined) throw invalidField(`${field}.call_id`, "the id of a call in a step before it");
    const part: ToolResult = {
      type: "tool-result",
      toolCallId: id,
      toolName,
      output: this.#outputOf(result, failed === true, field),
    };
    const last = this.messages.at(-1);
    // Results of parallel calls are steps of their own, and belong together.
    if (last?.role === "tool") last.content.push(part);
    else this.messages.push({ role: "tool", content: [part] });
  }

  #outputOf(result: unknown, failed: boolean, field: string): ToolResult["output"] {
    if (result === undefined || result === null) throw invalidField(`${field}.result`, "what the function answered");
    if (typeof result === "string")
      return failed ? { type: "error-text", value: result } : { type: "text", value: result };
    const blocks = InteractionContent.array().min(1).safeParse(result);
    if (!blocks.success)
      return failed ? { type: "error-json", value: asJson(result) } : { type: "json", value: asJson(result) };
    const value = blocks.data.map((block, at) => userPartOf(block, `${field}.result.${at}`, this.#warn));
    if (!value.every((part) => part.type === "text")) return { type: "content", value };
    const text = value.map((part) => (part.type === "text" ? part.text : "")).join("\n");
    return failed ? { type: "error-text", value: text } : { type: "text", value: text };
  }

  #user(step: InteractionStep, field: string): void {
    const said: UserPart[] = [];
    for (const [at, block] of (step.content ?? []).entries()) {
      const place = `${field}.content.${at}`;
      if (block.type === "function_result") this.#result(block, place);
      else said.push(userPartOf(block, place, this.#warn));
    }
    if (said.length > 0) this.messages.push({ role: "user", content: said });
  }

  #output(step: InteractionStep, field: string): void {
    for (const [at, block] of (step.content ?? []).entries()) {
      const part = userPartOf(block, `${field}.content.${at}`, this.#warn);
      if (part.type !== "text") this.#say(part);
      else if (part.text !== "") this.#say({ type: "text", text: part.text, ...this.#taken() });
    }
  }

  #thought({ signature, summary }: InteractionStep): void {
    const carried = readThought(signature);
    const shown = (summary ?? []).map(({ text }) => text ?? "").join("");
    if (carried === undefined) {
      // Without its own signature, no vendor takes thinking back.
      if (shown !== "") this.#warn("input.thought");
      return;
    }
    const { of, providerOptions } = carried;
    if (of === undefined) {
      this.#flush();
      this.#waiting = providerOptions;
    } else if (of.of === "thought") this.#say({ type: "reasoning", text: of.text, providerOptions });
    else if (of.of === "text") this.#say({ type: "text", text: "", providerOptions });
  }

  #call(step: InteractionStep, field: string): void {
    const { id, name, signature } = step;
    if (typeof id !== "string") throw invalidField(`${field}.id`, "the id of the call");
    if (typeof name !== "string") throw invalidField(`${field}.name`, "the name of the function");
    this.#names.set(id, name);
    const own = readThought(signature)?.providerOptions ?? this.#signedCalls.get(id);
    const signed = own === undefined ? this.#taken() : { providerOptions: own };
    this.#say({ type: "tool-call", toolCallId: id, toolName: name, input: asJson(step.arguments ?? {}), ...signed });
  }

  add(step: InteractionStep, field: string): void {
    switch (step.type) {
      case "user_input":
        this.#flush();
        return this.#user(step, field);
      case "model_output":
        return this.#output(step, field);
      case "thought":
        return this.#thought(step);
      case "function_call":
        return this.#call(step, field);
      case "function_result":
        this.#flush();
        return this.#result(step, field);
      default:
        throw notTranslatable(`A step of type ${step.type}`);
    }
  }

  end(): readonly Message[] {
    this.#flush();
    return this.messages;
  }
}

/** A conversation of Google's interactions in the vocabulary of Nexus' own contract. */
export const translateSteps = (steps: readonly InteractionStep[], warn: Warn): Message[] => {
  const writer = new ConversationWriter(steps, warn);
  for (const [at, step] of steps.entries()) writer.add(step, `input.${at}`);
  return [...writer.end()];
};
