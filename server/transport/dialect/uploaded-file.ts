const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Members by which the dialects name a file that was uploaded before, wherever a content part holds one. */
const namesUpload = (part: Readonly<Record<string, unknown>>): boolean =>
  part["type"] === "container_upload" ||
  typeof part["file_id"] === "string" ||
  (part["type"] === "file" && typeof part["id"] === "string") ||
  ["file", "source", "image_file", "input_file", "image_url", "input_audio", "video_url"].some((member) => {
    const held = part[member];
    return isRecord(held) && (typeof held["file_id"] === "string" || held["type"] === "file");
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

/** The first part that names a file by its id at the vendor, within the results of tools, too; undefined without one. */
export const uploadedFile = (
  messages: readonly { readonly content?: unknown }[],
  system?: unknown,
): string | undefined => {
  for (const [index, { content }] of messages.entries()) {
    const found = uploadIn(content, `messages.${index}.content`);
    if (found !== undefined) return found;
  }
  return uploadIn(system, "system");
};
