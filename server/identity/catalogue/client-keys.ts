import { z } from "zod";

const text = z.string().min(1).max(1_500);

/** One public key: what makes a key private or shared is no field of it. */
const PublicKey = z.strictObject({
  kty: z.enum(["EC", "RSA", "OKP"]),
  kid: z.string().min(1).max(200).optional(),
  use: z.literal("sig").optional(),
  alg: z.string().max(20).optional(),
  crv: text.optional(),
  x: text.optional(),
  y: text.optional(),
  n: text.optional(),
  e: text.optional(),
  ext: z.boolean().optional(),
  key_ops: z.array(z.literal("verify")).max(1).optional(),
});

/** The public keys by which a client shows itself. */
export const ClientKeys = z.strictObject({ keys: z.array(PublicKey).min(1).max(10) });
export type ClientKeys = z.infer<typeof ClientKeys>;

/** How a client signs for itself; RS256 is what many libraries begin with. */
export const clientSigningAlgs = ["ES256", "PS256", "RS256", "Ed25519", "EdDSA"] as const;

interface KeyedClient {
  readonly type: "public" | "confidential" | "native";
  readonly token_endpoint_auth_method?: string | undefined;
  readonly jwks?: ClientKeys | undefined;
  readonly jwks_uri?: string | undefined;
}

/** What does not fit together: keys belong to a confidential client with `private_key_jwt`, in one place. */
export const keyIssues = (client: KeyedClient): readonly string[] => {
  const { type, token_endpoint_auth_method: method, jwks, jwks_uri: uri } = client;
  const keys = (jwks === undefined ? 0 : 1) + (uri === undefined ? 0 : 1);
  if (method !== undefined && type !== "confidential") return ["only a confidential client shows itself"];
  if (method === "private_key_jwt") return keys === 1 ? [] : ["private_key_jwt needs either jwks or jwks_uri"];
  return keys === 0 ? [] : ["keys are for private_key_jwt"];
};
