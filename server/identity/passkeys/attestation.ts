import { decodeAttestationObject, isoBase64URL } from "@simplewebauthn/server/helpers";

/** No attestation is asked for. Certificates sent all the same would be looked up at addresses of the sender's choice. */
export const carriesCertificates = (attestationObject: string): boolean => {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = decoded.get("fmt");
  return format !== "none" && !(format === "packed" && decoded.get("attStmt").get("x5c") === undefined);
};
