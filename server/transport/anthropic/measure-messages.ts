import type { RequestNeeds, RequestSize } from "../../gateway/metered-request.ts";
import { documentPages } from "../dialect/document-pages.ts";
import type { MessageBlock, MessageContent, MessagesRequest } from "./messages-request.ts";

const marksCache = (value: object): boolean => "cache_control" in value;

const isBlock = (value: unknown): value is MessageBlock =>
  typeof value === "object" && value !== null && "type" in value;

const listOf = (content: unknown): readonly MessageBlock[] => (Array.isArray(content) ? content.filter(isBlock) : []);

/** Length of a block's inline data, or undefined where it lies elsewhere. */
const inlineChars = ({ source }: MessageBlock): number | undefined =>
  typeof source === "object" && source !== null && "data" in source && typeof source.data === "string"
    ? source.data.length
    : undefined;

interface Count {
  images: number;
  imageChars: number;
  writesCache: boolean;
}

/** Blocks may stand within the results of tools. */
const countBlocks = (content: MessageContent | null | undefined, count: Count): void => {
  for (const block of listOf(content)) {
    if (marksCache(block)) count.writesCache = true;
    if (block.type === "image") {
      count.images += 1;
      count.imageChars += inlineChars(block) ?? 0;
    } else if (block.type === "document") count.images += documentPages(inlineChars(block));
    else if (block.type === "tool_result" && Array.isArray(block["content"]))
      countBlocks(listOf(block["content"]).slice(), count);
  }
};

/** How large a request can get: the body's own bytes bound its text, without inline images. */
export const measureMessages = (
  request: MessagesRequest,
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const count: Count = {
    images: 0,
    imageChars: 0,
    writesCache: marksCache(request) || (request.tools?.some(marksCache) ?? false),
  };
  countBlocks(request.system, count);
  for (const { content } of request.messages) countBlocks(content, count);
  return {
    size: {
      textBytes: Math.max(byteLength - count.imageChars, 0),
      images: count.images,
      maxOutputTokens: request.max_tokens,
      choices: 1,
      writesCache: count.writesCache,
    },
    needs: {
      tools: (request.tools?.length ?? 0) > 0,
      images: count.images > 0,
      json: request["output_config"] !== undefined || request["output_format"] !== undefined,
      embeddings: false,
    },
  };
};
