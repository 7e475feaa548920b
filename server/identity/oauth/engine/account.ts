import type { Account, FindAccount } from "oidc-provider";
import type { IdentityContext } from "../../identity-context.ts";
import { findAccountFacts, type AccountFacts } from "../store.ts";

/** Claims by scope, for id_token and userinfo alike. */
export const claimsOf = (user: AccountFacts, scope: string): { sub: string; [claim: string]: unknown } => {
  const scopes = new Set(scope.split(" "));
  return {
    sub: user.id,
    ...(scopes.has("profile")
      ? { name: user.name, ...(user.pictureUrl === null ? {} : { picture: user.pictureUrl }) }
      : {}),
    ...(scopes.has("email") ? { email: user.email, email_verified: user.emailVerified } : {}),
  };
};

/** People whose account is active; anyone else is not there. */
export const createAccountFinder =
  ({ db }: Pick<IdentityContext, "db">): FindAccount =>
  async (_, accountId): Promise<Account | undefined> => {
    const user = await findAccountFacts(db, accountId);
    return user && { accountId: user.id, claims: (__, scope) => claimsOf(user, scope) };
  };
