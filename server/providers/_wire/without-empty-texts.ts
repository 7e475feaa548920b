import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Message } from "../../contracts/ai/message.ts";

const isEmpty = (part: { readonly type: string; readonly text?: unknown }): boolean =>
  part.type === "text" && part.text === "";

const kept = (message: Message): readonly Message[] => {
  if (message.role === "system") return message.content === "" ? [] : [message];
  if (message.role !== "user" || typeof message.content === "string" || !message.content.some(isEmpty))
    return [message];
  const parts = message.content.filter((part) => !isEmpty(part));
  // A message that says nothing at all is still a turn.
  return [{ ...message, content: parts.length === 0 ? "" : parts }];
};

/**
 * Without instructions and text blocks that are empty, which many servers refuse; a whole message without text is the
 * vendor's to judge.
 */
export const withoutEmptyTexts = (input: GenerateTextInput): GenerateTextInput => {
  const { messages } = input;
  if (messages === undefined) return input;
  const some = messages.flatMap(kept);
  return some.length === messages.length && some.every((message, at) => message === messages[at])
    ? input
    : { ...input, messages: some };
};
