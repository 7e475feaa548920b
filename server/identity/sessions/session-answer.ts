import { AuthError } from "../auth-error.ts";
import type { CallingApp } from "../http/steps.ts";
import type { IdentityContext } from "../identity-context.ts";
import { accessTokenMs, issueAccessToken } from "../signing/access-token.ts";
import { judgeSession, type LiveSession } from "../validation/live-session.ts";
import { isRefusal } from "../validation/refusal.ts";
import { findSession } from "../validation/store.ts";

const tokenFor = async (
  context: IdentityContext,
  session: LiveSession,
  service: CallingApp,
  replacesUntil: Date | undefined,
) => {
  const { accessToken, expiresAt } = await issueAccessToken(context, {
    userId: session.user.id,
    sessionId: session.sessionId,
    serviceId: service.id,
    audience: service.audience,
    organizationId: session.organization?.id,
    role: session.role,
    shown: service.shown,
    onDevice: service.onDevice,
    replacesUntil,
    signedInAt: session.authTime,
  });
  const restSeconds = expiresAt.getTime() / 1000 - Math.floor(context.clock.now() / 1000);
  return {
    accessToken,
    tokenType: "Bearer",
    expiresIn: Math.max(0, Math.min(accessTokenMs / 1000, restSeconds)),
    expiresAt: expiresAt.toISOString(),
    serviceId: service.id,
  };
};

/**
 * What `/login`, `/refresh` and a change of organization answer: who is signed in, and an access token for the app. It is a
 * fresh one unless it takes the place of the bearer that asked, which ends at `replacesUntil`.
 */
export const sessionAnswer = async (
  context: IdentityContext,
  sessionId: string,
  service: CallingApp | undefined,
  replacesUntil?: Date,
) => {
  const session = judgeSession(await findSession(context.db, sessionId), context.clock.now());
  if (isRefusal(session)) throw new AuthError("session_missing");
  const { user, organization, role, platformBypass } = session;
  return {
    ...(service === undefined ? {} : await tokenFor(context, session, service, replacesUntil)),
    sessionId,
    user,
    organization: organization
      ? { id: organization.id, slug: organization.slug, name: organization.name, status: organization.status }
      : null,
    role: role ?? null,
    platformBypass,
  };
};
