import type { IdentityContext } from "../identity-context.ts";
import { judgeSession, type LiveSession } from "../validation/live-session.ts";
import { isRefusal } from "../validation/refusal.ts";
import { findSession, type SessionRow } from "../validation/store.ts";
import { findSignInFacts, settleOrganization } from "./store.ts";

/** A live session, with what OpenID Connect tells of how it came about. */
export interface OAuthSignIn {
  readonly session: LiveSession;
  readonly amr: readonly string[];
  readonly expiresAt: Date;
}

type Deps = Pick<IdentityContext, "db" | "clock">;

/** Judges a session; where the membership in its active organization is gone, another or none becomes active, as at `/refresh`. */
export const settledSession = async (
  { db, clock }: Deps,
  row: SessionRow | undefined,
): Promise<LiveSession | undefined> => {
  const judged = judgeSession(row, clock.now());
  if (!isRefusal(judged)) return judged;
  if (judged !== "membership_missing" || !row) return undefined;
  await settleOrganization(db, row.session_id);
  const again = judgeSession(await findSession(db, row.session_id), clock.now());
  return isRefusal(again) ? undefined : again;
};

export const findSignIn = async (deps: Deps, sessionId: string): Promise<OAuthSignIn | undefined> => {
  const session = await settledSession(deps, await findSession(deps.db, sessionId));
  const facts = session && (await findSignInFacts(deps.db, sessionId));
  return session && facts && { session, amr: facts.amr, expiresAt: facts.absolute_expires_at };
};
