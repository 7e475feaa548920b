import { createAsk, type AskResponse } from "./ask.ts";
import { AuthUnavailable } from "./errors.ts";
import { httpTransport, type AuthTransport } from "./transport.ts";

export interface ServiceTokenSourceOptions {
  /** The origin of Auth. */
  readonly authUrl: string;
  /** The service's confidential client. */
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  readonly transport?: AuthTransport;
  readonly timeoutMs?: number;
  readonly clock?: { readonly now: () => number };
}

export interface ServiceTokenSource {
  /** A token good for at least another half minute. Callers at the same moment share one request. */
  readonly token: () => Promise<string>;
  /** Drops the token, as after a 401: the next call requests a new one. */
  readonly forget: () => void;
}

interface ServiceToken {
  readonly value: string;
  readonly expiresAt: number;
}

const renewBeforeMs = 30_000;

const parseToken = ({ status, body }: AskResponse, askedAt: number): ServiceToken => {
  const fields: Readonly<Record<string, unknown>> = typeof body === "object" && body !== null ? { ...body } : {};
  const { access_token: value, token_type: type, expires_in: seconds, error } = fields;
  if (status !== 200) {
    // Our own secret is refused or Auth is unreachable: the caller is to blame for neither.
    throw new AuthUnavailable(`it refused a token for this service (${typeof error === "string" ? error : status})`);
  }
  if (typeof value !== "string" || value === "" || typeof seconds !== "number" || !(seconds > 0))
    throw new AuthUnavailable("not a token");
  if (typeof type !== "string" || type.toLowerCase() !== "bearer") throw new AuthUnavailable("not a bearer token");
  return { value, expiresAt: askedAt + seconds * 1000 };
};

/**
 * The service's own access token by client credentials (RFC 6749, 4.4), for calls that are made for no person.
 *
 * @example
 * const service = createServiceTokenSource({ authUrl, clientId: "srv_roadmapper", clientSecret });
 * const headers = { "X-Nexus-Service-Token": await service.token() };
 */
export const createServiceTokenSource = (options: ServiceTokenSourceOptions): ServiceTokenSource => {
  const { clientId, clientSecret, scope, timeoutMs = 2_000, clock = { now: () => performance.now() } } = options;
  const { transport = httpTransport() } = options;
  const ask = createAsk({ authUrl: options.authUrl.replace(/\/+$/, ""), transport, timeoutMs });
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString("base64");
  let current: ServiceToken | undefined;
  let asking: Promise<ServiceToken> | undefined;
  let generation = 0;

  const request = async (): Promise<ServiceToken> => {
    const askedAt = clock.now();
    const answer = await ask({
      method: "POST",
      path: "/sso/exchange",
      headers: { Authorization: `Basic ${basic}` },
      form: { grant_type: "client_credentials", ...(scope === undefined ? {} : { scope }) },
    });
    return parseToken(answer, askedAt);
  };

  const renew = (): Promise<ServiceToken> => {
    const startedIn = generation;
    const flight = request()
      .then((token) => {
        // One that was dropped while it was under way is not kept.
        if (startedIn === generation) current = token;
        return token;
      })
      .finally(() => {
        if (asking === flight) asking = undefined;
      });
    asking = flight;
    return flight;
  };

  return {
    token: async () => {
      if (current && current.expiresAt - clock.now() > renewBeforeMs) return current.value;
      return (await (asking ?? renew())).value;
    },
    forget: () => {
      generation += 1;
      current = undefined;
      asking = undefined;
    },
  };
};
