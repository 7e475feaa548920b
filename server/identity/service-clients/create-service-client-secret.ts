import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import type { IdentityContext } from "../identity-context.ts";
import { addClientSecret, hasLastingSecret } from "./store.ts";

interface SecretOptions {
  /** How long earlier secrets of the client stay good; an hour by default. */
  readonly overlapMs?: number;
}

const addSecret = async (
  context: IdentityContext,
  clientId: string,
  secret: string,
  { overlapMs = 3_600_000 }: SecretOptions,
): Promise<void> => {
  const now = context.clock.now();
  const added = await addClientSecret(context.db, {
    clientId,
    secretHash: sha256(secret),
    now: new Date(now),
    earlierExpireAt: new Date(now + overlapMs),
  });
  if (added === "no_client") throw new AuthError("service_not_found", { message: "Client not found." });
  if (added === "has_no_secret")
    throw new AuthError("invalid_request", {
      message: "This client has no secret: it is public, or shows itself by a key.",
      issues: [{ field: "clientId", expected: "a confidential client with a secret" }],
    });
};

/** A new secret for a service's client, returned once. */
export const createServiceClientSecret = async (
  context: IdentityContext,
  clientId: string,
  options: SecretOptions = {},
): Promise<string> => {
  const secret = `tss_${randomSecret()}`;
  await addSecret(context, clientId, secret, options);
  return secret;
};

/** Makes a secret that the operator chose one of a service's client; nothing, where it is one and does not run out. */
export const acceptServiceClientSecret = async (
  context: IdentityContext,
  clientId: string,
  secret: string,
  options: SecretOptions = {},
): Promise<void> => {
  if (!(await hasLastingSecret(context.db, clientId, sha256(secret))))
    await addSecret(context, clientId, secret, options);
};
