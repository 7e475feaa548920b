import { equalDigests, sha256 } from "../../crypto/digest.ts";
import { seeOther, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import { mediaType } from "../../http/read-input.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { sessionCookie } from "../../sessions/session-cookie.ts";
import { revokeSession } from "../../sessions/store.ts";
import { findLiveSession } from "../live-browser-session.ts";
import { confirmPage, refusalPage } from "./logout-pages.ts";
import { readIdTokenHint, type IdTokenHint } from "./read-hint.ts";

interface LogoutRequest {
  readonly hint: IdTokenHint | undefined;
  /** Where the browser goes afterwards. */
  readonly destination: string;
}

const formOf = async (exchange: HttpExchange): Promise<URLSearchParams> =>
  exchange.request.method === "POST" && mediaType(exchange) === "application/x-www-form-urlencoded"
    ? new URLSearchParams((await exchange.request.readBody()).toString("utf8"))
    : exchange.request.query;

/** Checks the request; a text says what is wrong with it. */
const readLogout = async ({ context }: HttpExchange, form: URLSearchParams): Promise<LogoutRequest | string> => {
  const presented = form.get("id_token_hint");
  const hint = presented === null ? undefined : await readIdTokenHint(context, presented);
  if (presented !== null && !hint) return "id_token_hint is not an id_token of this issuer";
  const named = form.get("client_id") ?? undefined;
  if (hint && named !== undefined && named !== hint.aud) return "client_id and id_token_hint differ";
  const uri = form.get("post_logout_redirect_uri");
  const clientId = hint?.aud ?? named;
  if (uri === null || clientId === undefined) return { hint, destination: "/signed-out" };
  const client = await readClient(context, clientId);
  if (!client?.postLogoutRedirectUris.includes(uri)) return "post_logout_redirect_uri is not registered";
  const destination = new URL(uri);
  const state = form.get("state");
  if (state !== null) destination.searchParams.set("state", state);
  return { hint, destination: destination.href };
};

/** Known to the page that shows the question alone, since it comes from the HttpOnly cookie. */
const confirmationOf = (cookieValue: string): string => sha256(`logout ${cookieValue}`).toString("base64url");

/**
 * RP-initiated logout. An id_token of the very session ends it at once; anybody else's request is put to the person,
 * since every page can send a browser here.
 */
export const endSession = async (exchange: HttpExchange): Promise<HttpAnswer> => {
  const { request, context } = exchange;
  const form = await formOf(exchange);
  const logout = await readLogout(exchange, form);
  if (typeof logout === "string") return refusalPage(logout);
  const { hint, destination } = logout;
  const cookie = sessionCookie(context);
  const live = await findLiveSession(context, request);
  // The cookie does not come with another site's POST; with the GET that follows it does.
  if (!live && request.method === "POST" && cookie.read(request) === undefined && !form.has("confirm"))
    return seeOther(`/oauth/logout?${form}`);
  if (!live) return seeOther(destination, { cookie: cookie.clear });
  const confirmation = confirmationOf(cookie.read(request) ?? "");
  const confirmed = form.get("confirm");
  const isConfirmed =
    request.method === "POST" && confirmed !== null && equalDigests(Buffer.from(confirmed), Buffer.from(confirmation));
  const isOwn = hint?.isProven === true && hint.sid === live.sessionId;
  if (!isConfirmed && !isOwn) {
    if (hint) form.set("client_id", hint.aud);
    return confirmPage({ email: live.user.email, confirmation, form });
  }
  await revokeSession(context.db, live.sessionId, live.user.id, "logout", new Date(context.clock.now()), {
    ip: request.ip,
    requestId: request.requestId,
  });
  return seeOther(destination, { cookie: cookie.clear });
};
