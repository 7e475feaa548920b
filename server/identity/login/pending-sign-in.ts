import type { SecondFactorMethod } from "@topolo/auth-client";
import type pg from "pg";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { findFactorState, type FactorState } from "../second-factor/store.ts";
import {
  consumePendingSignIn,
  findPendingSignIn,
  insertPendingSignIn,
  reservePendingAttempt,
  type PendingSignInRow,
} from "./store.ts";

export type { PendingSignInRow } from "./store.ts";

/** The answer that asks for a second factor. Whoever holds the token has shown the first one, and has no session yet. */
export interface SecondFactorAsked {
  readonly status: "mfa_required";
  readonly mfaToken: string;
  readonly methods: readonly SecondFactorMethod[];
  readonly expiresAt: string;
}

export const pendingMs = 10 * 60_000;

/** What the person can answer with. */
export const methodsOf = ({ totp, passkeys, recoveryCodesLeft }: FactorState): readonly SecondFactorMethod[] => [
  ...(totp ? (["totp"] as const) : []),
  ...(passkeys > 0 ? (["passkey"] as const) : []),
  ...(recoveryCodesLeft > 0 ? (["recovery_code"] as const) : []),
];

/** Starts waiting for the second factor. */
export const askSecondFactor = async (
  { context, request }: HttpExchange,
  pending: Pick<PendingSignInRow, "userId" | "amr" | "through" | "serviceId" | "attemptKey">,
  factors: FactorState,
  alongside?: (client: pg.PoolClient) => Promise<void>,
): Promise<SecondFactorAsked> => {
  const mfaToken = randomSecret();
  const now = context.clock.now();
  const expiresAt = new Date(now + pendingMs);
  const origin = { ip: request.ip, requestId: request.requestId };
  await insertPendingSignIn(context.db, sha256(mfaToken), { ...pending, expiresAt }, new Date(now), origin, alongside);
  return { status: "mfa_required", mfaToken, methods: methodsOf(factors), expiresAt: expiresAt.toISOString() };
};

const expired = (): AuthError => new AuthError("second_factor_expired");

/** Looks without using anything up; throws `second_factor_expired` where there is nothing live. */
export const readPendingSignIn = async (
  { context }: HttpExchange,
  mfaToken: string,
): Promise<PendingSignInRow & { readonly methods: readonly SecondFactorMethod[] }> => {
  const pending = await findPendingSignIn(context.db.pool, sha256(mfaToken), new Date(context.clock.now()));
  if (!pending) throw expired();
  return { ...pending, methods: methodsOf(await findFactorState(context.db.pool, pending.userId)) };
};

/** Counts one of the five attempts; throws `second_factor_expired` after them. */
export const reserveFactorAttempt = async ({ context }: HttpExchange, mfaToken: string): Promise<PendingSignInRow> => {
  const pending = await reservePendingAttempt(context.db, sha256(mfaToken), new Date(context.clock.now()));
  if (!pending) throw expired();
  return pending;
};

/** Uses the pending sign-in up on the caller's transaction, once; throws `second_factor_expired` the second time. */
export const takePendingSignIn = async (
  client: pg.PoolClient,
  mfaToken: string,
  now: Date,
): Promise<PendingSignInRow> => {
  const pending = await consumePendingSignIn(client, sha256(mfaToken), now);
  if (!pending) throw expired();
  return pending;
};
