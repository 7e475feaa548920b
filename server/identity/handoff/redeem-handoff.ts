import { newId } from "../../platform/ids.ts";
import { createEligibility, isLaunchable } from "../app-switcher/launchable-services.ts";
import type { CatalogueService } from "../catalogue/catalogue.ts";
import { sha256 } from "../crypto/digest.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { grantedOrigin } from "../http/cors.ts";
import { allowedOrigin, csrfHeader, type CallingApp } from "../http/steps.ts";
import { authenticateClient } from "../oauth/tokens/authenticate-client.ts";
import { sessionAnswer } from "../sessions/session-answer.ts";
import { sessionCookie } from "../sessions/session-cookie.ts";
import { sessionTimes } from "../sessions/session-times.ts";
import { issueAccessToken } from "../signing/access-token.ts";
import { judgeSession, type LiveSession } from "../validation/live-session.ts";
import { isRefusal } from "../validation/refusal.ts";
import { findSession } from "../validation/store.ts";
import { findDestination } from "./find-destination.ts";
import {
  consumeHandoff,
  findHandoff,
  findSecretHolders,
  findSessionOfBrowser,
  recordHandoffRefusal,
  type HandoffRow,
} from "./store.ts";

const oauthError = (status: number, error: string, description: string, more: object = {}): HttpAnswer => ({
  status,
  json: { error, error_description: description, ...more },
});

const invalidGrant = (): HttpAnswer =>
  oauthError(400, "invalid_grant", "The code is unknown, used, expired, or for another service or address.");

const liveSession = async ({ context }: HttpExchange, sessionId: string): Promise<LiveSession | undefined> => {
  const session = judgeSession(await findSession(context.db, sessionId), context.clock.now());
  return isRefusal(session) ? undefined : session;
};

/** The session that the browser's own cookie shows, of whomever. */
const sessionOfBrowser = async (
  exchange: HttpExchange,
  value: string | undefined,
): Promise<LiveSession | undefined> => {
  if (value === undefined) return undefined;
  const { context } = exchange;
  const rotatedAfter = new Date(context.clock.now() - sessionTimes.graceMs);
  const sessionId = await findSessionOfBrowser(context.db, sha256(value), rotatedAfter);
  return sessionId === undefined ? undefined : liveSession(exchange, sessionId);
};

/** Why a code that is known does not count here and now. */
const findFault = async (
  { context }: HttpExchange,
  handoff: HandoffRow,
  { service, redirectUri }: { readonly service: CatalogueService; readonly redirectUri: string | null },
  session: LiveSession | undefined,
): Promise<string | undefined> => {
  if (handoff.consumedAt !== null) return "replayed";
  if (handoff.expiresAt.getTime() <= context.clock.now()) return "expired";
  if (handoff.serviceId !== service.id) return "other_service";
  if (!service.firstParty) return "third_party";
  if (handoff.redirectUri !== redirectUri) return "other_address";
  if (!session || session.user.id !== handoff.userId) return "session_ended";
  if (session.organization?.id !== handoff.organizationId) return "organization_changed";
  if (!isLaunchable(service) || !(await createEligibility(context, session))(service)) return "not_eligible";
  return undefined;
};

/** Whether the client shows its secret; undefined where the address is that of no client with one. */
const isSecretShown = async (
  exchange: HttpExchange,
  params: URLSearchParams,
  { serviceId, redirectUri }: HandoffRow,
): Promise<boolean | undefined> => {
  const holders = await findSecretHolders(exchange.context.db, serviceId, redirectUri);
  if (holders.length === 0) return undefined;
  const client = await authenticateClient(exchange, params);
  return client !== undefined && holders.includes(client.clientId);
};

const answerToken = async (
  { context }: HttpExchange,
  session: LiveSession,
  service: CallingApp,
  tokenId: string,
  replacesUntil: Date | undefined,
  cookie: string | undefined,
): Promise<HttpAnswer> => {
  const { accessToken, expiresAt } = await issueAccessToken(context, {
    userId: session.user.id,
    sessionId: session.sessionId,
    serviceId: service.id,
    audience: service.audience,
    organizationId: session.organization?.id,
    role: session.role,
    shown: service.shown,
    onDevice: service.onDevice,
    tokenId,
    replacesUntil,
    signedInAt: session.authTime,
  });
  const expiresIn = Math.max(0, Math.floor((expiresAt.getTime() - context.clock.now()) / 1000));
  return okAnswer(
    {
      access_token: accessToken,
      token_type: "Bearer",
      expires_in: expiresIn,
      ...(await sessionAnswer(context, session.sessionId, undefined)),
      accessToken,
      tokenType: "Bearer",
      expiresIn,
      expiresAt: expiresAt.toISOString(),
      serviceId: service.id,
    },
    cookie === undefined ? {} : { cookie },
  );
};

/**
 * Answers a handoff's code at the token endpoint. The browser keeps whatever cookie it has: none is set, so that a
 * token alone never turns into a session. One that shows nobody's session, or another person's, is asked to confirm
 * first; it then gives the other session up.
 */
export const redeemHandoff = async (exchange: HttpExchange, params: URLSearchParams): Promise<HttpAnswer> => {
  const { request, context } = exchange;
  await allowedOrigin(exchange);
  const cookie = sessionCookie(context);
  const value = cookie.read(request);
  if (value !== undefined) csrfHeader(exchange);
  const destination = await findDestination(exchange, params);
  if ("refusal" in destination) {
    const { status, error, description } = destination.refusal;
    return oauthError(status, error, description);
  }
  const handoff = await findHandoff(context.db, sha256(destination.code));
  if (!handoff) return invalidGrant();
  const secretShown = await isSecretShown(exchange, params, handoff);
  if (secretShown === false)
    return oauthError(401, "invalid_client", "The client at this address redeems with its secret.");
  const origin = { ip: request.ip, requestId: request.requestId };
  const now = new Date(context.clock.now());
  const refuse = async (reason: string): Promise<HttpAnswer> => {
    await recordHandoffRefusal(context.db, handoff, reason, now, origin);
    return invalidGrant();
  };
  const session = await liveSession(exchange, handoff.sessionId);
  const fault = await findFault(exchange, handoff, destination, session);
  if (fault !== undefined || !session) return refuse(fault ?? "session_ended");

  const held = await sessionOfBrowser(exchange, value);
  const isSamePerson = held?.user.id === session.user.id;
  const isBrowser = request.header("origin") !== undefined || value !== undefined;
  if (isBrowser && !isSamePerson && params.get("confirm") !== "true")
    return oauthError(409, "account_mismatch", "This browser is not signed in as the account of this handoff.", {
      account: { email: session.user.email, name: session.user.name },
      current: held ? { email: held.user.email, name: held.user.name } : null,
    });
  const superseded = held && !isSamePerson ? { sessionId: held.sessionId, userId: held.user.id } : undefined;
  const tokenId = newId();
  if (!(await consumeHandoff(context.db, { handoff, tokenId, superseded, now, origin }))) return refuse("replayed");
  // Whoever has a bearer gets codes for any app: without a secret the page that redeems must be one of the app's.
  const shown = secretShown === true || (await grantedOrigin(context, request))?.serviceId === destination.service.id;
  return answerToken(
    exchange,
    session,
    { ...destination.service, shown, onDevice: false },
    tokenId,
    isSamePerson ? undefined : handoff.bearerExpiresAt,
    superseded ? cookie.clear : undefined,
  );
};
