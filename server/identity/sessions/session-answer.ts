import { AuthError } from "../auth-error.ts";
import type { CatalogueService } from "../catalogue/catalogue.ts";
import type { IdentityContext } from "../identity-context.ts";
import { accessTokenMs, issueAccessToken } from "../signing/access-token.ts";
import { judgeSession } from "../validation/live-session.ts";
import { isRefusal } from "../validation/refusal.ts";
import { findSession } from "../validation/store.ts";

/** What `/login`, `/refresh` and a change of organization answer: who is signed in, and a fresh access token. */
export const sessionAnswer = async (context: IdentityContext, sessionId: string, service: CatalogueService) => {
  const session = judgeSession(await findSession(context.db, sessionId), context.clock.now());
  if (isRefusal(session)) throw new AuthError("session_missing");
  const { user, organization, role, platformBypass } = session;
  const { accessToken, expiresAt } = await issueAccessToken(context, {
    userId: user.id,
    sessionId,
    serviceId: service.id,
    audience: service.audience,
    organizationId: organization?.id,
    role,
  });
  return {
    accessToken,
    tokenType: "Bearer",
    expiresIn: accessTokenMs / 1000,
    expiresAt: expiresAt.toISOString(),
    sessionId,
    serviceId: service.id,
    user,
    organization: organization
      ? { id: organization.id, slug: organization.slug, name: organization.name, status: organization.status }
      : null,
    role: role ?? null,
    platformBypass,
  };
};
