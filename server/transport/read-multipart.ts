import { NexusError } from "../errors.ts";
import type { DoorRequest } from "./door-request.ts";
import { requireFitText } from "./require-fit-text.ts";

/** A file of a form. */
export interface FormUpload {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What a form has in its fields: texts and files, lists of them where the name ends with `[]`. */
export interface FormFields {
  readonly texts: Readonly<Record<string, string | readonly string[]>>;
  readonly files: Readonly<Record<string, FormUpload>>;
  readonly fileLists: Readonly<Record<string, readonly FormUpload[]>>;
}

const maxFields = 64;
const maxTextBytes = 64 * 1024;

const wrong = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

const parse = async (bytes: Buffer, contentType: string): Promise<FormData> => {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } }).formData();
  } catch {
    throw wrong("", "a valid form of the type multipart/form-data");
  }
};

/** The body as a form: of the right type, uncompressed, bounded in size, in fields and in the length of each text. */
export const readMultipart = async (request: DoorRequest, maxBytes: number): Promise<FormFields> => {
  const type = request.header("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) throw new NexusError("UNSUPPORTED_MEDIA_TYPE");
  const encoding = request.header("content-encoding");
  if (encoding !== undefined && encoding !== "identity") throw new NexusError("UNSUPPORTED_MEDIA_TYPE");
  const form = await parse(await request.body(maxBytes), type);
  const entries = [...form.entries()];
  if (entries.length > maxFields) throw wrong("", `at most ${maxFields} fields`);
  const texts: Record<string, string | string[]> = Object.create(null);
  const files: Record<string, FormUpload> = Object.create(null);
  const fileLists: Record<string, FormUpload[]> = Object.create(null);
  for (const [name, value] of entries) {
    if (typeof value !== "string") {
      if (files[name] !== undefined) throw wrong(name, "one file");
      const file = { name: value.name, mediaType: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
      if (name.endsWith("[]")) (fileLists[name] ??= []).push(file);
      else files[name] = file;
      continue;
    }
    if (Buffer.byteLength(value) > maxTextBytes) throw wrong(name, `at most ${maxTextBytes} bytes`);
    const present = texts[name];
    if (name.endsWith("[]")) texts[name] = Array.isArray(present) ? [...present, value] : [value];
    else if (present === undefined) texts[name] = value;
    else throw wrong(name, "one value");
  }
  requireFitText(texts, "prompt");
  return { texts: { ...texts }, files: { ...files }, fileLists: { ...fileLists } };
};
