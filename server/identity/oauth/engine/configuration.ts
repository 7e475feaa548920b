import { errors, type Configuration, type KoaContextWithOIDC } from "oidc-provider";
import { clientSigningAlgs } from "../../catalogue/client-keys.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { needsConsent } from "../../service-clients/needs-consent.ts";
import { readClient } from "../../service-clients/read-client.ts";
import { proofAlgorithms } from "../../proofs/verify-proof.ts";
import { sessionTimes } from "../../sessions/session-times.ts";
import { accessTokenMs } from "../../signing/access-token.ts";
import { offeredScopes } from "../offered-scopes.ts";
import { resourceOf, scopes, serviceOfResource } from "../resource.ts";
import { createTokenCustomizer } from "./access-token.ts";
import { createAccountFinder } from "./account.ts";
import { createClientAdapter } from "./client-adapter.ts";
import { engineCookies } from "./cookies.ts";
import { renderError } from "./error-page.ts";
import { createGrantLoader } from "./grants.ts";
import { createInteractionPolicy } from "./interaction-policy.ts";
import { createPayloadAdapter } from "./payload-adapter.ts";
import { createSessionAdapter } from "./session-adapter.ts";
import { ActiveSigningKey } from "./signing-key.ts";

/** What the engine needs. */
export type EngineDeps = { readonly proofNonceSecret: Buffer } & Pick<
  IdentityContext,
  | "issuer"
  | "db"
  | "clock"
  | "clientFetch"
  | "clientDocuments"
  | "catalogues"
  | "keyRing"
  | "dashboardOrigin"
  | "localAddresses"
  | "secureCookies"
>;

/** Where the engine answers, and the paths its metadata names. */
export const enginePaths = {
  authorization: "/sso/authorize",
  token: "/sso/exchange",
  pushed_authorization_request: "/oauth/par",
  device_authorization: "/oauth/device",
  code_verification: "/device",
  introspection: "/oauth/introspect",
  revocation: "/oauth/revoke",
  userinfo: "/oauth/userinfo",
  end_session: "/oauth/logout",
  jwks: "/.well-known/jwks.json",
} as const;

const seconds = (ms: number): number => Math.floor(ms / 1000);
const signInSeconds = 3_600;
const absoluteSeconds = seconds(sessionTimes.absoluteMs);

const createAdapter = (deps: EngineDeps) => (model: string) => {
  if (model === "Session") return createSessionAdapter(deps);
  return model === "Client" ? createClientAdapter(deps) : createPayloadAdapter(deps, model);
};

const resourceIndicators = (deps: EngineDeps) => ({
  enabled: true,
  // One resource a client: its own service. What the token may be forwarded to is the registry's to say.
  defaultResource: async (_: unknown, { clientId }: { readonly clientId: string }) => {
    const client = await readClient(deps, clientId);
    if (!client) throw new errors.InvalidTarget();
    return resourceOf(client.serviceId);
  },
  useGrantedResource: () => true,
  getResourceServerInfo: async (_: unknown, resource: string, { clientId }: { readonly clientId: string }) => {
    const client = await readClient(deps, clientId);
    if (!client || serviceOfResource(resource) !== client.serviceId) throw new errors.InvalidTarget();
    return {
      scope: (await offeredScopes(deps, client)).map(({ name }) => name).join(" "),
      accessTokenTTL: seconds(accessTokenMs),
      accessTokenFormat: "jwt" as const,
      jwt: { sign: { alg: "ES256" as const } },
    };
  },
});

/** Where a device's request came from, shown to the person who is asked to allow it. */
const deviceInfo = ({ ip, req }: KoaContextWithOIDC) => ({ ip, userAgent: req.headers["user-agent"]?.slice(0, 300) });

/** A program of ours on our own pages stays signed in with its page's session; every other client only with consent. */
const issueRefreshToken =
  (deps: EngineDeps): NonNullable<Configuration["issueRefreshToken"]> =>
  async (_, client, { scopes: granted }) => {
    if (!client.grantTypeAllowed("refresh_token")) return false;
    const row = await readClient(deps, client.clientId);
    return row !== undefined && (granted.has("offline_access") || !needsConsent(row));
  };

/** The complete configuration of the engine; what is not named here is off or refused. */
export const createConfiguration = (deps: EngineDeps): Configuration => {
  const cookie = { httpOnly: true, sameSite: "lax", secure: deps.secureCookies } as const;
  return {
    adapter: createAdapter(deps),
    jwks: { keys: [new ActiveSigningKey(deps.keyRing)] },
    routes: enginePaths,
    // The engine's session cookie stays inside; "none" is what it asks for where requests may be posted.
    cookies: { names: engineCookies, long: { ...cookie, sameSite: "none" }, short: cookie },
    findAccount: createAccountFinder(deps),
    loadExistingGrant: createGrantLoader(deps),
    interactions: {
      policy: createInteractionPolicy(),
      url: (_, { uid }) => `/interaction/${uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, deviceInfo },
      introspection: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: { enabled: true },
      userinfo: { enabled: true },
      resourceIndicators: resourceIndicators(deps),
      externalSigningSupport: { enabled: true, ack: "experimental-01" },
      // For whoever asks for it in the registration, and for everybody who likes it.
      pushedAuthorizationRequests: { enabled: true },
      // For whoever shows a proof, and for clients that may not go without; a nonce is offered, and asked for with old proofs.
      dPoP: { enabled: true, nonceSecret: deps.proofNonceSecret, requireNonce: () => false },
    },
    discovery: {
      // Documents are read where all clients are: so consent, scopes, revocation and the engine see one client.
      client_id_metadata_document_supported: deps.clientDocuments !== undefined,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      prompt_values_supported: ["none", "login", "consent", "select_account", "create"],
      service_documentation: "https://docs.topolo.app/systems/topolo-auth",
    },
    pkce: { required: () => true },
    responseTypes: ["code"],
    scopes,
    claims: {
      // How somebody signed in (RFC 8176) is always told, whether asked for or not.
      openid: ["sub", "amr"],
      profile: ["name", "picture"],
      email: ["email", "email_verified"],
      acr: null,
      auth_time: null,
      sid: null,
    },
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
    clientDefaults: { id_token_signed_response_alg: "ES256", grant_types: [], response_types: [] },
    enabledJWA: {
      dPoPSigningAlgValues: [...proofAlgorithms],
      idTokenSigningAlgValues: ["ES256"],
      clientAuthSigningAlgValues: [...clientSigningAlgs],
    },
    // Keys of clients, from where they say: never a private address, never by a redirect.
    fetch: (url, options) => deps.clientFetch(url instanceof Request ? url.url : url, options),
    // A redirect address is always sent, and compared as text.
    allowOmittingSingleRegisteredRedirectUri: false,
    enableHttpPostMethods: true,
    // Sessions are looked at where payloads are found, by the session's own row.
    expiresWithSession: () => false,
    issueRefreshToken: issueRefreshToken(deps),
    rotateRefreshToken: true,
    formats: { customizers: { jwt: createTokenCustomizer(deps) } },
    renderError,
    ttl: {
      AccessToken: seconds(accessTokenMs),
      ClientCredentials: seconds(accessTokenMs),
      AuthorizationCode: 60,
      DeviceCode: 600,
      IdToken: seconds(accessTokenMs),
      Interaction: signInSeconds,
      PushedAuthorizationRequest: 60,
      Session: absoluteSeconds,
      Grant: absoluteSeconds,
      RefreshToken: (ctx) => ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? absoluteSeconds,
    },
  };
};
