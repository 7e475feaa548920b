import { isFileId } from "../../contracts/file-id.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An id of the vendor's own; whose file one of ours is, its row tells. */
const isForeign = (id: unknown): boolean => typeof id === "string" && !isFileId(id);

/** Members by which the dialects name a file that was uploaded before, wherever a content part holds one. */
const namesUpload = (part: Readonly<Record<string, unknown>>): boolean =>
  (part["type"] === "container_upload" && !isFileId(part["file_id"])) ||
  isForeign(part["file_id"]) ||
  (part["type"] === "file" && typeof part["id"] === "string") ||
  ["file", "source", "image_file", "input_file", "image_url", "input_audio", "video_url"].some((member) => {
    const held = part[member];
    return isRecord(held) && (isForeign(held["file_id"]) || (held["type"] === "file" && !isFileId(held["file_id"])));
  });

const uploadIn = (content: unknown, at: string): string | undefined => {
  if (!Array.isArray(content)) return undefined;
  for (const [index, part] of content.entries()) {
    if (!isRecord(part)) continue;
    const field = `${at}.${index}`;
    const found = namesUpload(part) ? field : uploadIn(part["content"], `${field}.content`);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** What the vendor said aloud in an earlier answer, by the id under which it keeps that. */
const namesAnswer = (audio: unknown): boolean => isRecord(audio) && typeof audio["id"] === "string";

/** The first part that names a file by its id at the vendor, within the results of tools, too; undefined without one. */
export const uploadedFile = (
  messages: readonly { readonly content?: unknown; readonly audio?: unknown; readonly images?: unknown }[],
  system?: unknown,
  at = "messages",
): string | undefined => {
  for (const [index, { content, audio, images }] of messages.entries()) {
    if (namesAnswer(audio)) return `${at}.${index}.audio`;
    const found = uploadIn(content, `${at}.${index}.content`) ?? uploadIn(images, `${at}.${index}.images`);
    if (found !== undefined) return found;
  }
  return uploadIn(system, "system");
};
