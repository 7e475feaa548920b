import type { ProviderMetadata } from "../../contracts/ai/parts.ts";

/** Marks what another vendor signed in the opaque fields of this dialect. No signature of Anthropic's begins so. */
const mark = "nexus:";

/** Another vendor's signature on its way through this dialect, as clients carry it without looking. */
export interface CarriedSignature {
  readonly providerOptions: { readonly google: { readonly thoughtSignature: string } };
  /** The tool call it belongs to. */
  readonly call: string | undefined;
}

/** What a part was signed with, for an opaque field; nothing for Anthropic's own signatures, which need no disguise. */
export const carry = (metadata: ProviderMetadata | undefined, call?: string): string | undefined => {
  const google = metadata?.["google"]?.["thoughtSignature"];
  if (google === undefined) return undefined;
  return mark + Buffer.from(JSON.stringify({ google, ...(call === undefined ? {} : { call }) })).toString("base64url");
};

export const isCarried = (opaque: unknown): boolean => typeof opaque === "string" && opaque.startsWith(mark);

/** The other direction of `carry`; nothing for what a client made up. */
export const readCarried = (opaque: string): CarriedSignature | undefined => {
  try {
    const read: unknown = JSON.parse(Buffer.from(opaque.slice(mark.length), "base64url").toString("utf8"));
    if (typeof read !== "object" || read === null || !("google" in read) || typeof read.google !== "string")
      return undefined;
    const call = "call" in read && typeof read.call === "string" ? read.call : undefined;
    return { providerOptions: { google: { thoughtSignature: read.google } }, call };
  } catch {
    return undefined;
  }
};
