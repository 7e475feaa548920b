import { AuthClientError } from "./auth-client-error.ts";
import { readJsonBody, errorOf, unreachable, type Fetch } from "./ask-auth.ts";
import { isFields } from "./fields.ts";

/** Tokens as `/sso/exchange` hands them out. */
export interface TokenSet {
  readonly accessToken: string;
  /** When the access token ends, ms since the epoch. */
  readonly expiresAt: number;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly scope: string | undefined;
}

export interface TokenEndpoint {
  /** Auth's origin, which is also its issuer. */
  readonly authUrl: string;
  readonly clientId: string;
  /** A confidential client's; browsers, phones and command lines have none. */
  readonly clientSecret?: string | undefined;
  readonly fetch?: Fetch | undefined;
  readonly timeoutMs?: number | undefined;
  readonly now?: (() => number) | undefined;
}

export const defaultTimeoutMs = 10_000;

/** The issuer as it names itself: the origin without a trailing slash. */
export const issuerOf = (authUrl: string): string => authUrl.replace(/\/+$/, "");

export const fetchOf = ({ fetch: own }: TokenEndpoint): Fetch => own ?? ((url, init) => fetch(url, init));

const optionalText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Posts a form to one of Auth's OAuth endpoints; any answer, of whatever status. */
export const postForm = async (
  endpoint: TokenEndpoint,
  path: string,
  form: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly status: number; readonly body: unknown }> => {
  const { authUrl, clientId, clientSecret, timeoutMs = defaultTimeoutMs } = endpoint;
  const fields = Object.entries({ ...form, ...(clientSecret === undefined ? { client_id: clientId } : {}) });
  const present = fields.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  const basic = `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret ?? "")}`)}`;
  try {
    const response = await fetchOf(endpoint)(`${issuerOf(authUrl)}${path}`, {
      method: "POST",
      redirect: "error",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        Accept: "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        ...(clientSecret === undefined ? {} : { Authorization: basic }),
      },
      body: new URLSearchParams(present).toString(),
    });
    return { status: response.status, body: await readJsonBody(response) };
  } catch (error) {
    throw unreachable(error);
  }
};

const parseTokens = (body: unknown, receivedAt: number): TokenSet | undefined => {
  if (!isFields(body) || typeof body.access_token !== "string" || body.access_token === "") return undefined;
  if (String(body.token_type).toLowerCase() !== "bearer" || typeof body.expires_in !== "number") return undefined;
  return {
    accessToken: body.access_token,
    expiresAt: receivedAt + body.expires_in * 1000,
    idToken: optionalText(body.id_token),
    refreshToken: optionalText(body.refresh_token),
    scope: optionalText(body.scope),
  };
};

/** Exchanges a grant for tokens; throws with OAuth's own code (`invalid_grant`, `authorization_pending`, …). */
export const exchangeGrant = async (
  endpoint: TokenEndpoint,
  form: Readonly<Record<string, string | undefined>>,
): Promise<TokenSet> => {
  const sentAt = (endpoint.now ?? Date.now)();
  const { status, body } = await postForm(endpoint, "/sso/exchange", form);
  if (status !== 200) throw errorOf({ status, body, retryAfterMs: undefined });
  const tokens = parseTokens(body, sentAt);
  if (!tokens) throw new AuthClientError("unavailable", status, "Topolo Auth's tokens could not be understood.");
  return tokens;
};
