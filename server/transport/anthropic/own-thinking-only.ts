import { isCarried } from "./carried-signature.ts";
import { isForeignSearch } from "./search-blocks.ts";
import { asRecord } from "../dialect/as-record.ts";

/** What Anthropic would refuse: another vendor's thinking or search, and thinking that is unsigned. */
const isForeign = (block: unknown): boolean => {
  if (typeof block !== "object" || block === null || !("type" in block)) return false;
  if (isForeignSearch(block)) return true;
  if (block.type === "thinking") return "signature" in block && (block.signature === "" || isCarried(block.signature));
  return block.type === "redacted_thinking" && "data" in block && isCarried(block.data);
};

const blocksOf = (message: unknown): readonly unknown[] => {
  if (typeof message !== "object" || message === null || !("content" in message)) return [];
  return Array.isArray(message.content) ? message.content : [];
};

const hasForeign = (message: unknown): boolean => blocksOf(message).some(isForeign);

/** Messages for Anthropic itself, without the thinking and the searches that came from elsewhere; the same list where there is none. */
export const ownThinkingOnly = (messages: unknown): unknown => {
  if (!Array.isArray(messages) || !messages.some(hasForeign)) return messages;
  return messages.flatMap((message: unknown) => {
    if (!hasForeign(message)) return [message];
    const content = blocksOf(message).filter((block) => !isForeign(block));
    return content.length === 0 ? [] : [{ ...asRecord(message), content }];
  });
};
