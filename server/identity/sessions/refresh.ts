import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { CallingApp } from "../http/steps.ts";
import { sessionAnswer } from "./session-answer.ts";
import { sessionCookie } from "./session-cookie.ts";
import { sessionTimes } from "./session-times.ts";
import { rotateCookie } from "./rotation/store.ts";

const boundTo = (tokenId: string): string => `auth.refresh_tokens:${tokenId}`;

/** Rotates the cookie and answers with a fresh access token. Parallel tabs converge on one value; an old value ends the family. */
export const refresh = async ({
  request,
  context,
  service,
}: HttpExchange & { readonly service: CallingApp | undefined }): Promise<HttpAnswer> => {
  const cookie = sessionCookie(context);
  const presented = cookie.read(request);
  if (presented === undefined) throw new AuthError("session_missing");
  const successor = randomSecret();
  const now = new Date(context.clock.now());
  const rotation = await rotateCookie(context.db, {
    presentedHash: sha256(presented),
    successorHash: sha256(successor),
    serviceId: service?.id,
    graceMs: sessionTimes.graceMs,
    idleMs: sessionTimes.idleMs,
    now,
    seal: (tokenId) => context.sealer.seal(successor, boundTo(tokenId)),
    origin: { ip: request.ip, requestId: request.requestId },
  });
  if (rotation.kind === "reused") throw new AuthError("token_reuse", { clearCookie: true });
  // The browser may hold the new value already: a slower tab must not take it away.
  if (rotation.kind === "replaced") throw new AuthError("session_missing");
  if (rotation.kind === "missing") throw new AuthError("session_missing", { clearCookie: true });
  const value =
    rotation.kind === "rotated" ? successor : context.sealer.open(rotation.sealed, boundTo(rotation.tokenId));
  const body = await sessionAnswer(context, rotation.sessionId, service);
  return okAnswer(body, { cookie: cookie.set(value, rotation.expiresAt.getTime() - now.getTime()) });
};
