import { z } from "zod";
import { Filename } from "../../contracts/ai/files.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { DoorRequest } from "../door-request.ts";
import { readJson } from "../read-json.ts";
import { mostUploadBytes } from "./answer-files.ts";
import { fileTooLarge } from "./chunks-of-body.ts";
import { invalidFileField } from "./file-query.ts";
import type { AnnouncedFile } from "./upload-session.ts";
import { uploadedMediaType } from "./uploaded-media-type.ts";

const maxStartBytes = 64 * 1024;

const told = z.string().max(1_024).optional();

/** In either spelling, as Google reads it. */
const Start = z.object({
  file: z
    .object({
      name: z.undefined({ error: "nothing: files are named here" }),
      displayName: told,
      display_name: told,
      mimeType: told,
      mime_type: told,
    })
    .partial()
    .optional(),
});

const lengthIn = ({ header }: DoorRequest): number => {
  const field = "x-goog-upload-header-content-length";
  const text = header(field) ?? "";
  const bytes = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (bytes < 1) throw invalidFileField(field, "the size of the file in bytes");
  if (bytes > mostUploadBytes) throw fileTooLarge(mostUploadBytes);
  return bytes;
};

/** What the first request of an upload says of the file that is to come: its size has to be said. */
export const readGoogleStart = async (request: DoorRequest): Promise<AnnouncedFile> => {
  const bytes = lengthIn(request);
  const isEmpty = request.header("content-length") === "0";
  const { file = {} } = parseInput(Start, isEmpty ? {} : await readJson(request, maxStartBytes));
  const displayName = file.displayName ?? file.display_name;
  const name = Filename.safeParse(displayName || (request.header("x-goog-upload-file-name") ?? "upload"));
  if (!name.success) throw invalidFileField("file.displayName", name.error.issues[0]?.message ?? "a name");
  const type = request.header("x-goog-upload-header-content-type") ?? file.mimeType ?? file.mime_type;
  return { filename: name.data, mediaType: uploadedMediaType(type, name.data), bytes };
};
