import { AuthClientError } from "./auth-client-error.ts";
import { errorOf } from "./ask-auth.ts";
import { exchangeGrant, postForm, type TokenEndpoint, type TokenSet } from "./token-endpoint.ts";

export interface TokenSource {
  readonly tokens: () => TokenSet;
  /** An access token good for at least another half minute; callers at the same moment share one renewal. */
  readonly accessToken: () => Promise<string>;
  /** Ends the grant at Auth. */
  readonly revoke: () => Promise<void>;
}

export interface CreateTokenSource extends TokenEndpoint {
  readonly tokens: TokenSet;
  /** Called with every new set before it is used: store it, since the refresh token before it is dead. */
  readonly onTokens?: (tokens: TokenSet) => void | Promise<void>;
}

const renewBeforeMs = 30_000;

/**
 * Keeps a command line's tokens fresh. One renewal runs at a time, since a refresh token sent twice ends the grant.
 *
 * @example
 * const keeper = createTokenSource({ authUrl, clientId, tokens: await device.tokens(), onTokens: save });
 * const bearer = await keeper.accessToken();
 */
export const createTokenSource = (options: CreateTokenSource): TokenSource => {
  const { onTokens, now = Date.now } = options;
  let { tokens } = options;
  let renewing: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    const { refreshToken } = tokens;
    if (refreshToken === undefined) throw new AuthClientError("signed_out", 0, "There is no refresh token.");
    const renewed = await exchangeGrant(options, { grant_type: "refresh_token", refresh_token: refreshToken });
    tokens = { ...renewed, refreshToken: renewed.refreshToken ?? refreshToken };
    await onTokens?.(tokens);
    return tokens.accessToken;
  };

  return {
    tokens: () => tokens,
    accessToken: async () => {
      if (tokens.expiresAt - now() > renewBeforeMs) return tokens.accessToken;
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    revoke: async () => {
      const token = tokens.refreshToken ?? tokens.accessToken;
      const { status, body } = await postForm(options, "/oauth/revoke", { token });
      if (status !== 200) throw errorOf({ status, body, retryAfterMs: undefined });
    },
  };
};
