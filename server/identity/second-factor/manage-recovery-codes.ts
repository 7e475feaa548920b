import type pg from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { changeFactors, type ByOwner } from "./change-factors.ts";
import { newRecoveryCode, recoveryCodeHash } from "./recovery-code.ts";
import { replaceRecoveryCodes } from "./store.ts";

const count = 10;

/** Ten codes in the place of all earlier ones, on the caller's transaction; shown once. */
export const makeRecoveryCodes = async (
  client: pg.PoolClient,
  userId: string,
  now: Date,
): Promise<readonly string[]> => {
  const codes = Array.from({ length: count }, newRecoveryCode);
  const rows = codes.map((code) => ({ id: newPrefixedId("rec"), hash: recoveryCodeHash(code) }));
  await replaceRecoveryCodes(client, userId, rows, now);
  return codes;
};

/** Makes new recovery codes for someone who has a factor they stand in for. */
export const renewRecoveryCodes = async (exchange: ByOwner): Promise<HttpAnswer> => {
  const recoveryCodes = await changeFactors(exchange, async ({ client, userId, now, ways, changed }) => {
    if (!ways.hasTotp && ways.passkeys === 0) throw new AuthError("factor_not_found");
    await changed("second-factor.recovery-codes-made", "codes-replaced");
    return makeRecoveryCodes(client, userId, now);
  });
  return okAnswer({ recoveryCodes });
};
