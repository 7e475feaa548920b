import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import { markedSignature, signedBy } from "../google/foreign-signature.ts";

/** What a signature belongs to: the thought that it stands in, the call with that id, or the text before it. */
export type SignatureOf =
  | { readonly of: "thought"; readonly text: string }
  | { readonly of: "call"; readonly id: string }
  | { readonly of: "text" };

/** Our own note beside what vendors signed. */
const noted = "nexus";

/** What a part was signed with, on its way through a client as a thought's signature; nothing for what was not signed. */
export const carryThought = (metadata: ProviderMetadata | undefined, of: SignatureOf): string | undefined =>
  metadata === undefined ? undefined : markedSignature({ ...metadata, [noted]: { ...of } });

export interface CarriedThought {
  readonly providerOptions: Record<string, Record<string, string>>;
  /** Absent on a signature of Google's own, which belongs to whatever comes next. */
  readonly of?: SignatureOf;
}

/** The other direction; nothing where there is no signature, or one that a client made up. */
export const readThought = (signature: string | null | undefined): CarriedThought | undefined => {
  const { providerOptions } = signedBy(signature);
  if (providerOptions === undefined) return undefined;
  const { [noted]: note, ...options } = providerOptions;
  if (note === undefined) return { providerOptions };
  const { of, id = "", text = "" } = note;
  if (of === "call") return { providerOptions: options, of: { of, id } };
  return { providerOptions: options, of: of === "text" ? { of } : { of: "thought", text } };
};
