import type { Message } from "../../contracts/ai/message.ts";
import { isFileId } from "../../contracts/file-id.ts";
import { cacheOptions } from "../dialect/cache-options.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";

type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type FilePart = Extract<UserPart, { type: "file" }>;

const dataUrl = /^data:([a-z0-9.+-]+\/[a-z0-9.+*-]+);base64,/i;

/** Of a file that was uploaded before: what it is, it said then. */
const anyType = "application/octet-stream";

interface Source {
  readonly mediaType: string;
  readonly data: string;
}

const readDataUrl = (url: string): Source | undefined => {
  const head = dataUrl.exec(url.slice(0, 256));
  const mediaType = head?.[1];
  return head && mediaType !== undefined
    ? { mediaType: mediaType.toLowerCase(), data: url.slice(head[0].length) }
    : undefined;
};

const stringIn = (value: unknown, key: string): string | undefined => {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === "string" ? found : undefined;
};

const imageOf = (part: Record<string, unknown>, field: string, warn: Warn): FilePart => {
  const url = stringIn(part["image_url"], "url");
  if (url === undefined) throw invalidField(`${field}.image_url.url`, "an https address or a data: URL");
  const detail = stringIn(part["image_url"], "detail");
  if (detail !== undefined && detail !== "auto") warn("messages.image_url.detail");
  const inline = readDataUrl(url);
  if (inline) return { type: "file", ...inline };
  if (!url.startsWith("https://")) throw invalidField(`${field}.image_url.url`, "an https address or a data: URL");
  return { type: "file", mediaType: "image/*", url };
};

const fileOf = (part: Record<string, unknown>, field: string): FilePart => {
  const { file } = part;
  const fileId = stringIn(file, "file_id");
  if (isFileId(fileId)) return { type: "file", mediaType: anyType, fileId };
  const data = stringIn(file, "file_data");
  if (data === undefined) throw notTranslatable("A file by its vendor id");
  const inline = readDataUrl(data);
  if (!inline) throw invalidField(`${field}.file.file_data`, "a data: URL with a media type");
  const filename = stringIn(file, "filename");
  return { type: "file", ...inline, ...(filename === undefined ? {} : { filename }) };
};

/** One part of a user's message. */
export const translateUserPart = (
  part: { readonly type: string; readonly [key: string]: unknown },
  field: string,
  warn: Warn,
): UserPart => {
  switch (part.type) {
    case "text": {
      const text = part["text"];
      if (typeof text !== "string") throw invalidField(`${field}.text`, "a string");
      return { type: "text", text, ...cacheOptions(part) };
    }
    case "image_url":
      return { ...imageOf(part, field, warn), ...cacheOptions(part) };
    case "file":
      return { ...fileOf(part, field), ...cacheOptions(part) };
    case "input_audio":
      throw notTranslatable("Audio input");
    default:
      throw invalidField(`${field}.type`, "text, image_url or file");
  }
};
