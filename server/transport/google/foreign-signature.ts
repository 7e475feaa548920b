import type { ProviderMetadata } from "../../contracts/ai/parts.ts";

/** Marks what another vendor signed in the opaque bytes of this dialect. No signature of Google's begins so. */
const mark = "nexus:";

/** What a part was signed with, as this dialect's signature: Google's as it is, others' within it. */
export const thoughtSignatureOf = (metadata: ProviderMetadata | undefined): string | undefined => {
  if (metadata === undefined) return undefined;
  const own = metadata["google"]?.["thoughtSignature"];
  return own ?? markedSignature(metadata);
};

/** What a part was signed with, marked as it is, whoever signed. */
export const markedSignature = (metadata: ProviderMetadata): string =>
  Buffer.from(mark + JSON.stringify(metadata)).toString("base64");

/** Whether a signature is another vendor's; clients may have written its bytes in base64's other alphabet. */
export const isForeignSignature = (signature: unknown): boolean =>
  typeof signature === "string" && Buffer.from(signature.slice(0, 16), "base64").toString("latin1").startsWith(mark);

const isOptions = (value: unknown): value is Record<string, Record<string, string>> =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every(
    (members: unknown) =>
      typeof members === "object" &&
      members !== null &&
      Object.values(members).every((member: unknown) => typeof member === "string"),
  );

/** The other direction; nothing for what a client made up. */
export const signedBy = (
  signature: string | null | undefined,
): { readonly providerOptions?: Record<string, Record<string, string>> } => {
  if (typeof signature !== "string" || signature === "") return {};
  if (!isForeignSignature(signature)) return { providerOptions: { google: { thoughtSignature: signature } } };
  try {
    const read: unknown = JSON.parse(Buffer.from(signature, "base64").toString("utf8").slice(mark.length));
    return isOptions(read) ? { providerOptions: read } : {};
  } catch {
    return {};
  }
};
