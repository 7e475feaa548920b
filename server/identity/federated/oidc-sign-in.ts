import { asPlainlySeen } from "../../platform/display-name.ts";
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  type Configuration,
  type CustomFetch,
} from "openid-client";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import { unfitText } from "../../platform/outside-text.ts";
import { AuthError } from "../auth-error.ts";
import { normalizeEmail } from "../users/email-address.ts";
import { providerFailure } from "./provider-failure.ts";
import type { AnyProviderId, FlowSecrets, Provider, ProviderIdentity } from "./provider.ts";

type Claims = Readonly<Record<string, unknown>>;

interface CreateOidcSignIn<Id extends AnyProviderId> {
  readonly id: Id;
  readonly name: string;
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** Which claims say that the e-mail address is the person's own. */
  readonly isEmailVerified: (claims: Claims) => boolean;
  /** Undefined where the claims do not say whose account it is. */
  readonly subjectOf: (claims: Claims & { readonly sub: string }) => string | undefined;
  readonly fetch: CustomFetch;
  /** Throws where a browser should not be sent there. */
  readonly checkOrigin: (origin: string) => void;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const metadataMs = 3_600_000;

const pictureOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.length <= 1_000 && value.startsWith("https://") ? value : undefined;

const skewSeconds = 60;

/**
 * What the library leaves open: whom the token was issued for where it says so, a subject that is one, and a time of issue
 * that has come. Returns what is wrong.
 */
const faultOf = (claims: Claims, clientId: string, nowMs: number): string | undefined => {
  const { azp, sub, iat } = claims;
  if (azp !== undefined && azp !== clientId) return "azp";
  if (typeof sub !== "string" || sub.trim() === "" || sub.length > 255 || unfitText(sub, "line")) return "sub";
  if (typeof iat !== "number" || iat > nowMs / 1000 + skewSeconds) return "iat";
  return undefined;
};

/** Reads the metadata once an hour; a failure is not remembered. */
const metadataCache = ({
  issuer,
  clientId,
  clientSecret,
  fetch,
  timeoutMs,
  clock,
}: CreateOidcSignIn<AnyProviderId>) => {
  let kept: { readonly until: number; readonly configuration: Promise<Configuration> } | undefined;
  return (): Promise<Configuration> => {
    if (kept && clock.now() < kept.until) return kept.configuration;
    const configuration = discovery(issuer, clientId, undefined, ClientSecretPost(clientSecret), {
      [customFetch]: fetch,
      timeout: timeoutMs / 1000,
      // The id_token's signature is checked although it comes straight from the token endpoint.
      execute: [enableNonRepudiationChecks, ...(issuer.protocol === "http:" ? [allowInsecureRequests] : [])],
    });
    const reading = { until: clock.now() + metadataMs, configuration };
    kept = reading;
    configuration.catch(() => {
      if (kept === reading) kept = undefined;
    });
    return configuration;
  };
};

/** An OpenID Connect provider: metadata, PKCE, nonce, `iss` of the answer (RFC 9207) and the signed id_token. */
export const createOidcSignIn = <Id extends AnyProviderId>(options: CreateOidcSignIn<Id>): Provider<Id> => {
  const { id, name, clientId, redirectUri, isEmailVerified, subjectOf, checkOrigin, clock, log } = options;
  const configured = metadataCache(options);

  const authorizationUrl = async ({ state, nonce, codeVerifier }: FlowSecrets): Promise<URL> => {
    try {
      const url = buildAuthorizationUrl(await configured(), {
        redirect_uri: redirectUri,
        scope: "openid email profile",
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        prompt: "select_account",
      });
      checkOrigin(url.origin);
      return url;
    } catch (error) {
      throw providerFailure(error, id, log);
    }
  };

  const readClaims = async (callback: URL, { state, nonce, codeVerifier }: FlowSecrets) => {
    const configuration = await configured();
    const tokens = await authorizationCodeGrant(configuration, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims || "email" in claims || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  };

  const identify = async (callback: URL, flow: FlowSecrets): Promise<ProviderIdentity> => {
    try {
      const claims = await readClaims(callback, flow);
      if (!claims) throw new TypeError("no id_token came although one was expected");
      const subject = subjectOf(claims);
      const fault = faultOf(claims, clientId, clock.now()) ?? (subject === undefined ? "tid" : undefined);
      if (fault !== undefined || subject === undefined) {
        log.warn({ provider: id, claim: fault }, "a provider's id_token was refused");
        throw new AuthError("federated_failed");
      }
      const email = typeof claims.email === "string" ? normalizeEmail(claims.email) : undefined;
      return {
        subject,
        email,
        emailVerified: email !== undefined && isEmailVerified(claims),
        name: typeof claims.name === "string" ? asPlainlySeen(claims.name) : "",
        pictureUrl: pictureOf(claims.picture),
      };
    } catch (error) {
      throw providerFailure(error, id, log);
    }
  };

  return { id, name, authorizationUrl, identify };
};
