import { digestToken, sameDigest, tokenId, type Pepper } from "../../platform/crypto/index.ts";
import { tokenPrefix } from "./make-service-token.ts";
import type { ServiceToken, ServiceTokenSnapshot } from "./load-service-tokens.ts";

interface KnownTokens {
  readonly snapshot: ServiceTokenSnapshot;
  readonly pepper: Pepper;
}

/** Stands in where there is nothing to compare with, so that an unknown id takes as long as a wrong secret. */
const nothing = Buffer.alloc(32);

/** The token that was presented, or null: unknown, wrong, revoked, rotated away or expired, all alike. */
export const authenticateServiceToken = (
  { snapshot, pepper }: KnownTokens,
  raw: string,
  now: number,
): ServiceToken | null => {
  const id = tokenId(tokenPrefix, raw);
  if (id === undefined) return null;
  const stored = snapshot.get(`nst_${id}`);
  const digest = digestToken(pepper, raw);
  const isCurrent = sameDigest(digest, stored?.digest ?? nothing);
  const isPrevious = sameDigest(digest, stored?.previousDigest ?? nothing);
  if (stored === undefined) return null;
  if (stored.expiresAt !== null && now >= stored.expiresAt) return null;
  const overlaps = stored.previousValidUntil !== null && now < stored.previousValidUntil;
  return isCurrent || (isPrevious && overlaps) ? stored.token : null;
};
