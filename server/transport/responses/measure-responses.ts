import { isFileId } from "../../contracts/file-id.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { Medium } from "../../contracts/media.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import { dataUrlOf } from "../dialect/data-url.ts";
import { sizeOfSearch } from "../dialect/hosted-tools.ts";
import { requireOneFile } from "../dialect/require-one-file.ts";
import { searchOfResponses, type ResponseItem, type ResponsePart, type ResponsesRequest } from "./responses-request.ts";

const stringIn = (value: Readonly<Record<string, unknown>>, key: string): string | undefined => {
  const found = value[key];
  return typeof found === "string" ? found : undefined;
};

/** Parts, and items, that are text through and through. */
const textualParts: ReadonlySet<string> = new Set([
  "input_text",
  "output_text",
  "text",
  "refusal",
  "reasoning_text",
  "summary_text",
]);
const textualItems: ReadonlySet<string> = new Set([
  "message",
  "function_call",
  "function_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "reasoning",
  "local_shell_call",
  "local_shell_call_output",
  "shell_call",
  "shell_call_output",
  "apply_patch_call",
  "apply_patch_call_output",
  "tool_search_call",
  "tool_search_output",
  "additional_tools",
  "configuration_update",
  "item_reference",
  // What was found is kept for no other turn: https://platform.openai.com/docs/guides/tools-web-search
  "web_search_call",
]);

/** The medium in a part; undefined where it is text. */
const mediumOf = (part: ResponsePart, at: string): Medium | undefined => {
  const fileId = stringIn(part, "file_id");
  if (isFileId(fileId)) {
    requireOneFile(part, at);
    return { kind: "document", field: `${at}.file_id`, data: undefined, fileId };
  }
  switch (part.type) {
    case "input_image": {
      const url = stringIn(part, "image_url");
      return { kind: "image", field: `${at}.image_url`, data: url === undefined ? undefined : dataUrlOf(url)?.data };
    }
    case "input_file": {
      const file = stringIn(part, "file_data");
      const inline = file === undefined ? undefined : dataUrlOf(file);
      const kind = inline === undefined ? "document" : mediumKindOf(inline.mediaType, inline.data);
      // As elsewhere, bare base64 may stand for a data: URL.
      const data = inline?.data ?? (file === undefined || file.includes(":") ? undefined : file);
      return kind && { kind, field: `${at}.${file === undefined ? "file_url" : "file_data"}`, data };
    }
    case "input_audio": {
      const audio = part["input_audio"];
      const data = typeof audio === "object" && audio !== null ? Reflect.get(audio, "data") : undefined;
      return { kind: "audio", field: `${at}.input_audio.data`, data: typeof data === "string" ? data : undefined };
    }
    default:
      return textualParts.has(part.type) ? undefined : { kind: "other", field: `${at}.type`, data: undefined };
  }
};

const isPart = (value: unknown): value is ResponsePart =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const mediaIn = (list: unknown, at: string): readonly Medium[] =>
  Array.isArray(list)
    ? list.flatMap((part: unknown, index) => (isPart(part) ? (mediumOf(part, `${at}.${index}`) ?? []) : []))
    : [];

const mediaOfItem = (item: ResponseItem, at: string): readonly Medium[] => {
  const type = item.type ?? "message";
  if (type === "image_generation_call")
    return [{ kind: "image", field: `${at}.result`, data: stringIn(item, "result") }];
  if (!textualItems.has(type)) return [{ kind: "other", field: `${at}.type`, data: undefined }];
  return [...mediaIn(item.content, `${at}.content`), ...mediaIn(item["output"], `${at}.output`)];
};

/** The type of each tool, those within a namespace by themselves. */
const toolTypesOf = ({ tools }: ResponsesRequest): readonly string[] =>
  (tools ?? []).flatMap((tool) => [tool.type, ...(tool.tools ?? []).map(({ type }) => type)]);

/**
 * How large a request can get with everything that comes before it. JSON never takes fewer bytes than the text in it, so
 * its size bounds the text, without the inline media in it.
 */
export const measureResponses = (
  request: ResponsesRequest,
  items: readonly ResponseItem[],
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const media = items.flatMap((item, index) => mediaOfItem(item, `input.${index}`));
  const mediaChars = media.reduce((chars, { data }) => chars + (data?.length ?? 0), 0);
  const type = request.text?.format?.type;
  const search = searchOfResponses(request);
  return {
    size: {
      textBytes: Math.max(byteLength - mediaChars, 0),
      media,
      toolTypes: toolTypesOf(request),
      maxOutputTokens: request.max_output_tokens ?? undefined,
      choices: 1,
      writesCache: false,
      ...sizeOfSearch(search),
    },
    needs: {
      tools: (request.tools?.length ?? 0) > 0,
      images: media.some(({ kind }) => kind === "image"),
      json: type === "json_object" || type === "json_schema",
      search: search !== undefined,
    },
  };
};
