import type { SealedBox } from "../gateway/gateway.ts";
import type { Sealed, SecretBox } from "../platform/crypto/index.ts";

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

/** Seals what is kept of operations; each is bound to its row, so that what was moved to another does not open. */
export const createSealedBox = (secretBox: SecretBox, kind: "answer" | "request"): SealedBox => ({
  seal: (operationId, bytes) => pack(secretBox.sealBytes(bytes, [kind, operationId])),
  open: (operationId, sealed) => secretBox.openBytes(unpack(Buffer.from(sealed)), [kind, operationId]),
});
