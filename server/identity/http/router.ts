import { AuthError } from "../auth-error.ts";
import { transportSecurity } from "../../platform/plain-http.ts";
import type { IdentityContext } from "../identity-context.ts";
import { isRetired } from "../retired/retired-paths.ts";
import { sessionCookie } from "../sessions/session-cookie.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { encodeError } from "./encode-error.ts";
import type { HttpAnswer, HttpRequest, EncodedAnswer } from "./exchange.ts";
import { fitSegment, requireFitRequest } from "./require-fit-text.ts";
import type { Params, AuthRoute } from "./route.ts";

const common = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  Vary: "Origin",
};

type Methods = ReadonlyMap<string, AuthRoute>;

interface Matched extends Params {
  readonly methods: Methods;
}

const compile = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.]/g, "\\.").replaceAll(/:([a-zA-Z]+)/g, "(?<$1>[^/]{1,1400})")}$`);

const byPath = (routes: readonly AuthRoute[]): ReadonlyMap<string, Methods> => {
  const paths = new Map<string, Map<string, AuthRoute>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, AuthRoute>();
    if (methods.has(route.method)) throw new Error(`two routes for ${route.method} ${route.path}`);
    if (isRetired(route.path)) throw new Error(`${route.path} is retired`);
    paths.set(route.path, methods.set(route.method, route));
  }
  return paths;
};

const createMatcher = (routes: readonly AuthRoute[]): ((path: string) => Matched | undefined) => {
  const paths = byPath(routes);
  const patterns = [...paths]
    .filter(([path]) => path.includes(":"))
    .map(([path, methods]) => ({ form: compile(path), methods }));
  return (path) => {
    const exact = paths.get(path);
    if (exact) return { methods: exact, params: {} };
    for (const { form, methods } of patterns) {
      const match = form.exec(path);
      if (!match) continue;
      if (isRetired(path)) return undefined;
      const entries = Object.entries(match.groups ?? {}).map(([name, text]) => [name, fitSegment(text, name)]);
      return { methods, params: Object.fromEntries(entries) };
    }
    return undefined;
  };
};

const readMethods: readonly string[] = ["GET", "HEAD"];

/** What a path answers to: HEAD wherever GET is, both where a page is, and OPTIONS everywhere. */
const allowed = (methods: Methods, isPage: boolean): readonly string[] => {
  const known = [...methods.keys()].flatMap((method) => (method === "GET" ? readMethods : [method]));
  return [...new Set([...(isPage ? readMethods : []), ...known, "OPTIONS"])];
};

interface Encoding {
  readonly request: HttpRequest;
  readonly isSecure: boolean;
  readonly extra: Readonly<Record<string, string>>;
}

const encode = (answer: HttpAnswer, { request: { requestId }, isSecure, extra }: Encoding): EncodedAnswer => {
  const isHtml = answer.html !== undefined;
  return {
    status: answer.status,
    headers: {
      ...common,
      ...(isSecure ? transportSecurity : {}),
      "Content-Type": isHtml ? "text/html; charset=utf-8" : "application/json",
      "X-Request-Id": requestId,
      ...extra,
      ...answer.headers,
    },
    cookies: [...(answer.cookie === undefined ? [] : [answer.cookie]), ...(answer.cookies ?? [])],
    body: answer.stream ?? answer.html ?? answer.text ?? (answer.json === undefined ? "" : JSON.stringify(answer.json)),
  };
};

const noRoute: Matched = { methods: new Map(), params: {} };

/**
 * Answers every request; nothing escapes as an exception. Where pages are, the listener has them answer GET before;
 * what else comes to their paths is for the routes.
 */
export const createRouter = (
  routes: readonly AuthRoute[],
  context: IdentityContext,
  pagePaths: ReadonlySet<string> = new Set(),
): ((request: HttpRequest) => Promise<EncodedAnswer>) => {
  const match = createMatcher(routes);

  const dispatch = async (request: HttpRequest): Promise<HttpAnswer> => {
    const isPage = pagePaths.has(request.path);
    const matched = match(request.path) ?? (isPage && !readMethods.includes(request.method) ? noRoute : undefined);
    if (!matched) throw new AuthError("not_found");
    // What answers GET answers HEAD; the listener leaves the body out.
    const route = matched.methods.get(request.method === "HEAD" ? "GET" : request.method);
    // The set-up route leaves no trace once it is done, whatever the method; no script has business there.
    if (!route && request.path === "/setup") throw new AuthError("not_found");
    if (request.method === "OPTIONS") return preflight(context, request, [...matched.methods.keys()]);
    if (!route) throw new AuthError("method_not_allowed", { allow: allowed(matched.methods, isPage) });
    requireFitRequest(request);
    return route.run({ request, context, params: matched.params });
  };

  return async (request) => {
    let encoding: Encoding = { request, isSecure: context.secureCookies, extra: {} };
    try {
      encoding = { ...encoding, extra: await corsHeaders(context, request) };
      return encode(await dispatch(request), encoding);
    } catch (error) {
      const refusal = encodeError(error, request, context.log);
      const cookie = AuthError.is(error) && error.clearCookie ? { cookie: sessionCookie(context).clear } : {};
      return encode({ ...refusal, ...cookie }, encoding);
    }
  };
};
