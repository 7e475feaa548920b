import { randomBytes } from "node:crypto";
import type { OutgoingFile } from "../../contracts/ai-vendor-files.ts";
import type { StreamedBody } from "../../contracts/vendor-call.ts";

/** A form whose file is not held in memory, with its content type. */
export interface OutgoingForm {
  readonly contentType: string;
  readonly body: StreamedBody;
}

/** As browsers write it, so that no name can end its header (HTML, "multipart/form-data encoding algorithm"). */
const escaped = (name: string): string => name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

/** A form of the fields, and of the file in the field `file` behind them. */
export const fileForm = (fields: Readonly<Record<string, string>>, file: OutgoingFile): OutgoingForm => {
  const boundary = `nexus-${randomBytes(18).toString("hex")}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${escaped(name)}"\r\n\r\n${value}\r\n`,
  );
  const head = Buffer.from(
    `${parts.join("")}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${escaped(file.filename)}"\r\ncontent-type: ${file.mediaType}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
    yield head;
    yield* file.read();
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: { byteLength: head.byteLength + file.bytes + tail.byteLength, chunks: chunks() },
  };
};
