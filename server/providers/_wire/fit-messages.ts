import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Message } from "../../contracts/ai/message.ts";
import type { WarnOfChange } from "./fit.ts";
import { isRecord } from "./json.ts";
import { noteText } from "./note-text.ts";

type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type ReasoningPart = Extract<AssistantPart, { type: "reasoning" }>;
type ToolMessage = Extract<Message, { role: "tool" }>;
type SystemMessage = Extract<Message, { role: "system" }>;

/** What a vendor takes in a conversation. */
export interface MessageRules {
  /** Texts that it refuses for saying nothing. */
  readonly saysNothing: (text: string) => boolean;
  /** Thinking that it takes back: its own, by its signature. */
  readonly takesBack: (part: ReasoningPart) => boolean;
  /** Thinking that it returns but never needs back. */
  readonly toldOnly?: (part: ReasoningPart) => boolean;
  /** A part that must be sent although its text says nothing. */
  readonly mustStay?: (part: AssistantPart) => boolean;
  /** Tool call ids in the vendor's own alphabet. */
  readonly toolCallId?: (id: string) => string;
}

/** A later instruction keeps its place, in the one role that a vendor takes there. */
const noteOf = ({ content, providerOptions }: SystemMessage): Message => ({
  role: "user",
  content: [{ type: "text", text: noteText(content), ...(providerOptions === undefined ? {} : { providerOptions }) }],
});

const keptUserParts = (parts: readonly UserPart[], { saysNothing }: MessageRules): UserPart[] =>
  parts.filter((part) => part.type !== "text" || !saysNothing(part.text));

const keptAssistantParts = (
  parts: readonly AssistantPart[],
  { saysNothing, takesBack, toldOnly, mustStay, toolCallId }: MessageRules,
  warn: WarnOfChange,
): AssistantPart[] =>
  parts.flatMap((part): AssistantPart[] => {
    if (mustStay?.(part) === true) return [part];
    switch (part.type) {
      case "text":
        return saysNothing(part.text) ? [] : [part];
      case "reasoning":
        if (takesBack(part)) return [part];
        if (toldOnly?.(part) !== true)
          warn("messages.reasoning", "thinking without this vendor's signature was left out");
        return [];
      case "tool-call": {
        // Models of servers with looser rules may have called with a list or a bare value.
        const input = isRecord(part.input) ? part.input : { value: part.input };
        return [{ ...part, input, toolCallId: toolCallId?.(part.toolCallId) ?? part.toolCallId }];
      }
      case "file":
        return [part];
    }
  });

type ToolOutput = ToolMessage["content"][number]["output"];

const keptOutput = (output: ToolOutput, rules: MessageRules): ToolOutput => {
  if (output.type !== "content") return output;
  const value = keptUserParts(output.value, rules);
  return value.length === 0 ? { type: "text", value: "" } : { type: "content", value };
};

const keptResults = (message: ToolMessage, rules: MessageRules): ToolMessage => ({
  ...message,
  content: message.content.map((result) => ({
    ...result,
    toolCallId: rules.toolCallId?.(result.toolCallId) ?? result.toolCallId,
    output: keptOutput(result.output, rules),
  })),
});

/** A message without what says nothing, or nothing where that was all. */
const kept = (
  message: Exclude<Message, SystemMessage>,
  rules: MessageRules,
  warn: WarnOfChange,
): Message | undefined => {
  if (message.role === "tool") return keptResults(message, rules);
  if (typeof message.content === "string") return rules.saysNothing(message.content) ? undefined : message;
  if (message.role === "user") {
    const content = keptUserParts(message.content, rules);
    return content.length === 0 ? undefined : { ...message, content };
  }
  const content = keptAssistantParts(message.content, rules, warn);
  return content.length === 0 ? undefined : { ...message, content };
};

/** Vendors that know instructions apart from the conversation want a conversation beside them. */
const askedBySystem = (messages: readonly Message[], warn: WarnOfChange): Message[] => {
  const last = messages.at(-1);
  if (last?.role !== "system") return [...messages];
  warn("messages.system", "with no other message there, the last one was sent as the user's");
  return [...messages.slice(0, -1), { role: "user", content: last.content }];
};

/**
 * A conversation for vendors that take instructions at its beginning only, refuse empty texts, and know their own
 * thinking alone. Later instructions keep their place as marked notes in the user's role, after the results of the tool
 * calls before them.
 */
export const fitMessages = (input: GenerateTextInput, rules: MessageRules, warn: WarnOfChange): GenerateTextInput => {
  const { messages } = input;
  if (messages === undefined) return input;
  const fitted: Message[] = [];
  let notes: Message[] = [];
  let begun = false;
  for (const message of messages) {
    if (message.role === "system") {
      if (rules.saysNothing(message.content)) continue;
      if (begun) {
        warn("messages.system", "an instruction after the first turn was sent as a marked note of the user's");
        notes.push(noteOf(message));
      } else fitted.push(message);
      continue;
    }
    const whole = kept(message, rules, warn);
    if (whole === undefined) continue;
    begun = true;
    if (whole.role !== "tool") {
      fitted.push(...notes);
      notes = [];
    }
    fitted.push(whole);
  }
  fitted.push(...notes);
  if (begun) return { ...input, messages: fitted };
  // Where nothing at all is left, the vendor may say so.
  return fitted.length === 0 ? input : { ...input, messages: askedBySystem(fitted, warn) };
};
