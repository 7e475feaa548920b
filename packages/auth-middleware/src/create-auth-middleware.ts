import { hash } from "node:crypto";
import type { Permission } from "@topolo/auth-client";
import { basicCredential } from "./basic-credential.ts";
import { createAsk, type AskRequest, type AskResponse } from "./ask.ts";
import { createBindableResources, type BindableResources } from "./bindable-resources.ts";
import { createOrganizationDirectory, type OrganizationDirectory } from "./directory.ts";
import { AuthUnavailable, PermissionDenied, Unauthenticated } from "./errors.ts";
import { parseRefusal, parseValidation } from "./parse-validation.ts";
import type { PresentedProof } from "./presented.ts";
import type { Principal } from "./principal.ts";
import type { RevocationFeed } from "./follow-revocations.ts";
import { RevocableCache } from "./revocable-cache.ts";
import { createTellAlert, type BudgetAlert } from "./tell-alert.ts";
import { createTellBudgetRequest, type BudgetRequestNews } from "./tell-budget-request.ts";
import { createTellChange, type SecurityChange } from "./tell-change.ts";
import { httpTransport, type AuthTransport } from "./transport.ts";

export interface AuthMiddlewareOptions {
  /** The origin of Auth. */
  readonly authUrl: string;
  /** The registered id of this service; tokens not meant for it are refused. */
  readonly serviceId: string;
  /** Secret of this service's client: needed for members, organizations and services, and used for API keys. */
  readonly clientSecret?: string;
  readonly transport?: AuthTransport;
  /** How long a positive answer may be reused: 0 (never, the default) to 5000, or to 60000 with `revocations`. */
  readonly cacheMs?: number;
  /** What `followRevocations` returns: drops reused answers as soon as they change, and while it is silent none is reused. */
  readonly revocations?: RevocationFeed;
  readonly timeoutMs?: number;
  readonly clock?: { readonly now: () => number; readonly monotonic?: () => number };
}

export interface AuthMiddleware extends OrganizationDirectory {
  /**
   * Who holds this bearer token or API key. A token bound to a key counts with a `proof` alone, which Auth checks each
   * time: that no proof comes twice is known in one place only. Throws Unauthenticated where Auth says no, and AuthUnavailable for
   * anything that is not a clear answer.
   */
  readonly validate: (credential: string, proof?: PresentedProof) => Promise<Principal>;
  /** The principal of a validation that is still fresh, without a promise; undefined: call `validate`. */
  readonly cached: (credential: string) => Principal | undefined;
  /** Forgets one credential, as after a logout, or all. */
  readonly forget: (credential?: string) => void;
  /** This service's catalogue of resources that API keys can be bound to. */
  readonly resources: BindableResources;
  /**
   * Tells Auth of a change about which it mails the person and the owners. False: Auth will never take it, for its kind or its
   * organization. Throws AuthUnavailable where it is to be told again; told twice it counts once.
   */
  readonly tellChange: (change: SecurityChange) => Promise<boolean>;
  /**
   * Tells Auth of a budget's alert about which it mails people of the organization. False: Auth will never take it. Throws
   * AuthUnavailable where it is to be told again; told twice it counts once.
   */
  readonly tellAlert: (alert: BudgetAlert) => Promise<boolean>;
  /** Tells Auth of somebody who asks for more of a budget, or of the decision, in the same way. */
  readonly tellBudgetRequest: (news: BudgetRequestNews) => Promise<boolean>;
  /** Throws PermissionDenied unless the principal holds the permission. */
  readonly requirePermission: (principal: Principal, permission: Permission) => void;
}

/** A validation, as it arrived. */
interface Answer {
  readonly principal: Principal;
  /** Whether it is known not to have changed while it was on its way. */
  readonly isCurrent: boolean;
}

const maxCredentialLength = 8 * 1024;
const maxCached = 20_000;
const maxCacheMs = 5_000;
/** However well what changes is known: what is forgotten by mistake is forgotten some day. */
const maxFollowedMs = 60_000;
// Visible ASCII only: nothing else can stand in a header, and nothing else is a credential.
const credentialForm = /^[\x21-\x7e]+$/;
const methodForm = /^[A-Z]{1,20}$/;

/** Whom an answer is about; a change of any of them may change it. */
const subjectsOf = ({ credentialId, sessionId, user, organization }: Principal): readonly string[] => [
  credentialId,
  ...[sessionId, user?.id, organization?.id].filter((id) => typeof id === "string"),
];

const digestOf = (credential: string): string => hash("sha256", credential, "base64");

const requirePermission = (principal: Principal, permission: Permission): void => {
  if (!principal.permissions.has(permission)) throw new PermissionDenied(permission);
};

/**
 * Validates credentials against Auth and fails closed.
 *
 * @example
 * const auth = createAuthMiddleware({ authUrl: "https://auth.topolo.app", serviceId: "srv_roadmapper" });
 * const principal = await auth.validate(bearer);
 * auth.requirePermission(principal, "srv_roadmapper.items:write");
 */
export const createAuthMiddleware = (options: AuthMiddlewareOptions): AuthMiddleware => {
  const { serviceId, clientSecret, cacheMs = 0, timeoutMs = 2_000, transport = httpTransport(), clock } = options;
  const { revocations } = options;
  const wall = clock?.now ?? Date.now;
  // How long an answer is reused is counted by a clock that nobody sets.
  const elapsed = clock?.monotonic ?? clock?.now ?? (() => performance.now());
  const longestMs = revocations === undefined ? maxCacheMs : maxFollowedMs;
  if (!(cacheMs >= 0 && cacheMs <= longestMs)) throw new RangeError(`cacheMs must lie between 0 and ${longestMs}`);
  const ask = createAsk({ authUrl: options.authUrl.replace(/\/+$/, ""), transport, timeoutMs });
  const basic = clientSecret === undefined ? undefined : basicCredential(serviceId, clientSecret);
  const cache = new RevocableCache<Principal>({ limit: maxCached, revocations });
  const inFlight = new Map<string, Promise<Answer>>();

  const question = (credential: string): AskRequest =>
    credential.startsWith("tpk_") && basic !== undefined
      ? {
          method: "POST",
          path: "/api/api-keys/validate",
          headers: { Authorization: basic, "X-Service-ID": serviceId },
          body: { apiKey: credential },
        }
      : {
          method: "GET",
          path: "/validate",
          headers: { Authorization: `Bearer ${credential}`, "X-Service-ID": serviceId },
        };

  const understand = ({ status, body }: AskResponse, asked: AskRequest): Principal => {
    const refusal = parseRefusal(body);
    const mayRefuse = asked.method === "POST" ? 200 : 401;
    if (status === mayRefuse && refusal !== undefined) throw new Unauthenticated(refusal);
    const answer = status === 200 ? parseValidation(body) : undefined;
    if (answer === undefined) throw new AuthUnavailable(`status ${status} is neither a validation nor a refusal`);
    const { valid: _, permissions, ...rest } = answer;
    return { ...rest, permissions: new Set(permissions) };
  };

  /** A token that is bound to a key, with a proof: its answer is for this request alone. */
  const askWithProof = async (credential: string, { proof, method, url }: PresentedProof): Promise<Principal> => {
    const address = URL.parse(url);
    if (!address || !credentialForm.test(proof) || !methodForm.test(method)) throw new Unauthenticated("proof_invalid");
    address.search = "";
    address.hash = "";
    const asked: AskRequest = {
      method: "GET",
      path: "/validate",
      headers: {
        Authorization: `DPoP ${credential}`,
        DPoP: proof,
        "X-DPoP-Method": method,
        "X-DPoP-Url": address.href,
        "X-Service-ID": serviceId,
      },
      once: true,
    };
    const principal = understand(await ask(asked), asked);
    if (principal.proofKey === null) throw new Unauthenticated("proof_invalid");
    return principal;
  };

  const askAndKeep = async (credential: string, digest: string): Promise<Answer> => {
    const startedAt = elapsed();
    const since = cache.moment();
    const asked = question(credential);
    const principal = understand(await ask(asked), asked);
    // Auth says no to such a token; were one taken as a bearer, whoever stole it could use it.
    if (principal.proofKey !== null) throw new Unauthenticated("proof_missing");
    // Whether it has ended is for Auth to say, by its own clock; here the time only bounds how long the answer is kept.
    const restMs = principal.expiresAt === null ? Infinity : Date.parse(principal.expiresAt) - wall();
    if (cacheMs === 0 || restMs <= 0) return { principal, isCurrent: false };
    const until = startedAt + Math.min(cacheMs, restMs);
    const subjects = [digest, ...subjectsOf(principal)];
    return { principal, isCurrent: cache.set(digest, { value: principal, subjects, until, since }) };
  };

  const validateUncached = async (credential: string, digest: string): Promise<Principal> => {
    if (cacheMs === 0) return (await askAndKeep(credential, digest)).principal;
    const running = inFlight.get(digest);
    // A question that was asked before this call may be answered with what was true before it.
    if (running !== undefined && revocations?.isFresh() !== false) {
      const { principal, isCurrent } = await running;
      if (isCurrent) return principal;
    }
    const answer = askAndKeep(credential, digest).finally(() => {
      if (inFlight.get(digest) === answer) inFlight.delete(digest);
    });
    inFlight.set(digest, answer);
    return (await answer).principal;
  };

  return {
    ...createOrganizationDirectory(ask, basic, serviceId),
    resources: createBindableResources(ask, basic, serviceId),
    tellChange: createTellChange(ask, basic, serviceId),
    tellAlert: createTellAlert(ask, basic, serviceId),
    tellBudgetRequest: createTellBudgetRequest(ask, basic, serviceId),
    requirePermission,
    cached: (credential) => (cacheMs === 0 ? undefined : cache.get(digestOf(credential), elapsed())),
    validate: async (credential, proof) => {
      if (credential.length > maxCredentialLength || !credentialForm.test(credential))
        throw new Unauthenticated("token_malformed");
      if (proof !== undefined) return askWithProof(credential, proof);
      const digest = digestOf(credential);
      return cache.get(digest, elapsed()) ?? validateUncached(credential, digest);
    },
    forget: (credential) => {
      if (credential === undefined) {
        cache.clear();
        inFlight.clear();
        return;
      }
      const digest = digestOf(credential);
      // A credential may have been presented in more than one form; its id is the same in all.
      const [, credentialId] = cache.subjectsOf(digest);
      for (const subject of [digest, credentialId]) if (subject !== undefined) cache.drop(subject);
      inFlight.delete(digest);
    },
  };
};
