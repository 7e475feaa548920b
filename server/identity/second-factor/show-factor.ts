import type pg from "pg";
import { AuthError } from "../auth-error.ts";
import type { IdentityContext } from "../identity-context.ts";
import { recoveryCodeHash } from "./recovery-code.ts";
import { findSeed, takeRecoveryCode, takeStep } from "./store.ts";
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

/** Uses a code up on the caller's transaction, or throws `second_factor_invalid`. Each code counts once. */
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
};
