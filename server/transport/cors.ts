import type { Dispatch } from "./dispatch.ts";
import type { DoorReply, DoorRequest } from "./door-request.ts";

/** Where pages may call; the dashboard's own sign-in is none of it. */
const isApi = (path: string): boolean =>
  /^\/(?:(?:v1|v1beta|upload\/v1(?:beta)?|api)\/|mcp$)/.test(path) && !path.startsWith("/api/auth/");

const methods = "GET, POST, PUT, PATCH, DELETE";

/**
 * What a page may send: what our client and the vendors' SDKs send. Not among them are the headers of API keys and of
 * service tokens, which have no place in a page: it calls with its person's token.
 */
const headers = [
  "accept",
  "anthropic-beta",
  "anthropic-dangerous-direct-browser-access",
  "anthropic-version",
  "authorization",
  "content-type",
  "dpop",
  "idempotency-key",
  "mcp-method",
  "mcp-name",
  "mcp-protocol-version",
  "openai-beta",
  "trpc-accept",
  "x-goog-api-client",
  "x-goog-upload-command",
  "x-goog-upload-file-name",
  "x-goog-upload-header-content-length",
  "x-goog-upload-header-content-type",
  "x-goog-upload-offset",
  "x-goog-upload-protocol",
  "x-nexus-customer-id",
  "x-service-id",
  "x-stainless-arch",
  "x-stainless-helper-method",
  "x-stainless-lang",
  "x-stainless-os",
  "x-stainless-package-version",
  "x-stainless-retry-count",
  "x-stainless-runtime",
  "x-stainless-runtime-version",
  "x-stainless-timeout",
].join(", ");

/** What a page may read beside the body. */
const exposed = [
  "retry-after",
  "x-goog-upload-chunk-granularity",
  "x-goog-upload-size-received",
  "x-goog-upload-status",
  "x-goog-upload-url",
  "x-nexus-attempts",
  "x-nexus-cost-nano-usd",
  "x-nexus-credential-tier",
  "x-nexus-model",
  "x-nexus-operation-id",
  "x-nexus-provider",
  "x-nexus-replayed",
  "x-nexus-usage-source",
  "x-ratelimit-limit-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-request-id",
  "www-authenticate",
].join(", ");

/** How long a browser need not ask again, so that an origin that was removed is refused soon. */
const maxAgeSeconds = "600";

const varies = { vary: "Origin" } as const;

const preflight = (origin: string, requestId: string): DoorReply => ({
  status: 204,
  headers: {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": methods,
    "access-control-allow-headers": headers,
    "access-control-max-age": maxAgeSeconds,
    "cache-control": "no-store",
    vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    "x-request-id": requestId,
  },
  body: "",
});

const asksFirst = ({ method, header }: DoorRequest): boolean =>
  method === "OPTIONS" && header("access-control-request-method") !== undefined;

const withHeaders = (reply: DoorReply, more: Readonly<Record<string, string>>): DoorReply => ({
  ...reply,
  headers: { ...reply.headers, ...more },
});

/**
 * Lets pages of registered apps call the API, by the exact origin and by no other. Cookies are never taken from them:
 * a page shows its person's token.
 */
export const withCors =
  (dispatch: Dispatch, isAllowed: (origin: string) => boolean): Dispatch =>
  (request) => {
    const origin = request.header("origin");
    // Of programs there is no origin; what caches keep of their answers is not for a page.
    if (origin === undefined && request.method !== "GET") return dispatch(request);
    if (!isApi(request.path)) return dispatch(request);
    const allowed = origin !== undefined && isAllowed(origin);
    if (allowed && asksFirst(request)) return Promise.resolve(preflight(origin, request.requestId));
    const shown = allowed
      ? { ...varies, "access-control-allow-origin": origin, "access-control-expose-headers": exposed }
      : varies;
    return dispatch(request)?.then((reply) => withHeaders(reply, shown));
  };
