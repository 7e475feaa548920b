import type { Sealed, SecretBox } from "../platform/crypto/index.ts";

/** Seals stored answers; each is bound to its ledger row, so one that was moved to another does not open. */
export interface AnswerBox {
  readonly seal: (operationId: string, answer: Uint8Array) => Uint8Array;
  readonly open: (operationId: string, sealed: Uint8Array) => Uint8Array;
}

const boundTo = (operationId: string): readonly string[] => ["answer", operationId];

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

export const createAnswerBox = (secretBox: SecretBox): AnswerBox => ({
  seal: (operationId, answer) => pack(secretBox.sealBytes(answer, boundTo(operationId))),
  open: (operationId, sealed) => secretBox.openBytes(unpack(Buffer.from(sealed)), boundTo(operationId)),
});
