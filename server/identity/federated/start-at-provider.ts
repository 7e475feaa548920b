import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { seeOther, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import { query } from "../http/read-input.ts";
import { localReturnPath } from "../http/return-path.ts";
import type { Params } from "../http/route.ts";
import { findCaller, limitPerAddress } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import { findProvider } from "./find-provider.ts";
import { bindFlow, endSurplusFlows, flowMs } from "./flow-cookie.ts";
import { flowSecrets } from "./flow-secrets.ts";
import { insertFlow } from "./store.ts";

type Start = HttpExchange & Params;

const startQuery = query(
  z.strictObject({ return_to: z.string().max(2_000).optional(), link: z.literal("1").optional() }),
);
const limit = limitPerAddress("federated");

/**
 * The session the identity is to be added to. A page elsewhere must not start this: were the browser signed in at the
 * provider as somebody else, that person's identity would open this account.
 */
const linkingSession = async (exchange: Start): Promise<string> => {
  const site = exchange.request.header("sec-fetch-site");
  if (site !== "same-origin" && site !== "same-site" && site !== "none") throw new AuthError("forbidden");
  const caller = await findCaller(exchange);
  requireRecentSignIn({ ...exchange, caller });
  if (!caller.session.user.emailVerified) throw new AuthError("email_unverified");
  return caller.session.sessionId;
};

const begin = async (exchange: Start): Promise<HttpAnswer> => {
  const { context } = exchange;
  limit(exchange);
  const provider = findProvider(exchange);
  const { input } = startQuery(exchange);
  const linkSessionId = input.link === undefined ? undefined : await linkingSession(exchange);
  const secret = randomSecret();
  const url = await provider.authorizationUrl(flowSecrets(secret));
  const now = context.clock.now();
  const returnTo =
    localReturnPath(input.return_to, context.issuer) ?? (linkSessionId === undefined ? "/" : "/settings");
  const flow = { provider: provider.id, returnTo, linkSessionId };
  await insertFlow(context.db, sha256(secret), flow, new Date(now), new Date(now + flowMs));
  return {
    status: 302,
    headers: { Location: url.href },
    cookies: [bindFlow(context, secret), ...endSurplusFlows(context, exchange.request)],
  };
};

/** Sends the browser to the provider, or back to a page that says why not. */
export const startAtProvider = async (exchange: Start): Promise<HttpAnswer> => {
  try {
    return await begin(exchange);
  } catch (error) {
    if (!AuthError.is(error)) throw error;
    const page = exchange.request.query.get("link") === null ? "/sign-in" : "/error";
    return seeOther(`${page}?${new URLSearchParams({ error: error.code })}`);
  }
};
