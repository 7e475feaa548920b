import type { LastSignIn } from "@topolo/auth-middleware";
import { AuthError } from "../auth-error.ts";
import type { CatalogueService } from "../catalogue/catalogue.ts";
import { equalDigests, sha256 } from "../crypto/digest.ts";
import { findClientSecrets } from "../service-clients/store.ts";
import { presentedToken } from "../proofs/presented-token.ts";
import { sessionCookie } from "../sessions/session-cookie.ts";
import { lastSignInOf } from "../step-up/last-sign-in.ts";
import { judgeSession, type LiveSession } from "../validation/live-session.ts";
import { isRefusal } from "../validation/refusal.ts";
import { findSessionByCookie } from "../validation/store.ts";
import { sessionOfToken } from "../validation/validate-access-token.ts";
import { grantedOrigin } from "./cors.ts";
import type { HttpExchange } from "./exchange.ts";
import { requireVerified } from "./require-verified.ts";

/** A signed-in person, by bearer or by cookie. */
export interface Caller {
  readonly session: LiveSession;
  /** The app the bearer was issued for; undefined with a cookie. */
  readonly serviceId: string | undefined;
  /** The same app, where it had shown that it is that one when it obtained the bearer. */
  readonly shownServiceId: string | undefined;
  /** The sign-in that the credential stands for; null where it is older than the last one. */
  readonly lastSignIn: LastSignIn | null;
  /** The bearer was obtained by a device or a program on somebody's machine, not on a page that the person sees. */
  readonly onDevice: boolean;
  /** The bearer counts with a proof of its holder's key alone. */
  readonly keyBound: boolean;
  /** Undefined with a cookie. */
  readonly bearerExpiresAt: Date | undefined;
}

/** The app that a token is for, and whether it has shown that it is that app. */
export interface CallingApp extends CatalogueService {
  /** By the origin of its pages, by the secret of its client, or by a bearer that was obtained so. Else anybody may have named it. */
  readonly shown: boolean;
  /** A token for it takes the place of one that a device holds. */
  readonly onDevice: boolean;
}

/** A service that has shown its client secret. */
export interface CallingClient {
  readonly clientId: string;
  readonly serviceId: string;
}

/** Few attempts a minute from one address; `times` as many where many people behind one address do it all day. */
export const limitPerAddress =
  (name: string, times = 1) =>
  ({ request, context }: HttpExchange): void => {
    const retryAfterMs = context.addresses.take(name, request.ip, times);
    if (retryAfterMs > 0) throw new AuthError("too_many_attempts", { retryAfterMs });
  };

/** A browser's request must come from an allowed origin; one without an origin comes from no browser page. */
export const allowedOrigin = async ({ request, context }: HttpExchange): Promise<void> => {
  if (request.header("origin") !== undefined && !(await grantedOrigin(context, request)))
    throw new AuthError("origin_not_allowed");
};

/** The header that only a script of an allowed origin can send. */
export const csrfHeader = ({ request }: HttpExchange): void => {
  if ((request.header("x-topolo-auth") ?? "").trim() === "") throw new AuthError("csrf_header_missing");
};

/**
 * The sender's own service: from its header, or bound to its origin. An origin and a client's secret speak for their own
 * service alone; without either the service is merely named, and the token counts for no app.
 */
export const callingService = async (exchange: HttpExchange): Promise<{ readonly service: CallingApp }> => {
  const { request, context } = exchange;
  const { services } = await context.catalogues.recent();
  const bound = (await grantedOrigin(context, request))?.serviceId;
  const id = request.header("x-service-id") ?? bound;
  if (id === undefined) throw new AuthError("service_required");
  const service = services.get(id);
  if (service?.status !== "active") throw new AuthError("unknown_service");
  if (bound !== undefined && bound !== id) throw new AuthError("origin_not_allowed");
  // Somebody else's app takes no password and no cookie: its users come by OAuth, where they are asked.
  if (!service.firstParty) throw new AuthError("forbidden");
  const client = isBasic(request) ? await findClient(exchange) : undefined;
  if (client !== undefined && client.serviceId !== id)
    throw new AuthError("forbidden", { message: "The client belongs to another app." });
  return { service: { ...service, shown: bound === id || client !== undefined, onDevice: false } };
};

/** The same, and undefined for the pages of Auth itself, which need no access token. */
export const callingApp = async (exchange: HttpExchange): Promise<{ readonly service: CallingApp | undefined }> => {
  const { request, context } = exchange;
  const isOwnPage = request.header("origin") === context.issuer && request.header("x-service-id") === undefined;
  return isOwnPage ? { service: undefined } : callingService(exchange);
};

const bearerOf = (authorization: string): string | undefined => /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];

/** The bearer token of a request that is no token of ours: a directory's. */
export const presentedCredential = ({ request }: HttpExchange): string | undefined => {
  const authorization = request.header("authorization");
  return authorization === undefined ? undefined : bearerOf(authorization);
};

const unauthenticated = (reason: string): AuthError =>
  new AuthError("unauthenticated", { message: `A valid credential is required (${reason}).` });

/** An explicit bearer decides alone; without one the cookie counts, and on writes needs its header. API keys do not sign anyone in. */
export const findCallerOfAnyApp = async (exchange: HttpExchange): Promise<Caller> => {
  const { request, context } = exchange;
  if (request.header("authorization") !== undefined) {
    const presented = presentedToken(exchange);
    const found = presented === undefined ? "token_malformed" : await sessionOfToken(context, presented);
    if (isRefusal(found)) throw unauthenticated(found);
    const { service_id: serviceId, azp, device, exp, cnf } = found.claims;
    return {
      session: found.session,
      serviceId,
      shownServiceId: azp === undefined ? undefined : serviceId,
      lastSignIn: lastSignInOf(found.session, found.claims),
      onDevice: device === true,
      keyBound: cnf !== undefined,
      bearerExpiresAt: new Date(exp * 1000),
    };
  }
  const value = sessionCookie(context).read(request);
  if (value === undefined) throw unauthenticated("credential_missing");
  if (request.method !== "GET") {
    await allowedOrigin(exchange);
    csrfHeader(exchange);
  }
  const session = judgeSession(await findSessionByCookie(context.db, sha256(value)), context.clock.now());
  if (isRefusal(session)) throw unauthenticated(session);
  const lastSignIn = lastSignInOf(session, undefined);
  return {
    session,
    serviceId: undefined,
    shownServiceId: undefined,
    lastSignIn,
    onDevice: false,
    keyBound: false,
    bearerExpiresAt: undefined,
  };
};

/**
 * The same, through an app of our own: what a person let somebody else's app know is no leave to act for them here. Whoever
 * has not proven their address reaches their own account alone.
 */
export const findCaller = async (exchange: HttpExchange): Promise<Caller> => {
  const caller = await findCallerOfAnyApp(exchange);
  requireVerified(caller.session, exchange.request.path);
  if (caller.serviceId === undefined) return caller;
  const { services } = await exchange.context.catalogues.recent();
  if (services.get(caller.serviceId)?.firstParty !== true) throw new AuthError("forbidden");
  return caller;
};

export const signedIn = async (exchange: HttpExchange): Promise<{ readonly caller: Caller }> => ({
  caller: await findCaller(exchange),
});

/** The app that is to get a fresh token. A bearer buys none for another app than its own, and shows what it showed. */
export const callersApp = async (
  exchange: HttpExchange & { readonly caller: Caller },
): Promise<{ readonly service: CallingApp | undefined }> => {
  const { service } = await callingApp(exchange);
  if (service === undefined) return { service };
  const { serviceId, shownServiceId, onDevice, keyBound } = exchange.caller;
  // What is given for it would be bound to no key.
  if (keyBound)
    throw new AuthError("forbidden", { message: "A token bound to a key is renewed at the token endpoint." });
  if (serviceId !== undefined && service.id !== serviceId)
    throw new AuthError("forbidden", { message: "The token was issued for another app." });
  return { service: { ...service, shown: service.shown || shownServiceId === service.id, onDevice } };
};

/** A platform role in the `admin` organization. */
export const platformOperator = ({ caller }: { readonly caller: Caller }): void => {
  if (!caller.session.platformBypass) throw new AuthError("forbidden");
};

/** Who has not shown that the address is theirs adds no way in: its owner would find the account already open to somebody. */
export const verifiedAddress = ({ caller }: { readonly caller: Caller }): void => {
  if (!caller.session.user.emailVerified) throw new AuthError("email_unverified");
};

/**
 * For what changes how someone signs in, or lets another program in: never by the token of a device or of a program,
 * however recent its sign-in. Whoever talked the person into a code would otherwise own the account.
 */
export const notByDevice = ({ caller }: { readonly caller: Caller }): void => {
  if (caller.onDevice) throw new AuthError("browser_required");
};

const isBasic = (request: HttpExchange["request"]): boolean => /^Basic /i.test(request.header("authorization") ?? "");

const basicOf = (authorization: string): { readonly id: string; readonly secret: string } | undefined => {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  const [id, secret, ...rest] = encoded === undefined ? [] : Buffer.from(encoded, "base64").toString("utf8").split(":");
  return id === undefined || secret === undefined || rest.length > 0 ? undefined : { id, secret };
};

const findClient = async ({ request, context }: HttpExchange): Promise<CallingClient> => {
  const basic = basicOf(request.header("authorization") ?? "");
  if (!basic || basic.id.length > 100 || basic.secret.length > 200) throw new AuthError("invalid_client");
  const presented = sha256(basic.secret);
  const secrets = await findClientSecrets(context.db, basic.id, new Date(context.clock.now()));
  const match = secrets.find(({ secretHash }) => equalDigests(secretHash, presented));
  if (!match) throw new AuthError("invalid_client");
  return { clientId: basic.id, serviceId: match.serviceId };
};

export const serviceClient = async (exchange: HttpExchange): Promise<{ readonly client: CallingClient }> => ({
  client: await findClient(exchange),
});

/** The same, of our own services alone. */
export const ownServiceClient = async (exchange: HttpExchange): Promise<{ readonly client: CallingClient }> => {
  const client = await findClient(exchange);
  const { services } = await exchange.context.catalogues.recent();
  if (services.get(client.serviceId)?.firstParty !== true) throw new AuthError("forbidden");
  return { client };
};

/** Who reads: a person, or a service under its own secret. */
export type DirectoryReader =
  | { readonly kind: "user"; readonly caller: Caller }
  | { readonly kind: "service"; readonly client: CallingClient };

/** Any service counts, a third party's as well: for what is shown to it alone. */
export const anyReader = async (exchange: HttpExchange): Promise<{ readonly reader: DirectoryReader }> => ({
  reader: isBasic(exchange.request)
    ? { kind: "service", client: await findClient(exchange) }
    : { kind: "user", caller: await findCaller(exchange) },
});

/** Of services the first-party ones alone: an app of a third party reads no organization and no member. */
export const reader = async (exchange: HttpExchange): Promise<{ readonly reader: DirectoryReader }> => {
  const found = await anyReader(exchange);
  if (found.reader.kind === "service") {
    const { services } = await exchange.context.catalogues.recent();
    if (services.get(found.reader.client.serviceId)?.firstParty !== true) throw new AuthError("forbidden");
  }
  return found;
};
