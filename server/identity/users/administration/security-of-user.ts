import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer } from "../../http/exchange.ts";
import { personToActOn, type OfPerson } from "./acting-on-person.ts";
import { readSecurityRow } from "./store.ts";

/** Which factors a person signs in with; no secret, and nothing from which one could be made. */
export const readUserSecurity = async (exchange: OfPerson): Promise<HttpAnswer> => {
  const { context } = exchange;
  const { person } = await personToActOn(exchange);
  const row = await readSecurityRow(context.db, person.id, new Date(context.clock.now()));
  if (!row) throw new AuthError("user_not_found");
  return okAnswer({
    userId: person.id,
    status: person.status,
    emailVerified: row.email_verified_at !== null,
    lastLoginAt: row.last_login_at?.toISOString() ?? null,
    password: row.password_changed_at === null ? null : { changedAt: row.password_changed_at.toISOString() },
    totp: row.totp_confirmed_at === null ? null : { confirmedAt: row.totp_confirmed_at.toISOString() },
    passkeys: row.passkeys,
    recoveryCodesLeft: row.recovery_codes_left,
    identities: row.providers,
    secondFactorRequired: row.second_factor_required,
    liveSessions: row.sessions,
  });
};
