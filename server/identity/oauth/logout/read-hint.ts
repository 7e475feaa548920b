import { compactVerify } from "jose";
import { z } from "zod";
import type { IdentityContext } from "../../identity-context.ts";

const HintHeader = z.object({
  alg: z.literal("ES256"),
  kid: z.string().min(1).max(100),
  typ: z.undefined().optional(),
});
const Hint = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(200),
  aud: z.string().min(1).max(200),
  sid: z.string().max(200).optional(),
  nonce: z.string().optional(),
});

/** The person, client and session of an id_token of ours. */
export interface IdTokenHint extends z.infer<typeof Hint> {
  /** False where the key has been retired since: it then says no more than a `client_id` would. */
  readonly isProven: boolean;
}

const parse = (segment: string | undefined): unknown => {
  try {
    return JSON.parse(Buffer.from(segment ?? "", "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
};

/** Reads an id_token of ours, however old it is; access and logout tokens, which name a type, are none. */
export const readIdTokenHint = async (
  { issuer, keyRing }: Pick<IdentityContext, "issuer" | "keyRing">,
  token: string,
): Promise<IdTokenHint | undefined> => {
  if (token.length > 8_192) return undefined;
  const [header, payload] = token.split(".");
  const head = HintHeader.safeParse(parse(header));
  const hint = Hint.safeParse(parse(payload));
  if (!head.success || !hint.success || hint.data.iss !== issuer) return undefined;
  const key = await keyRing.find(head.data.kid);
  if (!key) return { ...hint.data, isProven: false };
  const isGenuine = await compactVerify(token, key, { algorithms: ["ES256"] }).then(
    () => true,
    () => false,
  );
  return isGenuine ? { ...hint.data, isProven: true } : undefined;
};
