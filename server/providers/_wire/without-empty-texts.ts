import type { GenerateTextInput, Message } from "../../contracts/ai.ts";

type UserMessage = Extract<Message, { role: "user" }>;

const isEmpty = (part: { readonly type: string; readonly text?: unknown }): boolean =>
  part.type === "text" && part.text === "";

const kept = (message: UserMessage): UserMessage => {
  const { content } = message;
  if (typeof content === "string" || !content.some(isEmpty)) return message;
  const parts = content.filter((part) => !isEmpty(part));
  // A message that says nothing at all is still a turn.
  return { ...message, content: parts.length === 0 ? "" : parts };
};

/** Without text blocks that are empty, which many servers refuse; a whole message of no text is the vendor's to judge. */
export const withoutEmptyTexts = (input: GenerateTextInput): GenerateTextInput =>
  input.messages?.some((message) => message.role === "user" && kept(message) !== message)
    ? { ...input, messages: input.messages.map((message) => (message.role === "user" ? kept(message) : message)) }
    : input;
