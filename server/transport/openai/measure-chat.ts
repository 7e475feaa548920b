import type { Medium } from "../../contracts/media.ts";
import { isFileId } from "../../contracts/file-id.ts";
import { mediumKindOf } from "../../contracts/media-kind.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import { dataUrlOf } from "../dialect/data-url.ts";
import { requireOneFile } from "../dialect/require-one-file.ts";
import { sizeOfSearch } from "../dialect/hosted-tools.ts";
import { outputLimitAsked, searchOfChat, spokenField, type ChatRequest } from "./chat-request.ts";

const stringIn = (value: unknown, key: string): string | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
};

/** Parts that are text through and through. */
const textual: ReadonlySet<string> = new Set(["text", "refusal", "thinking", "reasoning", "input_text", "output_text"]);

const addressed = { image_url: "image", input_image: "image", video_url: "video", audio_url: "audio" } as const;
const isAddressed = (type: string): type is keyof typeof addressed => Object.hasOwn(addressed, type);

/** The medium in a part, or undefined where it is text. */
const mediumOf = (part: { readonly type: string; readonly [key: string]: unknown }, at: string): Medium | undefined => {
  const { type } = part;
  if (textual.has(type)) return undefined;
  if (isAddressed(type)) {
    const url = stringIn(part[type], "url") ?? stringIn(part, type) ?? stringIn(part, "image_url");
    return {
      kind: addressed[type],
      field: `${at}.${type}`,
      data: url === undefined ? undefined : dataUrlOf(url)?.data,
    };
  }
  if (type === "input_audio") {
    return { kind: "audio", field: `${at}.input_audio.data`, data: stringIn(part["input_audio"], "data") };
  }
  if (type === "file") {
    const fileId = stringIn(part["file"], "file_id");
    if (isFileId(fileId)) {
      requireOneFile(part["file"], `${at}.file`);
      return { kind: "document", field: `${at}.file.file_id`, data: undefined, fileId };
    }
    const file = stringIn(part["file"], "file_data");
    const inline = file === undefined ? undefined : dataUrlOf(file);
    const kind = inline === undefined ? "document" : mediumKindOf(inline.mediaType, inline.data);
    // Some servers take bare base64, or an address.
    const data = inline?.data ?? (file === undefined || file.includes(":") ? undefined : file);
    return kind && { kind, field: `${at}.file.file_data`, data };
  }
  return { kind: "other", field: `${at}.type`, data: undefined };
};

const marksCache = (value: object): boolean => "cache_control" in value;

/**
 * How large a chat can get. JSON never takes fewer bytes than the text in it, so the body's own size bounds the text,
 * without the inline media in it.
 */
export const measureChat = (
  request: ChatRequest,
  byteLength: number,
): { readonly size: RequestSize; readonly needs: RequestNeeds } => {
  const media: Medium[] = [];
  let mediaChars = 0;
  let writesCache = marksCache(request) || (request.tools?.some(marksCache) ?? false);
  for (const [index, message] of request.messages.entries()) {
    if (marksCache(message)) writesCache = true;
    // What an earlier answer said, by its id at the vendor.
    if (message.audio !== undefined && message.audio !== null) {
      media.push({ kind: "audio", field: `messages.${index}.audio`, data: undefined });
      // Sent back as it came; of its sound, only the id goes on.
      mediaChars += stringIn(message.audio, "data")?.length ?? 0;
    }
    for (const member of ["content", "images"] as const) {
      const parts = message[member];
      if (!Array.isArray(parts)) continue;
      for (const [place, part] of parts.entries()) {
        if (marksCache(part)) writesCache = true;
        const medium = mediumOf(part, `messages.${index}.${member}.${place}`);
        if (medium === undefined) continue;
        media.push(medium);
        mediaChars += medium.data?.length ?? 0;
      }
    }
  }
  const format = request.response_format?.type;
  // The tools of before, under which the same words of the vendor's own stand.
  const functions: readonly unknown[] = Array.isArray(request["functions"]) ? request["functions"] : [];
  const search = searchOfChat(request);
  const spoken = spokenField(request);
  return {
    size: {
      textBytes: Math.max(byteLength - mediaChars, 0),
      media,
      toolTypes: [...(request.tools ?? []).map(({ type }) => type), ...functions.map(() => "function")],
      maxOutputTokens: outputLimitAsked(request),
      choices: request.n ?? 1,
      writesCache,
      ...sizeOfSearch(search),
      ...(spoken === undefined ? {} : { spoken: true }),
    },
    needs: {
      tools: (request.tools?.length ?? 0) > 0 || Array.isArray(request["functions"]),
      images: media.some(({ kind }) => kind === "image"),
      json: format === "json_object" || format === "json_schema",
      search: search !== undefined,
      ...(spoken === undefined ? {} : { spoken }),
    },
  };
};
