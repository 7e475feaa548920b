import { AuthError } from "../../auth-error.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { emailAddress } from "../email-address.ts";
import { findPasswordUser } from "../store.ts";
import { recoverPerson, RecoveryReason } from "./recover-person.ts";
import { findPerson } from "./store.ts";

/** Whom an operator at the console recovers, by id or e-mail address. */
export interface ConsoleRecovery {
  readonly account: string;
  readonly reason: string;
  /** The name of whoever acts. */
  readonly by: string;
}

/** What came of it: the address that the link goes to, and how much was dropped of each kind. */
export interface RecoveredAccount {
  readonly email: string;
  readonly dropped: Readonly<Record<string, number>>;
}

const idOf = async ({ db }: IdentityContext, account: string): Promise<string | undefined> => {
  if (!account.includes("@")) return account;
  const address = emailAddress.safeParse(account);
  return address.success ? (await findPasswordUser(db, address.data))?.id : undefined;
};

/** Recovers an account by the operators' command line, which acts for nobody who is signed in. */
export const recoverAtConsole = async (
  context: IdentityContext,
  { account, reason, by }: ConsoleRecovery,
): Promise<RecoveredAccount> => {
  const said = RecoveryReason.safeParse(reason);
  if (!said.success)
    throw new AuthError("invalid_request", { issues: [{ field: "reason", expected: "3 to 500 characters" }] });
  const id = await idOf(context, account);
  const person = id === undefined ? undefined : await findPerson(context.db.pool, id, undefined);
  if (!person) throw new AuthError("user_not_found");
  const actor = { actorType: "system", actorId: by } as const;
  return {
    email: person.email,
    dropped: { ...(await recoverPerson(context, { person, reason: said.data, by, actor })) },
  };
};
