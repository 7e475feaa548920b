import { z } from "zod";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";

/** Marks thinking of other vendors in the opaque field of this dialect. Nothing that OpenAI encrypts begins so. */
const mark = "nexus:";

const text = z.string().max(4_000_000);

const Carried = z.object({
  anthropic: z.object({ signature: text.optional(), redactedData: text.optional() }).optional(),
  google: z.object({ thoughtSignature: text.optional() }).optional(),
  /** The tool call that a signature belongs to. */
  call: z.string().max(256).optional(),
  /** It belongs to the text before it. */
  says: z.boolean().optional(),
});

/** Another vendor's signature on its way through a client, which carries it without looking. */
export interface CarriedReasoning {
  readonly providerOptions: Record<string, Record<string, string>>;
  readonly call: string | undefined;
  readonly says: boolean;
}

/** What a part was signed with, for `encrypted_content`; nothing for what was not signed. */
export const carryReasoning = (
  metadata: ProviderMetadata | undefined,
  of: { readonly call?: string; readonly says?: true } = {},
): string | undefined => {
  const { anthropic, google } = metadata ?? {};
  if (anthropic === undefined && google === undefined) return undefined;
  return mark + Buffer.from(JSON.stringify({ anthropic, google, ...of })).toString("base64url");
};

/** Whether a field holds what `carryReasoning` wrote. */
export const isCarriedReasoning = (opaque: unknown): opaque is string =>
  typeof opaque === "string" && opaque.startsWith(mark);

const present = (members: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** The other direction; nothing for what a client made up. */
export const readCarriedReasoning = (opaque: string): CarriedReasoning | undefined => {
  try {
    const read = Carried.safeParse(JSON.parse(Buffer.from(opaque.slice(mark.length), "base64url").toString("utf8")));
    if (!read.success) return undefined;
    const { anthropic, google, call, says = false } = read.data;
    const providerOptions = {
      ...(anthropic === undefined ? {} : { anthropic: present(anthropic) }),
      ...(google === undefined ? {} : { google: present(google) }),
    };
    return Object.keys(providerOptions).length === 0 ? undefined : { providerOptions, call, says };
  } catch {
    return undefined;
  }
};
