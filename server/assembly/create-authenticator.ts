import {
  AuthUnavailable,
  recentSignInMs,
  RevocableCache,
  Unauthenticated,
  type AuthMiddleware,
  type Principal,
  type PrincipalAdmission,
  type RevocationFeed,
} from "@topolo/auth-middleware";
import type { Admission } from "../contracts/call-context.ts";
import { appOf } from "../domain/apps/index.ts";
import { authenticateServiceToken, selectGrant } from "../domain/service-tokens/index.ts";
import { NexusError } from "../errors.ts";
import type { Clock } from "../platform/clock.ts";
import type { Pepper } from "../platform/crypto/index.ts";
import type {
  AskedGrant,
  Authenticator,
  CallerIdentity,
  NamedOrganization,
  ServiceGrant,
} from "../transport/context.ts";
import { listProcedures } from "../transport/trpc/procedure-list.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

interface CreateAuthenticator {
  /** Reuses positive answers until they change, or grow too old. */
  readonly auth: AuthMiddleware;
  /** Asks every time: for whatever manages keys, credentials, budgets and preferences. */
  readonly freshAuth: AuthMiddleware;
  readonly runtime: Pick<RuntimeState, "serviceTokens" | "serviceTokenUse" | "apps">;
  readonly pepper: Pepper;
  readonly clock: Clock;
  /** What drops answers that have changed; undefined where they end by time alone. */
  readonly revocations?: RevocationFeed | undefined;
  /** The origin under which callers know the gateway: what proofs are made for. */
  readonly publicUrl: string;
  /** How long a look-up may be reused, as long as a validation; only positive ones are. */
  readonly lookUpTtlMs?: number;
  /** Told how each proof of a key fared. */
  readonly onProof?: ((outcome: ProofOutcome) => void) | undefined;
}

const proofRefusals = ["proof_invalid", "proof_replayed", "proof_missing"] as const;

/** What became of a request with a token that is bound to a key: let in, or why not. */
export type ProofOutcome = "accepted" | (typeof proofRefusals)[number] | "token_refused" | "unavailable";

const proofRefusalOf = (error: unknown): (typeof proofRefusals)[number] | undefined =>
  Unauthenticated.is(error) ? proofRefusals.find((code) => code === error.code) : undefined;

const maxLookUps = 20_000;

/** Auth's words in ours: an explicit no is 401, everything unclear is 503. */
const inOurWords = (error: unknown): NexusError => {
  if (Unauthenticated.is(error)) {
    return error.code === "workspace_suspended"
      ? new NexusError("WORKSPACE_SUSPENDED")
      : new NexusError("UNAUTHENTICATED", { details: { reason: error.code } });
  }
  if (AuthUnavailable.is(error)) return new NexusError("AUTH_UNAVAILABLE", { cause: error, retryAfterMs: 1_000 });
  return NexusError.from(error);
};

// Three segments; a shared token of ours has none.
const ownTokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What an app of ours may do in its own name: use the vendors, manage nothing. */
const operationPermissions: ReadonlySet<string> = new Set(
  listProcedures()
    .flatMap(({ permissions }) => permissions)
    .filter((permission) => /^srv_nexus\.(?:ai|email|payments):/.test(permission)),
);

interface KnownOrganization extends NamedOrganization {
  readonly services: ReadonlySet<string>;
}

const admissionOf = (told: PrincipalAdmission | null | undefined): Admission | undefined =>
  told
    ? { monthlyLimitNanos: told.monthlyLimitNanos === null ? undefined : BigInt(told.monthlyLimitNanos) }
    : undefined;

const notCovered = (): NexusError =>
  new NexusError("SCOPE_DENIED", { message: "The service token does not cover this organization and app." });

const actorOf = (principal: Principal): CallerIdentity["actor"] => {
  if (principal.apiKey) return { kind: "api_key", keyId: principal.apiKey.id, userId: principal.user?.id };
  if (!principal.user || !principal.sessionId) throw new NexusError("UNAUTHENTICATED");
  return {
    kind: "user",
    userId: principal.user.id,
    sessionId: principal.sessionId,
    role: principal.role ?? "guest",
    platformBypass: principal.platformBypass,
    recentUntil: principal.lastSignIn?.sufficient ? Date.parse(principal.lastSignIn.at) + recentSignInMs : 0,
  };
};

export const createAuthenticator = ({
  auth,
  freshAuth,
  runtime,
  pepper,
  clock,
  revocations,
  publicUrl,
  lookUpTtlMs = 5_000,
  onProof,
}: CreateAuthenticator): Authenticator => {
  const members = new RevocableCache<true>({ limit: maxLookUps, revocations });
  const organizations = new RevocableCache<KnownOrganization>({ limit: maxLookUps, revocations });
  const translated = new WeakMap<Principal, CallerIdentity>();
  /** A validation that is reused is translated once. */
  const ours = (principal: Principal): CallerIdentity => {
    const known = translated.get(principal);
    if (known) return known;
    if (principal.subjectType === "service")
      throw new NexusError("UNAUTHENTICATED", { message: "Send a service's own token in X-Nexus-Service-Token." });
    // Auth gives such a person no permission; here they learn why.
    if (principal.user?.principalType === "human" && !principal.user.emailVerified)
      throw new NexusError("SCOPE_DENIED", {
        message: "Verify your e-mail address first, with the link in the e-mail from Topolo Auth.",
        details: { reason: "email_unverified" },
      });
    if (!principal.organization) {
      throw new NexusError("SCOPE_DENIED", { message: "The account has no active organization." });
    }
    const made: CallerIdentity = {
      actor: actorOf(principal),
      organization: { ...principal.organization, admission: admissionOf(principal.organization.admission) },
      serviceId: principal.serviceId ?? undefined,
      ...(principal.apiKey?.resourceBindings.length ? { boundTo: principal.apiKey.resourceBindings } : {}),
      permissions: principal.permissions,
    };
    translated.set(principal, made);
    return made;
  };

  const organizationOf = async (organizationId: string, mayReuse: boolean): Promise<KnownOrganization> => {
    const asked = clock.monotonic();
    const known = mayReuse ? organizations.get(organizationId, asked) : undefined;
    if (known) return known;
    const since = organizations.moment();
    const found = await auth.organization(organizationId).catch((error: unknown) => {
      throw inOurWords(error);
    });
    // Auth knows slugs as well; under one a second ledger of the same organization would begin.
    if (found?.id !== organizationId) throw notCovered();
    if (found.status !== "active") throw new NexusError("WORKSPACE_SUSPENDED");
    const organization = {
      slug: found.slug,
      admission: admissionOf(found.admission),
      services: new Set(found.services),
    };
    const until = asked + lookUpTtlMs;
    organizations.set(organizationId, { value: organization, subjects: [organizationId], until, since });
    return organization;
  };

  /** A token shared by several apps, of Nexus' own making. */
  const sharedToken = ({ raw, organizationId, appId }: AskedGrant): ServiceGrant => {
    const token = authenticateServiceToken({ snapshot: runtime.serviceTokens.current(), pepper }, raw, clock.now());
    if (!token) throw new NexusError("UNAUTHENTICATED");
    if (!selectGrant(token, organizationId, appId)) throw notCovered();
    runtime.serviceTokenUse.used(token.id);
    return { tokenId: token.id, serviceId: undefined, permissions: token.permissions };
  };

  /** An app's own token, by client credentials at Auth: good for organizations that use the app, within its scopes. */
  const ownToken = async ({ raw, organizationId }: AskedGrant, mayReuse: boolean): Promise<ServiceGrant> => {
    const principal = await (mayReuse ? auth : freshAuth).validate(raw).catch((error: unknown) => {
      throw inOurWords(error);
    });
    const { subjectType, serviceId, scopes } = principal;
    // A person's token here would act for organizations that the person has no part in.
    if (subjectType !== "service" || serviceId === null)
      throw new NexusError("UNAUTHENTICATED", { message: "X-Nexus-Service-Token is for a service's token." });
    const { services } = await organizationOf(organizationId, mayReuse);
    if (!services.has(serviceId)) throw notCovered();
    // Somebody else's app was granted nothing by the organization's people.
    const permissions =
      scopes === null ? operationPermissions : new Set(scopes.filter((name) => operationPermissions.has(name)));
    return { tokenId: serviceId, serviceId, permissions };
  };

  return {
    validate: ({ credential, proof }, mayReuse) => {
      if (proof) {
        const { jwt, method, path } = proof;
        return freshAuth.validate(credential, { proof: jwt, method, url: publicUrl + path }).then(
          (principal) => {
            onProof?.("accepted");
            return ours(principal);
          },
          (error: unknown) => {
            onProof?.(proofRefusalOf(error) ?? (Unauthenticated.is(error) ? "token_refused" : "unavailable"));
            throw inOurWords(error);
          },
        );
      }
      const cached = mayReuse ? auth.cached(credential) : undefined;
      if (cached) return ours(cached);
      return (mayReuse ? auth : freshAuth).validate(credential).then(ours, (error: unknown) => {
        const refusal = proofRefusalOf(error);
        if (refusal !== undefined) onProof?.(refusal);
        throw inOurWords(error);
      });
    },
    serviceToken: (asked, mayReuse) => (ownTokenForm.test(asked.raw) ? ownToken(asked, mayReuse) : sharedToken(asked)),
    requireMember: async (organizationId, userId, mayReuse) => {
      const key = `${organizationId} ${userId}`;
      const asked = clock.monotonic();
      if (mayReuse && members.get(key, asked)) return;
      const since = members.moment();
      const member = await auth.memberOf(organizationId, userId).catch((error: unknown) => {
        throw inOurWords(error);
      });
      if (!member)
        throw new NexusError("SCOPE_DENIED", {
          message: "X-Nexus-User-Id does not name a member of this organization.",
        });
      members.set(key, { value: true, subjects: [organizationId, userId], until: asked + lookUpTtlMs, since });
    },
    organization: organizationOf,
    isRegisteredApp: (serviceId) => appOf(runtime.apps.current(), serviceId) !== undefined,
  };
};
