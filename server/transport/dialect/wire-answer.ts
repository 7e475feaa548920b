/** A complete answer in the caller's dialect. */
export interface WireAnswer {
  readonly body: Uint8Array;
  /** Settings that were not carried out as asked. */
  readonly warnings: readonly string[];
}

const newline = 10;

/** One line of warnings, then the body, byte for byte. */
export const encodeWireAnswer = ({ body, warnings }: WireAnswer): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify(warnings)}\n`), body]);

export const decodeWireAnswer = (bytes: Uint8Array): WireAnswer => {
  const end = bytes.indexOf(newline);
  const warnings: unknown = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8"));
  return { body: bytes.subarray(end + 1), warnings: Array.isArray(warnings) ? warnings.map(String) : [] };
};
