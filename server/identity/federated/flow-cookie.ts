import type { HttpRequest } from "../http/exchange.ts";
import { secretCookie, secretForm } from "../http/secret-cookie.ts";
import type { IdentityContext } from "../identity-context.ts";
import { flowSecrets } from "./flow-secrets.ts";

export const flowMs = 10 * 60_000;

type Cookies = Pick<IdentityContext, "secureCookies">;

const family = "topolo_federated";
/** Each tab has one; more than that has nobody, and all of them come with every request. */
const maxFlows = 5;

/** By the beginning of its state, which comes back in the provider's answer: a second tab does not end the first one's sign-in. */
const cookieOf = ({ secureCookies }: Cookies, state: string) =>
  secretCookie({ name: `${family}_${state.slice(0, 16)}`, secure: secureCookies });

/** Binds a sign-in at a provider to the browser that began it. */
export const bindFlow = (cookies: Cookies, secret: string): string =>
  cookieOf(cookies, flowSecrets(secret).state).set(secret, flowMs);

/** What the browser holds for the sign-in with this state; undefined where it began none. */
export const readFlow = (cookies: Cookies, request: HttpRequest, state: string): string | undefined =>
  secretForm.test(state) ? cookieOf(cookies, state).read(request) : undefined;

export const endFlow = (cookies: Cookies, state: string): readonly string[] =>
  secretForm.test(state) ? [cookieOf(cookies, state).clear] : [];

/** Ends what a browser has begun too often: the first, which it sends in order of age (RFC 6265 §5.4). */
export const endSurplusFlows = (cookies: Cookies, request: HttpRequest): readonly string[] => {
  const names = [...(request.header("cookie") ?? "").matchAll(/topolo_federated_([\w-]{16})=/g)];
  return names
    .slice(0, Math.max(0, names.length + 1 - maxFlows))
    .flatMap(([, state = ""]) => cookieOf(cookies, state).clear);
};
