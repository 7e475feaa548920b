import { randomSecret } from "../crypto/random-secret.ts";
import { sha256 } from "../crypto/digest.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { insertChallenge, takeChallenge, type Challenge, type ChallengePurpose } from "./store.ts";

export const challengeMs = 5 * 60_000;

/** What a challenge was made for; an answer counts for nothing else. */
export interface ChallengeBinding {
  readonly purpose: ChallengePurpose;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** The pending sign-in it is the second factor of. */
  readonly mfaToken?: string | undefined;
}

export interface IssuedChallenge {
  readonly id: string;
  /** Goes to the authenticator; here its digest stays alone. */
  readonly value: string;
}

/** Makes a challenge good for one answer within five minutes. */
export const issueChallenge = async (
  { context }: HttpExchange,
  { purpose, userId, sessionId, mfaToken }: ChallengeBinding,
): Promise<IssuedChallenge> => {
  const value = randomSecret();
  const now = context.clock.now();
  const id = await insertChallenge(context.db, {
    purpose,
    hash: sha256(value),
    userId,
    sessionId,
    mfaTokenHash: mfaToken === undefined ? undefined : sha256(mfaToken).toString("hex"),
    now: new Date(now),
    expiresAt: new Date(now + challengeMs),
  });
  return { id, value };
};

/** Uses the challenge up, whatever becomes of the answer; undefined where it is unknown, used, too old or another's. */
export const redeemChallenge = async (
  { context }: HttpExchange,
  id: string,
  binding: ChallengeBinding,
): Promise<Challenge | undefined> => {
  const challenge = await takeChallenge(context.db, id, binding.purpose, new Date(context.clock.now()));
  const mfaTokenHash = binding.mfaToken === undefined ? undefined : sha256(binding.mfaToken).toString("hex");
  return challenge?.userId === binding.userId &&
    challenge?.sessionId === binding.sessionId &&
    challenge?.mfaTokenHash === mfaTokenHash
    ? challenge
    : undefined;
};
