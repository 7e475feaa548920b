import type { Adapter, AdapterPayload } from "oidc-provider";
import type { IdentityContext } from "../../identity-context.ts";
import { findSignIn } from "../sign-in.ts";

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/**
 * The engine has no sessions of its own: it sees ours. So none can outlive ours, belong to another person or have
 * another `sid`, and what the engine would write has nowhere to go.
 */
export const createSessionAdapter = (context: Pick<IdentityContext, "db" | "clock">): Adapter => {
  const find = async (sessionId: string): Promise<AdapterPayload | undefined> => {
    const signIn = await findSignIn(context, sessionId);
    if (!signIn) return undefined;
    const { session, amr, expiresAt } = signIn;
    return {
      kind: "Session",
      jti: session.sessionId,
      uid: session.sessionId,
      accountId: session.user.id,
      amr: [...amr],
      loginTs: Math.floor(session.authTime.getTime() / 1000),
      exp: Math.floor(expiresAt.getTime() / 1000),
    };
  };
  return {
    find,
    findByUid: find,
    findByUserCode: nothing,
    upsert: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
};
