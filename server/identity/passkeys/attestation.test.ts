import { isoBase64URL, isoCBOR } from "@simplewebauthn/server/helpers";
import { expect, test } from "vitest";
import { carriesCertificates } from "./attestation.ts";

const attested = (format: string, statement: [string, Uint8Array<ArrayBuffer>[] | number][]): string =>
  isoBase64URL.fromBuffer(
    isoCBOR.encode(
      new Map<string, unknown>([
        ["fmt", format],
        ["attStmt", new Map<string, unknown>(statement)],
        ["authData", new Uint8Array(37)],
      ]) as Parameters<typeof isoCBOR.encode>[0],
    ),
  );

test("SSRF: an attestation whose certificates name revocation lists is never fetched from", async () => {
  expect(await carriesCertificates(attested("none", []))).toBe(false);
  expect(await carriesCertificates(attested("packed", [["alg", -7]]))).toBe(false);
  expect(await carriesCertificates(attested("packed", [["x5c", [new Uint8Array(8)]]]))).toBe(true);
  for (const format of ["fido-u2f", "tpm", "apple", "android-key", "android-safetynet", "unknown"])
    expect(await carriesCertificates(attested(format, []))).toBe(true);
});
