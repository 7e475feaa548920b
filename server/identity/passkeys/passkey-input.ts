import { z } from "zod";

const base64url = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/, "base64url without padding");

const credentialId = base64url(1_364);
const clientDataJSON = base64url(4_096);

const common = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).nullish(),
  clientExtensionResults: z.record(z.string().max(64), z.unknown()),
};

/** What `navigator.credentials.create()` gave, as JSON. */
export const registrationResponse = z.strictObject({
  ...common,
  response: z.strictObject({
    clientDataJSON,
    attestationObject: base64url(16_384),
    authenticatorData: base64url(16_384).optional(),
    transports: z.array(z.string().max(32)).max(10).optional(),
    publicKeyAlgorithm: z.number().int().optional(),
    publicKey: base64url(8_192).optional(),
  }),
});

/** What `navigator.credentials.get()` gave, as JSON. */
const assertionResponse = z.strictObject({
  ...common,
  response: z.strictObject({
    clientDataJSON,
    authenticatorData: base64url(16_384),
    signature: base64url(8_192),
    userHandle: base64url(128).nullish(),
  }),
});

export const challengeId = z.string().regex(/^vft_[0-9a-f]{32}$/, "the id of a challenge");

export const passkeyName = z.string().trim().min(1).max(100);

/** An assertion with the challenge it answers. */
export const shownPasskey = z.strictObject({ challengeId, response: assertionResponse });

export type AssertionInput = z.infer<typeof assertionResponse>;
export type RegistrationInput = z.infer<typeof registrationResponse>;
