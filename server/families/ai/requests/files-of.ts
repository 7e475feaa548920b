import type { Message } from "../../../contracts/ai/message.ts";

type FilePart = Extract<Exclude<Extract<Message, { role: "user" }>["content"], string>[number], { type: "file" }>;

/** A file in a conversation, and its place. */
export type PlacedFile = readonly [FilePart, string];

const filesIn = ({ content }: Message, at: string): readonly PlacedFile[] => {
  if (typeof content === "string") return [];
  return content.flatMap((part, index): PlacedFile[] => {
    const place = `${at}.content.${index}`;
    if (part.type === "file") return [[part, place]];
    if (part.type !== "tool-result" || part.output.type !== "content") return [];
    return part.output.value.flatMap((inner, n) =>
      inner.type === "file" ? [[inner, `${place}.output.value.${n}`] as const] : [],
    );
  });
};

/** Files among the parts of messages, and among the results of tools. */
export const filesOf = (messages: readonly Message[]): readonly PlacedFile[] =>
  messages.flatMap((message, index) => filesIn(message, `messages.${index}`));
