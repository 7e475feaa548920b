import { z } from "zod";
import { displayName } from "../../platform/display-name.ts";

const base64url = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/, "base64url without padding");

const credentialId = base64url(1_364);
const clientDataJSON = base64url(4_096);

// Browsers and password managers add members of their own to what an authenticator gave; those are left out.
const common = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal("public-key"),
  clientExtensionResults: z.record(z.string().max(64), z.unknown()).default({}),
};

/** What `navigator.credentials.create()` gave, as JSON. */
export const RegistrationResponse = z.object({
  ...common,
  response: z.object({
    clientDataJSON,
    attestationObject: base64url(16_384),
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
});
export type RegistrationResponse = z.infer<typeof RegistrationResponse>;

/** What `navigator.credentials.get()` gave, as JSON. */
export const AssertionInput = z.object({
  ...common,
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(16_384),
    signature: base64url(8_192),
    userHandle: base64url(128).nullish(),
  }),
});

export const challengeId = z.string().regex(/^vft_[0-9a-f]{32}$/, "the id of a challenge");

export const passkeyName = displayName().min(1);

/** An assertion with the challenge it answers. */
export const PresentedPasskey = z.strictObject({ challengeId, response: AssertionInput });
export type PresentedPasskey = z.infer<typeof PresentedPasskey>;

export type AssertionInput = z.infer<typeof AssertionInput>;
