import type pg from "pg";

/**
 * How many factors an account has, and so how many a recent sign-in shows, for a row `u` of `auth.users`. None: it has
 * passkeys alone, and one that did not verify who held it is all there is.
 */
export const factorsOfUser = `case
  when u.second_factor_required or exists (select from auth.totp_credentials f where f.user_id = u.id and f.confirmed_at is not null) then 2
  when exists (select from auth.password_credentials f where f.user_id = u.id) then 1 else 0 end`;

/** Notes on the session that the second factor was shown too, after a recent sign-in with the first. */
export const noteSecondFactor = async (client: pg.PoolClient, sessionId: string): Promise<void> => {
  await client.query(
    "update auth.sessions set factors_shown = 2, amr = array(select distinct method from unnest(amr || '{otp,mfa}') method) where id = $1",
    [sessionId],
  );
};
