import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { NexusError } from "../../errors.ts";
import { spoolFile, type SpooledFile } from "../../platform/spooled-file.ts";
import type { DoorRequest } from "../door-request.ts";
import { chunksOfBody, fileTooLarge } from "./chunks-of-body.ts";

/** A form with one file, whose contents are on disk; whoever has it closes it. */
export interface UploadForm {
  readonly texts: Readonly<Record<string, string>>;
  readonly filename: string;
  readonly mediaType: string;
  readonly file: SpooledFile;
}

/** Beside the file. */
const maxFormBytes = 256 * 1024;
const maxFields = 16;
const maxTextBytes = 8 * 1024;

const wrong = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

const open = (type: string, maxBytes: number): BusboyInstance => {
  try {
    return new Busboy({
      headers: { "content-type": type },
      // A path is refused, not shortened to a name that nobody sent.
      preservePath: true,
      limits: {
        fields: maxFields,
        fieldSize: maxTextBytes,
        fieldNameSize: 128,
        files: 1,
        parts: maxFields + 1,
        headerPairs: 32,
        fileSize: maxBytes,
      },
    });
  } catch {
    throw wrong("", "a valid form of the type multipart/form-data");
  }
};

/** Gives the form what comes, as fast as it takes it. */
const feed = async (form: BusboyInstance, chunks: AsyncIterable<Uint8Array>, failed: Promise<never>): Promise<void> => {
  const drained = (): Promise<void> => new Promise((resolve) => void form.once("drain", resolve));
  for await (const chunk of chunks) if (!form.write(chunk)) await Promise.race([drained(), failed]);
  form.end();
};

const readForm = async (request: DoorRequest, type: string, maxBytes: number): Promise<UploadForm> => {
  const form = open(type, maxBytes);
  const texts: Record<string, string> = Object.create(null);
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  let found: (Pick<UploadForm, "filename" | "mediaType"> & { readonly file: Promise<SpooledFile> }) | undefined;
  let breakOff: () => void = () => undefined;
  form.on("field", (name, value, nameCut, valueCut) => {
    if (nameCut || valueCut) fail(wrong(nameCut ? "" : name, `at most ${maxTextBytes} bytes`));
    else if (name in texts) fail(wrong(name, "one value"));
    else texts[name] = value;
  });
  form.on("file", (name, stream, filename, _encoding, mediaType) => {
    stream.on("limit", () => fail(fileTooLarge(maxBytes)));
    if (name === "file") {
      found = { filename, mediaType, file: spoolFile(stream) };
      found.file.catch(fail);
      breakOff = () => stream.destroy();
      return;
    }
    stream.resume();
    fail(wrong(name, "nothing: the file goes into the field file"));
  });
  form.on("filesLimit", () => fail(wrong("file", "one file")));
  form.on("fieldsLimit", () => fail(wrong("", `at most ${maxFields} fields`)));
  form.on("partsLimit", () => fail(wrong("", `at most ${maxFields} fields`)));
  const finished = new Promise<void>((resolve, reject) => {
    form.once("finish", resolve);
    form.once("error", () => reject(wrong("", "a valid form of the type multipart/form-data")));
  });
  finished.catch(fail);
  failed.catch(() => undefined);
  try {
    const fed = feed(form, chunksOfBody(request, maxBytes + maxFormBytes), failed);
    fed.catch(fail);
    await Promise.race([Promise.all([fed, finished]), failed]);
    if (found === undefined) throw wrong("file", "a file");
    return { texts: { ...texts }, ...found, file: await Promise.race([found.file, failed]) };
  } catch (error) {
    form.destroy();
    // The form does not end its file, which would be on disk for as long as nobody takes its handle away.
    breakOff();
    void found?.file.then((file) => file.close()).catch(() => undefined);
    throw error;
  }
};

/** Reads a form whose file is written to disk while it comes. */
export const readFileForm = async (request: DoorRequest, maxBytes: number): Promise<UploadForm> => {
  const type = request.header("content-type") ?? "";
  const encoding = request.header("content-encoding");
  if (!/^multipart\/form-data\s*;/i.test(type) || (encoding !== undefined && encoding !== "identity"))
    throw new NexusError("UNSUPPORTED_MEDIA_TYPE", { message: "Send the file as multipart/form-data." });
  if (Number(request.header("content-length") ?? 0) > maxBytes + maxFormBytes) throw fileTooLarge(maxBytes);
  return readForm(request, type, maxBytes);
};
