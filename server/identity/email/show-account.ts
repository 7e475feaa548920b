import type { PoolClient } from "pg";
import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { findCaller } from "../http/steps.ts";
import type { Link } from "../links/store.ts";
import { checkPasswordOf, hasPassword } from "../password/own-password.ts";
import { isPasswordUnchanged } from "../password/store.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";

/** What has to be shown beside a mailed link. */
export type AccountProof = "password" | "sign_in";

export const proofOf = async ({ context }: HttpExchange, { userId }: Pick<Link, "userId">): Promise<AccountProof> =>
  (await hasPassword(context.db, userId)) ? "password" : "sign_in";

/**
 * Shows that whoever opened a mailed link also holds the account it is about: a link alone shows the mailbox, and somebody
 * else may have caused it. By the account's password or, where it has none, by a recent sign-in in this browser. The
 * returned check belongs into the transaction of the change: the password must still be the one that was shown.
 */
export const showAccount = async (
  exchange: HttpExchange,
  { userId }: Pick<Link, "userId">,
  password: string | undefined,
): Promise<(client: PoolClient) => Promise<void>> => {
  if ((await proofOf(exchange, { userId })) === "password") {
    if (password === undefined) {
      throw new AuthError("invalid_request", {
        issues: [{ field: "password", expected: "the password of the account" }],
      });
    }
    const hash = await checkPasswordOf(exchange, userId, password);
    return async (client) => {
      if (!(await isPasswordUnchanged(client, userId, hash))) throw new AuthError("invalid_credentials");
    };
  }
  const caller = await findCaller(exchange);
  if (caller.session.user.id !== userId) throw new AuthError("account_mismatch");
  requireRecentSignIn({ ...exchange, caller });
  return async () => undefined;
};
