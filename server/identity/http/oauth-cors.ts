import { isLocalOrigin } from "../catalogue/public-url.ts";
import type { IdentityContext } from "../identity-context.ts";
import type { HttpAnswer, HttpRequest } from "./exchange.ts";

// What an app that runs in a browser needs of OpenID Connect, and nothing that goes by a cookie.
const metadataPaths: ReadonlySet<string> = new Set([
  "/.well-known/openid-configuration",
  "/.well-known/oauth-authorization-server",
  "/.well-known/jwks.json",
]);
const openPaths: ReadonlySet<string> = new Set([...metadataPaths, "/sso/exchange", "/oauth/userinfo"]);

/** The request's origin, where it is one of a third party's pages and the path is open to those. */
const registeredOrigin = async (context: IdentityContext, request: HttpRequest): Promise<string | undefined> => {
  const origin = request.header("origin");
  if (origin === undefined || !openPaths.has(request.path)) return undefined;
  if (isLocalOrigin(origin) && !context.localAddresses) return undefined;
  if ((await context.catalogues.recent()).oauthOrigins.has(origin)) return origin;
  // Before its first sign-in nobody knows the app: the metadata are all that it needs by then.
  const documents = context.clientDocuments;
  const isTheirs = metadataPaths.has(request.path) ? documents?.isHostLetIn : documents?.isPageOfClient;
  return (await isTheirs?.(origin)) ? origin : undefined;
};

/** For a third party's page: the exact origin echoed, without credentials, on the addresses of OAuth alone. */
export const oauthCorsHeaders = async (
  context: IdentityContext,
  request: HttpRequest,
): Promise<Readonly<Record<string, string>>> => {
  const origin = await registeredOrigin(context, request);
  if (origin === undefined) return {};
  return {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": "DPoP-Nonce, WWW-Authenticate, X-Request-Id",
  };
};

/** Answers such a page's OPTIONS; undefined where it is none. */
export const oauthPreflight = async (
  context: IdentityContext,
  request: HttpRequest,
  methods: readonly string[],
): Promise<HttpAnswer | undefined> => {
  if ((await registeredOrigin(context, request)) === undefined) return undefined;
  return {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": "Authorization, Content-Type, DPoP",
      "Access-Control-Max-Age": "600",
    },
  };
};
