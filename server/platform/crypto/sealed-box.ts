import type { Sealed, SecretBox } from "./secret-box.ts";

/** Keeps bytes that only this deployment can read, bound to the row that they belong to. */
export interface SealedBox {
  readonly seal: (rowId: string, bytes: Uint8Array) => Uint8Array;
  readonly open: (rowId: string, sealed: Uint8Array) => Uint8Array;
  /** The same bytes under the current key. */
  readonly rewrap: (rowId: string, sealed: Uint8Array) => Uint8Array;
}

/** format · key id · wrapped key, each behind its length of one byte; then the ciphertext. */
const pack = ({ format, keyId, wrappedKey, ciphertext }: Sealed): Buffer => {
  const id = Buffer.from(keyId);
  return Buffer.concat([
    Buffer.from([format, id.length]),
    id,
    Buffer.from([wrappedKey.length]),
    wrappedKey,
    ciphertext,
  ]);
};

const unpack = (bytes: Buffer): Sealed => {
  const idEnd = 2 + bytes.readUInt8(1);
  const keyEnd = idEnd + 1 + bytes.readUInt8(idEnd);
  return {
    format: bytes.readUInt8(0),
    keyId: bytes.subarray(2, idEnd).toString("utf8"),
    wrappedKey: bytes.subarray(idEnd + 1, keyEnd),
    ciphertext: bytes.subarray(keyEnd),
  };
};

/** What is sealed in rows, beside credentials. */
export type SealedKind =
  | "answer"
  | "request"
  | "email"
  | "email_content"
  | "email_suppression"
  | "webhook"
  | "response"
  | "response_event"
  | "conversation"
  | "conversation_item";

/** Seals what is kept in rows; each is bound to its row, so that what was moved to another does not open. */
export const createSealedBox = (secretBox: SecretBox, kind: SealedKind): SealedBox => ({
  seal: (rowId, bytes) => pack(secretBox.sealBytes(bytes, [kind, rowId])),
  open: (rowId, sealed) => secretBox.openBytes(unpack(Buffer.from(sealed)), [kind, rowId]),
  rewrap: (rowId, sealed) => pack(secretBox.rewrap(unpack(Buffer.from(sealed)), [kind, rowId])),
});
