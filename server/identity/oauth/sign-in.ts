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

/** The session as one organization sees it; undefined where its person is no member there any more. */
const sessionIn = async (
  { db, clock }: Deps,
  sessionId: string,
  organizationId: string,
): Promise<LiveSession | undefined> => {
  const judged = judgeSession(await findSession(db, sessionId, organizationId), clock.now());
  return isRefusal(judged) ? undefined : judged;
};

/** A live session: in its active organization, or in the one that is named, empty for none. */
export const findSignIn = async (
  deps: Deps,
  sessionId: string,
  organizationId?: string,
): Promise<OAuthSignIn | undefined> => {
  const session =
    organizationId === undefined
      ? await settledSession(deps, await findSession(deps.db, sessionId))
      : await sessionIn(deps, sessionId, organizationId);
  const facts = session && (await findSignInFacts(deps.db, sessionId));
  return session && facts && { session, amr: facts.amr, expiresAt: facts.absolute_expires_at };
};
