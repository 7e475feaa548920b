import { FileMediaType } from "../../contracts/ai/files.ts";

/** Clients that do not know say so; then the name does. */
const byExtension: Readonly<Record<string, string>> = {
  csv: "text/csv",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  gif: "image/gif",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  jsonl: "text/plain",
  m4a: "audio/mp4",
  m4v: "video/mp4",
  md: "text/plain",
  mkv: "video/x-matroska",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  txt: "text/plain",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

const unknown = "application/octet-stream";

/** The media type of an uploaded file: as its form tells it, without parameters, else by the end of its name. */
export const uploadedMediaType = (told: string | undefined, filename: string): string => {
  const [type = ""] = (told ?? "").toLowerCase().split(";", 1);
  const parsed = FileMediaType.safeParse(type.trim());
  if (parsed.success && parsed.data !== unknown) return parsed.data;
  const extension = /\.([a-z0-9]{1,8})$/i.exec(filename)?.[1]?.toLowerCase() ?? "";
  return (Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined) ?? unknown;
};
