import { createHash, randomBytes } from "node:crypto";
import { textOf, type Called, type TestAuth, type TestUser } from "./auth-server.ts";

export const tokenPath = "/sso/exchange";
export const callback = "https://roadmapper.topolo.app/auth/callback";

/** A client of a test's own. */
export interface TestClient {
  readonly clientId: string;
  /** Undefined where it has none. */
  readonly secret: string | undefined;
  readonly redirectUri: string;
}

interface NewClient {
  readonly clientId: string;
  readonly serviceId?: string;
  readonly type?: "public" | "confidential" | "native";
  readonly redirectUris?: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  readonly grantTypes?: readonly string[];
  /** What a third party's can be granted. */
  readonly scopes?: readonly string[];
  readonly backchannelLogoutUri?: string;
  /** Public keys, or where they are: of a client that signs for itself and has no secret. */
  readonly keys?: { readonly jwks: unknown } | { readonly jwksUri: string };
  readonly pushedOnly?: boolean;
  /** It gets no token without a proof of a key. */
  readonly keyBound?: boolean;
}

const allGrants = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "urn:ietf:params:oauth:grant-type:device_code",
];

/** Registers a client, with a secret where it is confidential. */
export const addClient = async (auth: TestAuth, client: NewClient): Promise<TestClient> => {
  const { clientId, serviceId = "srv_roadmapper", redirectUris = [callback], keys } = client;
  const { type = keys ? "confidential" : "public" } = client;
  await auth.pool.query(
    `insert into auth.service_clients (client_id, service_id, name, type, auth_method, redirect_uris, post_logout_redirect_uris, grant_types, response_types, backchannel_logout_uri, scopes, jwks, jwks_uri, require_pushed_authorization_requests, dpop_bound_access_tokens)
     values ($1, $2, $1, $3, $4, $5, $6, $7, '{code}', $8, $9, $10, $11, $12, $13)`,
    [
      clientId,
      serviceId,
      type,
      keys ? "private_key_jwt" : type === "confidential" ? "client_secret_basic" : "none",
      redirectUris,
      client.postLogoutRedirectUris ?? [],
      client.grantTypes ?? allGrants.filter((grant) => type === "confidential" || grant !== "client_credentials"),
      client.backchannelLogoutUri ?? null,
      client.scopes ?? [],
      keys && "jwks" in keys ? JSON.stringify(keys.jwks) : null,
      keys && "jwksUri" in keys ? keys.jwksUri : null,
      client.pushedOnly ?? false,
      client.keyBound ?? false,
    ],
  );
  const secret = type === "confidential" && !keys ? await auth.server.createServiceClientSecret(clientId) : undefined;
  return { clientId, secret, redirectUri: redirectUris[0] ?? callback };
};

/** A service of somebody else, whose clients need consent. */
export const addThirdParty = async (
  auth: TestAuth,
  serviceId: string,
  calls: readonly string[] = [],
): Promise<void> => {
  await auth.pool.query(
    `insert into auth.services (id, slug, name, description, surface_kind, surface_group, launchable, first_party, calls)
     values ($1, $2, 'Someone Else', '', 'application', 'partner', false, false, $3)`,
    [serviceId, serviceId.slice(4).replaceAll("_", "-"), calls],
  );
};

export const pkce = (): { readonly verifier: string; readonly challenge: string } => {
  const verifier = randomBytes(32).toString("base64url");
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
};

type Changes = Readonly<Record<string, string | undefined>>;

const given = (values: Changes): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** The address of an authorization request; a change to undefined leaves a parameter out. */
export const authorizePath = (client: TestClient, challenge: string, changes: Changes = {}): string =>
  `/sso/authorize?${new URLSearchParams(
    given({
      client_id: client.clientId,
      response_type: "code",
      redirect_uri: client.redirectUri,
      scope: "openid profile email",
      state: "state-1",
      nonce: "nonce-1",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...changes,
    }),
  )}`;

/** Posts a form as the client does; a client with a secret shows it by Basic. */
export const postClientForm = (auth: TestAuth, path: string, client: TestClient, form: Changes): Promise<Called> =>
  auth.call("POST", path, {
    body: new URLSearchParams(
      given({ ...(client.secret === undefined ? { client_id: client.clientId } : {}), ...form }),
    ).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(client.secret === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.secret}`).toString("base64")}` }),
    },
  });

export const locationOf = ({ headers }: Called): URL =>
  new URL(headers.get("location") ?? "", "http://nowhere.invalid");

/** Signs in and asks for a code. */
export const getCode = async (
  auth: TestAuth,
  client: TestClient,
  cookie: string,
): Promise<{ readonly code: string; readonly verifier: string }> => {
  const { verifier, challenge } = pkce();
  const answer = await auth.call("GET", authorizePath(client, challenge), { cookie });
  const code = locationOf(answer).searchParams.get("code");
  if (code === null) throw new Error(`no code: ${answer.status} ${answer.headers.get("location")}`);
  return { code, verifier };
};

export const exchangeCode = (
  auth: TestAuth,
  client: TestClient,
  { code, verifier }: { readonly code: string; readonly verifier: string | undefined },
  changes: Changes = {},
): Promise<Called> =>
  postClientForm(auth, tokenPath, client, {
    grant_type: "authorization_code",
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
    ...changes,
  });

export interface TestTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
  readonly sessionId: string;
  readonly cookie: string;
}

/** A whole sign-in at a client. */
export const signInAt = async (auth: TestAuth, client: TestClient, user: TestUser): Promise<TestTokens> => {
  const { cookie, sessionId } = await auth.login(user);
  const { body } = await exchangeCode(auth, client, await getCode(auth, client, cookie));
  return {
    accessToken: textOf(body, "access_token"),
    refreshToken: textOf(body, "refresh_token"),
    idToken: textOf(body, "id_token"),
    sessionId,
    cookie,
  };
};

export const refreshAt = (auth: TestAuth, client: TestClient, refreshToken: string): Promise<Called> =>
  postClientForm(auth, tokenPath, client, { grant_type: "refresh_token", refresh_token: refreshToken });
