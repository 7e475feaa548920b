import { isRecentSignIn } from "@topolo/auth-middleware";
import { AuthError } from "../../auth-error.ts";
import type { InteractionResults } from "oidc-provider";
import { seeOther, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import { lastSignInOf } from "../../step-up/last-sign-in.ts";
import type { LiveSession } from "../../validation/live-session.ts";
import { engineCookies } from "../engine/cookies.ts";
import { needsOrganization } from "../engine/interaction-policy.ts";
import { findLiveSession } from "../live-browser-session.ts";
import { findSignIn } from "../sign-in.ts";
import { pendingInteraction, type PendingInteraction } from "./read-interaction.ts";

const page = (path: string, query: Readonly<Record<string, string>>): HttpAnswer =>
  seeOther(`${path}?${new URLSearchParams(query)}`);

const isAsked = ({ prompt }: Readonly<Record<string, unknown>>, name: string): boolean =>
  typeof prompt === "string" && prompt.split(" ").includes(name);

/** Whether the app insists on a sign-in newer than this one. */
const mustSignInAnew = ({ interaction }: PendingInteraction, live: LiveSession, now: number): boolean => {
  const { prompt, params, iat } = interaction.details;
  const authTime = live.authTime.getTime();
  if (isAsked(params, "login") && prompt.name !== "consent" && authTime < iat * 1000) return true;
  const maxAge = Number(params.max_age);
  return prompt.reasons.includes("max_age") && Number.isFinite(maxAge) && now - authTime > (maxAge + 1) * 1000;
};

/** The interaction's cookie again, for the consent page's own calls, which have another path. */
const cookieForConsent = (uid: string, isSecure: boolean): string =>
  `${engineCookies.interaction}=${uid}; Path=/api/interactions/${uid}; Max-Age=3600; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;

const signedIn = async ({ context }: HttpExchange, live: LiveSession): Promise<InteractionResults> => {
  const signIn = await findSignIn(context, live.sessionId);
  return {
    login: {
      accountId: live.user.id,
      ts: Math.floor(live.authTime.getTime() / 1000),
      amr: [...(signIn?.amr ?? [])],
    },
  };
};

const pagesOfChoice = new Map([
  ["select_account", "/sign-in"],
  ["create", "/register"],
]);

/**
 * The app wants somebody to be chosen, or made. Whoever has signed in since is that person; at a choice, also the one
 * signed in before who says so: the address with their id is known to this browser alone.
 */
const isChosen = (
  { request: { query } }: HttpExchange,
  { details }: PendingInteraction["interaction"],
  live: LiveSession,
): boolean =>
  live.authTime.getTime() >= details.iat * 1000 ||
  (details.prompt.name === "select_account" && query.get("account") === live.user.id);

const proceed = async (exchange: HttpExchange & Params, pending: PendingInteraction): Promise<HttpAnswer> => {
  const { request, context } = exchange;
  const { details, finish } = pending.interaction;
  const here = `/interaction/${details.uid}`;
  const live = await findLiveSession(context, request);
  const choice = pagesOfChoice.get(details.prompt.name);
  if (choice !== undefined && !(live && isChosen(exchange, pending.interaction, live)))
    return page(choice, { return_to: here, prompt: details.prompt.name });
  if (!live) return page("/sign-in", { return_to: here });
  if (mustSignInAnew(pending, live, context.clock.now())) return page("/sign-in", { return_to: here, prompt: "login" });
  if (needsOrganization(live)) return page("/choose-organization", { return_to: here });
  const { name } = details.prompt;
  if (name !== "login" && name !== "consent") {
    const isFresh = live.authTime.getTime() >= details.iat * 1000;
    return seeOther(await finish({ [name]: {}, ...(isFresh ? await signedIn(exchange, live) : {}) }));
  }
  if (name === "login") return seeOther(await finish(await signedIn(exchange, live)));
  // Consent was asked of somebody else.
  if (details.session?.accountId !== live.user.id || details.session.uid !== live.sessionId)
    return page("/sso/authorize", textParams(details.params));
  // Whoever lets an app in has just shown who they are: a browser left open lets nobody in.
  if (!isRecentSignIn(lastSignInOf(live, undefined), context.clock.now()))
    return page("/confirm-identity", { return_to: here });
  return {
    ...page("/consent", { interaction: details.uid }),
    cookie: cookieForConsent(details.uid, context.secureCookies),
  };
};

const textParams = (params: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

/** Where the engine sends a browser whose person it needs: on to the page that is missing, or back with what is known. */
export const continueSignIn = async (exchange: HttpExchange & Params): Promise<HttpAnswer> => {
  try {
    const { pending } = await pendingInteraction(exchange);
    return await proceed(exchange, pending);
  } catch (error) {
    // A person reads this, not a program.
    if (AuthError.is(error) && error.code === "interaction_not_found") return page("/error", { code: error.code });
    throw error;
  }
};
