import type pg from "pg";
import { AuthError } from "../auth-error.ts";
import type { IdentityContext } from "../identity-context.ts";
import { factorChangedEmail } from "./factor-changed-email.ts";
import { recoveryCodeHash } from "./recovery-code.ts";
import { findAddress, findSeed, takeRecoveryCode, takeStep } from "./store.ts";
import { seedBoundTo, stepOfCode } from "./totp.ts";

export type CodeMethod = "totp" | "recovery_code";

interface ShowFactor {
  readonly userId: string;
  readonly method: CodeMethod;
  readonly code: string;
}

const isTotpRight = async (
  { sealer, clock }: IdentityContext,
  client: pg.PoolClient,
  { userId, code }: ShowFactor,
): Promise<boolean> => {
  const digits = code.replaceAll(/\s/g, "");
  const seed = /^\d{6}$/.test(digits) ? await findSeed(client, userId) : undefined;
  if (!seed) return false;
  const step = stepOfCode(sealer.open(seed.sealed, seedBoundTo(seed.id)), digits, clock.now());
  return step !== undefined && takeStep(client, seed.id, step);
};

const noticeMs = 7 * 24 * 3_600_000;

const tellOfRecoveryCode = async (
  { outbox, issuer, clock }: IdentityContext,
  client: pg.PoolClient,
  userId: string,
): Promise<void> => {
  const to = await findAddress(client, userId);
  if (to === undefined) return;
  await outbox.put(client, {
    kind: "second-factor.code-used",
    to,
    template: factorChangedEmail("code-used", issuer),
    expiresAt: new Date(clock.now() + noticeMs),
  });
};

/**
 * Uses a code up on the caller's transaction, or throws `second_factor_invalid`. Each code counts once. The owner is told of
 * a recovery code; send it with `outbox.flush()`.
 */
export const showFactor = async (
  context: IdentityContext,
  client: pg.PoolClient,
  factor: ShowFactor,
): Promise<void> => {
  const right =
    factor.method === "totp"
      ? await isTotpRight(context, client, factor)
      : await takeRecoveryCode(client, factor.userId, recoveryCodeHash(factor.code), new Date(context.clock.now()));
  if (!right) throw new AuthError("second_factor_invalid");
  if (factor.method === "recovery_code") await tellOfRecoveryCode(context, client, factor.userId);
};
