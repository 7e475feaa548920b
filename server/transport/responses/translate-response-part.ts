import type { Message } from "../../contracts/ai/message.ts";
import { isFileId } from "../../contracts/file-id.ts";
import { dataUrlOf } from "../dialect/data-url.ts";
import { invalidField, notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import type { ResponseItem, ResponsePart } from "./responses-request.ts";

export type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type FilePart = Extract<UserPart, { type: "file" }>;

const stringAt = (part: ResponsePart, key: string): string | undefined => {
  const found = part[key];
  return typeof found === "string" ? found : undefined;
};

/** A file that was uploaded before: what it is, it said then. */
const keptFile = (part: ResponsePart): FilePart | undefined => {
  const fileId = stringAt(part, "file_id");
  return isFileId(fileId) ? { type: "file", mediaType: "application/octet-stream", fileId } : undefined;
};

const imageOf = (part: ResponsePart, field: string, warn: Warn): FilePart => {
  const url = stringAt(part, "image_url");
  if (url === undefined) throw notTranslatable("An image by its vendor id");
  const detail = stringAt(part, "detail");
  if (detail !== undefined && detail !== "auto") warn("input.detail");
  const inline = dataUrlOf(url);
  if (inline) return { type: "file", ...inline };
  if (!url.startsWith("https://")) throw invalidField(`${field}.image_url`, "an https address or a data: URL");
  return { type: "file", mediaType: "image/*", url };
};

const fileOf = (part: ResponsePart, field: string): FilePart => {
  const filename = stringAt(part, "filename");
  const named = filename === undefined ? {} : { filename };
  const url = stringAt(part, "file_url");
  if (url !== undefined) {
    if (!url.startsWith("https://")) throw invalidField(`${field}.file_url`, "an https address");
    return { type: "file", mediaType: "application/pdf", url, ...named };
  }
  const data = stringAt(part, "file_data");
  if (data === undefined) throw notTranslatable("A file by its vendor id");
  const inline = dataUrlOf(data);
  if (!inline) throw invalidField(`${field}.file_data`, "a data: URL with a media type");
  return { type: "file", ...inline, ...named };
};

/** One part of what a person, or a tool, says. */
export const translateResponsePart = (part: ResponsePart, field: string, warn: Warn): UserPart => {
  switch (part.type) {
    case "input_text":
    case "output_text":
    case "text": {
      const text = stringAt(part, "text");
      if (text === undefined) throw invalidField(`${field}.text`, "a string");
      return { type: "text", text };
    }
    case "input_image":
      return keptFile(part) ?? imageOf(part, field, warn);
    case "input_file":
      return keptFile(part) ?? fileOf(part, field);
    case "input_audio":
      throw notTranslatable("Audio input");
    default:
      throw invalidField(`${field}.type`, "input_text, input_image or input_file");
  }
};

/** The words of a message; a refusal is what its model said. */
export const textOfContent = (content: ResponseItem["content"], field: string): string => {
  if (content === undefined || content === null) return "";
  if (typeof content === "string") return content;
  return content
    .map((part, at) => {
      const text = stringAt(part, part.type === "refusal" ? "refusal" : "text");
      if (text === undefined) throw invalidField(`${field}.${at}`, "a part of text");
      return text;
    })
    .join("");
};
