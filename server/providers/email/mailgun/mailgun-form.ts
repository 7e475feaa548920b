import { hash } from "node:crypto";

/** A part of a form: a field, or a file. */
export interface FormPart {
  readonly name: string;
  readonly value: string | Uint8Array;
  readonly filename?: string;
  readonly contentType?: string;
}

const crlf = "\r\n";

/** As browsers write a name in a form: what would end it is encoded (HTML, "multipart/form-data encoding"). */
const quoted = (text: string): string =>
  `"${text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22")}"`;

const headOf = ({ name, filename, contentType }: FormPart): string =>
  [
    `Content-Disposition: form-data; name=${quoted(name)}${filename === undefined ? "" : `; filename=${quoted(filename)}`}`,
    ...(filename === undefined ? [] : [`Content-Type: ${contentType ?? "application/octet-stream"}`]),
    "",
    "",
  ].join(crlf);

/**
 * A form of fields and files, as one body that is the same for the same parts. Its boundary is a hash of what is in it,
 * so no part can contain it.
 */
export const multipartForm = (
  parts: readonly FormPart[],
): { readonly contentType: string; readonly body: Uint8Array } => {
  const pieces = parts.map((part) => [
    Buffer.from(headOf(part)),
    typeof part.value === "string" ? Buffer.from(part.value) : part.value,
    Buffer.from(crlf),
  ]);
  const boundary = `nexus-${hash("sha256", Buffer.concat(pieces.flat())).slice(0, 40)}`;
  const between = Buffer.from(`--${boundary}${crlf}`);
  const body = Buffer.concat([
    ...pieces.flatMap((piece) => [between, ...piece]),
    Buffer.from(`--${boundary}--${crlf}`),
  ]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
};
