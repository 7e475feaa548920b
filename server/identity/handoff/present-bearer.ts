import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";
import { requireVerified } from "../http/require-verified.ts";
import { presentedToken } from "../proofs/presented-token.ts";
import type { LiveSession } from "../validation/live-session.ts";
import { isRefusal } from "../validation/refusal.ts";
import { sessionOfToken } from "../validation/validate-access-token.ts";

/** A person's access token, without regard to any cookie. */
export interface Bearer {
  readonly session: LiveSession;
  /** The app it was issued for. */
  readonly serviceId: string;
  /** A device or a program on somebody's machine obtained it. */
  readonly onDevice: boolean;
  readonly expiresAt: Date;
}

const refuse = (reason: string): AuthError =>
  new AuthError("unauthenticated", { message: `An access token is required (${reason}).` });

/** A cookie is no substitute: what navigates the browser must be asked for by the app itself. */
export const presentBearer = async (exchange: HttpExchange): Promise<{ readonly bearer: Bearer }> => {
  const { request, context } = exchange;
  if (request.query.has("access_token")) throw new AuthError("invalid_request");
  const presented = presentedToken(exchange);
  if (presented === undefined)
    throw refuse(request.header("authorization") === undefined ? "credential_missing" : "token_malformed");
  const found = await sessionOfToken(context, presented);
  if (isRefusal(found)) throw refuse(found);
  const { claims, session } = found;
  requireVerified(session, request.path);
  const { service_id: serviceId, device, exp } = claims;
  return { bearer: { session, serviceId, onDevice: device === true, expiresAt: new Date(exp * 1000) } };
};
