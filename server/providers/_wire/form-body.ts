import { isRecord, type JsonRecord } from "./json.ts";

/** A file of a form, and the field that it is sent in. */
export interface FormFile {
  readonly field: string;
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
}

export const isFormFile = (value: unknown): value is FormFile =>
  isRecord(value) &&
  typeof value["field"] === "string" &&
  typeof value["mediaType"] === "string" &&
  typeof value["data"] === "string";

/** Vendors go by the ending of a name rather than by the media type. */
const endings: Readonly<Record<string, string>> = {
  mpeg: "mp3",
  "x-wav": "wav",
  wave: "wav",
  "vnd.wave": "wav",
  "x-m4a": "m4a",
  quicktime: "mov",
  "x-flac": "flac",
  "x-matroska": "mkv",
};

const nameOf = ({ mediaType }: FormFile): string => {
  const subtype = (mediaType.split("/", 2)[1] ?? "").replace(/[^a-z0-9.-]/g, "");
  return `file.${endings[subtype] ?? subtype}`;
};

/** A form of these fields and files as the bytes of a request. */
export const formBody = async (
  fields: JsonRecord,
  files: readonly FormFile[],
): Promise<{ readonly body: Uint8Array; readonly contentType: string }> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === "string" || typeof one === "number" || typeof one === "boolean")
        form.append(name, String(one));
    }
  }
  for (const file of files)
    form.append(file.field, new Blob([Buffer.from(file.data, "base64")], { type: file.mediaType }), nameOf(file));
  const encoded = new Response(form);
  const contentType = encoded.headers.get("content-type") ?? "multipart/form-data";
  return { body: new Uint8Array(await encoded.arrayBuffer()), contentType };
};
