import { isFileId } from "../../contracts/file-id.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium, MediumKind } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import { sizeOfSearch } from "../dialect/hosted-tools.ts";
import { toolsInMessages } from "./tools-in-messages.ts";
import { searchOfMessages, type CountRequest, type MessageBlock, type MessageContent } from "./messages-request.ts";

const marksCache = (value: object): boolean => "cache_control" in value;

const isBlock = (value: unknown): value is MessageBlock =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Each reference to a tool that comes later may put its whole definition before the model once more. */
const referred = (content: unknown): readonly string[] =>
  listOf(content).flatMap((block) => {
    if (block.type === "tool_reference" && typeof block["tool_name"] === "string") return [block["tool_name"]];
    return Array.isArray(block["content"]) ? referred(block["content"]) : [];
  });

const repeatedBytes = ({ messages, tools }: CountRequest): number => {
  const names = messages.flatMap(({ content }) => referred(content));
  if (names.length < 2) return 0;
  const bytes = new Map((tools ?? []).map((tool) => [tool.name, Buffer.byteLength(JSON.stringify(tool))]));
  const once = new Set(names);
  const sizeOf = (all: Iterable<string>): number => [...all].reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0);
  return sizeOf(names) - sizeOf(once);
};

const listOf = (content: unknown): readonly MessageBlock[] => (Array.isArray(content) ? content.filter(isBlock) : []);

/** Blocks that are text through and through, or hold blocks that are counted by themselves. */
const textual: ReadonlySet<string> = new Set([
  "text",
  "thinking",
  "redacted_thinking",
  "tool_use",
  "tool_result",
  "search_result",
  "server_tool_use",
  "web_search_tool_result",
  "web_fetch_tool_result",
  "tool_reference",
  "tool_addition",
  "tool_removal",
  "compaction",
]);

interface Count {
  readonly media: Medium[];
  mediaChars: number;
  writesCache: boolean;
}

const sourceOf = (block: MessageBlock): Readonly<Record<string, unknown>> | undefined =>
  typeof block["source"] === "object" && block["source"] !== null ? { ...block["source"] } : undefined;

/** An image or a document; one whose source is text, or blocks, is counted as those. */
const countSource = (kind: MediumKind, block: MessageBlock, field: string, count: Count): void => {
  const source = sourceOf(block);
  if (source?.["type"] === "text") return;
  if (source?.["type"] === "content") return countBlocks(source["content"], `${field}.source.content`, count);
  const fileId = source?.["type"] === "file" ? source["file_id"] : undefined;
  if (isFileId(fileId)) {
    count.media.push({ kind, field: `${field}.source.file_id`, data: undefined, fileId });
    return;
  }
  const data = source?.["type"] === "base64" && typeof source["data"] === "string" ? source["data"] : undefined;
  const said = typeof source?.["media_type"] === "string" ? mediumKindOf(source["media_type"]) : undefined;
  count.media.push({ kind: said ?? kind, field: `${field}.source`, data });
  count.mediaChars += data?.length ?? 0;
};

const countBlocks = (content: unknown, at: string, count: Count): void => {
  for (const [index, block] of listOf(content).entries()) {
    const field = `${at}.${index}`;
    if (marksCache(block)) count.writesCache = true;
    if (block.type === "image" || block.type === "document") countSource(block.type, block, field, count);
    else if (block.type === "container_upload" && isFileId(block["file_id"]))
      count.media.push({ kind: "other", field: `${field}.file_id`, data: undefined, fileId: block["file_id"] });
    else if (!textual.has(block.type)) count.media.push({ kind: "other", field: `${field}.type`, data: undefined });
    // Blocks may stand within the results of tools and searches.
    if (Array.isArray(block["content"])) countBlocks(block["content"], `${field}.content`, count);
  }
};

/** How large a request can get: the body's own bytes bound its text, without the inline media in it. */
export const measureMessages = (
  request: CountRequest,
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const defined = toolsInMessages(request.messages).flatMap((one) => (one.change === "define" ? [one.tool] : []));
  const count: Count = {
    media: [],
    mediaChars: 0,
    writesCache: marksCache(request) || (request.tools?.some(marksCache) ?? false),
  };
  const contents: readonly (readonly [string, MessageContent | null | undefined])[] = [
    ["system", request.system],
    ...request.messages.map(({ content }, index) => [`messages.${index}.content`, content] as const),
  ];
  for (const [field, content] of contents) countBlocks(content, field, count);
  const search = searchOfMessages(request);
  return {
    size: {
      textBytes: Math.max(byteLength - count.mediaChars, 0) + repeatedBytes(request),
      media: count.media,
      toolTypes: [...(request.tools ?? []), ...defined].map(({ type }) => type ?? "custom"),
      maxOutputTokens: request.max_tokens ?? undefined,
      choices: 1,
      writesCache: count.writesCache,
      ...sizeOfSearch(search),
    },
    needs: {
      tools: (request.tools?.length ?? 0) + defined.length > 0,
      images: count.media.some(({ kind }) => kind === "image"),
      json: request["output_config"] !== undefined || request["output_format"] !== undefined,
      search: search !== undefined,
    },
  };
};
