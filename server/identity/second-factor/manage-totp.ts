import { z } from "zod";
import { newPrefixedId } from "../../platform/ids.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import { canStillSignIn } from "../sign-in-methods/can-still-sign-in.ts";
import { changeFactors, type ByOwner } from "./change-factors.ts";
import { clearCodeAttempts, takeCodeAttempt } from "./code-attempts.ts";
import { makeRecoveryCodes } from "./manage-recovery-codes.ts";
import { noteSecondFactor } from "../step-up/store.ts";
import {
  confirmSeed,
  deleteRecoveryCodes,
  deleteSeeds,
  findNewSeed,
  insertSeed,
  findFactorState,
  setRequired,
} from "./store.ts";
import { newSeed, otpauthUrl, seedBoundTo, stepOfCode } from "./totp.ts";

export const ConfirmTotpInput = z.strictObject({ code: z.string().min(1).max(64) });
export type ConfirmTotpInput = z.infer<typeof ConfirmTotpInput>;

type Confirm = ByOwner & Params & { readonly input: ConfirmTotpInput };

/** Makes a seed and shows it once; it counts from its confirmation on. */
export const startTotp = async (exchange: ByOwner): Promise<HttpAnswer> => {
  const { context, caller } = exchange;
  const id = newPrefixedId("otp");
  const secret = newSeed();
  await changeFactors(exchange, async ({ client, userId, now, changed }) => {
    await insertSeed(client, { id, userId, sealed: context.sealer.seal(secret, seedBoundTo(id)), now });
    await changed("second-factor.totp-started", undefined);
  });
  return okAnswer({ id, secret, otpauthUrl: otpauthUrl(secret, caller.session.user.email) });
};

/** Confirms the authenticator with its first code. The first one turns the second factor on and brings recovery codes. */
export const confirmTotp = async (exchange: Confirm): Promise<HttpAnswer> => {
  const { context, caller, params, input } = exchange;
  await takeCodeAttempt(exchange, `confirm:${caller.session.user.id}`);
  const recoveryCodes = await changeFactors(exchange, async ({ client, userId, now, ways, changed }) => {
    const seed = await findNewSeed(client, userId, params["id"] ?? "");
    if (!seed) throw new AuthError("factor_not_found");
    const digits = input.code.replaceAll(/\s/g, "");
    const step = stepOfCode(context.sealer.open(seed.sealed, seedBoundTo(seed.id)), digits, now.getTime());
    if (step === undefined) throw new AuthError("second_factor_invalid");
    await confirmSeed(client, userId, seed.id, step, now);
    await noteSecondFactor(client, caller.session.sessionId);
    await changed("second-factor.totp-added", "totp-added");
    if (!ways.hasTotp && (await setRequired(client, userId, true, now)))
      await changed("second-factor.required", undefined);
    await clearCodeAttempts(client, `confirm:${userId}`);
    const { recoveryCodesLeft } = await findFactorState(client, userId);
    return recoveryCodesLeft > 0 ? null : makeRecoveryCodes(client, userId, now);
  });
  return okAnswer({ recoveryCodes });
};

/** Removes the authenticator, unless it is what the account's second factor rests on. */
export const removeTotp = async (exchange: ByOwner): Promise<HttpAnswer> => {
  await changeFactors(exchange, async ({ client, userId, ways, changed }) => {
    if (ways.hasTotp && !canStillSignIn({ ...ways, hasTotp: false })) throw new AuthError("last_factor");
    if (!(await deleteSeeds(client, userId))) throw new AuthError("factor_not_found");
    // Recovery codes stand in for a factor; without one they stand for nothing.
    if (ways.passkeys === 0) await deleteRecoveryCodes(client, userId);
    await changed("second-factor.totp-removed", "totp-removed");
  });
  return okAnswer({ removed: true });
};
