import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import type { IdentityContext } from "../identity-context.ts";
import { insertBootstrapToken } from "./store.ts";

const linkMs = 3_600_000;

/** A single-use link, good for an hour, that makes the first administrator; undefined where there is one. Earlier links end. */
export const issueBootstrapLink = async (
  context: IdentityContext,
): Promise<{ readonly url: string; readonly expiresAt: Date } | undefined> => {
  const token = randomSecret();
  const now = context.clock.now();
  const expiresAt = new Date(now + linkMs);
  const issued = await insertBootstrapToken(context.db, sha256(token), new Date(now), expiresAt);
  return issued ? { url: `${context.issuer}/setup?token=${token}`, expiresAt } : undefined;
};
