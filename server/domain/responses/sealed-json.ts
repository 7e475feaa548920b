import { createSealedBox, type SealedKind } from "../../platform/crypto/index.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";

type Kind = Extract<SealedKind, "response" | "response_event" | "conversation" | "conversation_item">;

interface SealedJson {
  readonly size: number;
  readonly content: Uint8Array;
}

export const sealJson = ({ secretBox }: ResponsesDeps, kind: Kind, rowId: string, value: unknown): SealedJson => {
  const bytes = Buffer.from(JSON.stringify(value));
  return { size: bytes.byteLength, content: createSealedBox(secretBox, kind).seal(rowId, bytes) };
};

/** What `sealJson` was given; the seal proves that nobody else wrote it. */
export const openJson = ({ secretBox }: ResponsesDeps, kind: Kind, rowId: string, content: Uint8Array): WireObject => {
  const opened = createSealedBox(secretBox, kind).open(rowId, content);
  const value: unknown = JSON.parse(Buffer.from(opened).toString("utf8"));
  return typeof value === "object" && value !== null ? { ...value } : {};
};
