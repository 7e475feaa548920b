import type { ValidationAnswer } from "@topolo/auth-middleware";
import { serviceOf } from "../catalogue/catalogue.ts";
import type { IdentityContext } from "../identity-context.ts";
import { letsIn, unregisteredAppsService } from "../client-documents/unregistered-apps.ts";
import type { Evaluation } from "../permissions/evaluate.ts";
import { isSessionClaims, type AccessClaims, type SessionClaims } from "../signing/access-token.ts";
import { lastSignInOf } from "../step-up/last-sign-in.ts";
import { judgeSession, type LiveSession } from "./live-session.ts";
import type { PresentedToken } from "../proofs/presented-token.ts";
import { verifyPresented } from "./verify-presented.ts";
import { narrowToScopes } from "./narrow-to-scopes.ts";
import { isRefusal, type ValidationRefusal } from "./refusal.ts";
import { sessionKey } from "./store.ts";
import { validateClientToken } from "./validate-client-token.ts";

const noPermissions: Evaluation = { permissions: [], until: Infinity };

interface TokenSession {
  readonly claims: SessionClaims;
  readonly session: LiveSession;
  /** Whether the app is our own; a third party's may do what it was granted and no more. */
  readonly firstParty: boolean;
}

/** An app without a registration is where its person's organization, and the installation, let it in at this moment. */
const isLetIn = (
  { clientDocuments }: IdentityContext,
  { unregisteredApps }: LiveSession,
  { service_id: serviceId, client_id: clientId }: SessionClaims,
): boolean =>
  serviceId !== unregisteredAppsService || (clientDocuments !== undefined && letsIn(unregisteredApps, clientId));

/**
 * The organization for which a person agreed to a token: that of somebody else's app, of a device or of a program acts
 * there, whichever is active in the session since. Undefined: the active one.
 */
const agreedOrganization = ({ device, scope, org_id }: SessionClaims): string | undefined => {
  if (scope !== undefined) return org_id;
  return device === true ? (org_id ?? "") : undefined;
};

const sessionOfClaims = async (
  context: IdentityContext,
  claims: SessionClaims,
): Promise<TokenSession | ValidationRefusal> => {
  const row = await context.sessions.find(sessionKey(claims.sid, agreedOrganization(claims)));
  if (row?.revoked_tokens.includes(claims.jti)) return "token_revoked";
  const session = judgeSession(row, context.clock.now());
  if (isRefusal(session)) return session;
  if (session.user.id !== claims.sub) return "token_invalid";
  // An app that was switched off takes the tokens it holds along.
  const { services } = await context.catalogues.atLeast(row?.catalog_version ?? 0n);
  const service = services.get(claims.service_id);
  if (service?.status !== "active" || !isLetIn(context, session, claims)) return "client_inactive";
  return { claims, session, firstParty: service.firstParty };
};

/** The session behind a token that somebody presents, as stored now. A client's own token has none: clients are not people. */
export const sessionOfToken = async (
  context: IdentityContext,
  presented: PresentedToken,
): Promise<TokenSession | ValidationRefusal> => {
  const claims = await verifyPresented(context, presented);
  if (isRefusal(claims)) return claims;
  return isSessionClaims(claims) ? sessionOfClaims(context, claims) : "token_invalid";
};

/** Answers for a token that somebody presents. */
export const validateAccessToken = async (
  context: IdentityContext,
  presented: PresentedToken,
  validatingService: string | undefined,
): Promise<ValidationAnswer | ValidationRefusal> => {
  const claims = await verifyPresented(context, presented);
  return isRefusal(claims) ? claims : answerForClaims(context, claims, validatingService);
};

/**
 * What a token is worth, whoever holds it; a caller that names its service must be in the audience and sees its own
 * permissions alone.
 */
export const answerForClaims = async (
  context: IdentityContext,
  claims: AccessClaims,
  validatingService: string | undefined,
): Promise<ValidationAnswer | ValidationRefusal> => {
  if (validatingService !== undefined && !claims.aud.includes(validatingService)) return "audience_mismatch";
  if (!isSessionClaims(claims)) return validateClientToken(context, claims);
  const found = await sessionOfClaims(context, claims);
  if (isRefusal(found)) return found;
  const { session, firstParty } = found;
  const audience = validatingService === undefined ? claims.aud : [validatingService];
  const { permissions, until } = session.permissionSubject
    ? await context.permissions.ofMember(session.permissionSubject)
    : noPermissions;
  const { organization } = session;
  const answer: ValidationAnswer = {
    valid: true,
    subjectType: "user",
    user: session.user,
    organization: organization
      ? {
          id: organization.id,
          slug: organization.slug,
          name: organization.name,
          status: organization.status,
          admission: organization.admission,
        }
      : null,
    role: session.role ?? null,
    platformBypass: session.platformBypass,
    // What somebody merely named earns no attribution.
    serviceId: claims.azp === undefined ? null : claims.service_id,
    sessionId: session.sessionId,
    lastSignIn: lastSignInOf(session, claims),
    apiKey: null,
    credentialId: claims.jti,
    proofKey: claims.cnf?.jkt ?? null,
    scopes: null,
    permissions: permissions.filter((permission) => audience.includes(serviceOf(permission))),
    // What the token opens may end before it does, and nothing is published then.
    expiresAt: new Date(Math.min(claims.exp * 1000, session.until, until)).toISOString(),
  };
  return firstParty ? answer : narrowToScopes(answer, claims.scope ?? "", audience);
};
