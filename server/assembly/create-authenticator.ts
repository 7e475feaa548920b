import {
  AuthUnavailable,
  Unauthenticated,
  type AuthMiddleware,
  type Principal as AuthPrincipal,
} from "@topolo/auth-middleware";
import { appOf } from "../domain/apps/index.ts";
import { authenticateServiceToken, selectGrant } from "../domain/service-tokens/index.ts";
import { NexusError } from "../errors.ts";
import type { Clock } from "../platform/clock.ts";
import type { Pepper } from "../platform/crypto/index.ts";
import { createExpiringCache } from "../platform/expiring-cache.ts";
import type { Authenticator, Principal } from "../transport/context.ts";
import type { Rooms } from "./open-rooms.ts";

interface CreateAuthenticator {
  /** Reuses positive answers for a few seconds. */
  readonly auth: AuthMiddleware;
  /** Asks every time: for whatever manages keys, credentials, budgets and preferences. */
  readonly freshAuth: AuthMiddleware;
  readonly rooms: Pick<Rooms, "serviceTokens" | "serviceTokenUse" | "apps">;
  readonly pepper: Pepper;
  readonly clock: Clock;
}

/** A look-up is reused no longer than a validation may be; only positive ones are. */
const lookUpTtlMs = 5_000;

/** Auth's words in ours: an explicit no is 401, everything unclear is 503. */
const inOurWords = (error: unknown): NexusError => {
  if (error instanceof Unauthenticated) {
    return error.code === "workspace_suspended"
      ? new NexusError("WORKSPACE_SUSPENDED")
      : new NexusError("UNAUTHENTICATED", { details: { reason: error.code } });
  }
  if (error instanceof AuthUnavailable)
    return new NexusError("AUTH_UNAVAILABLE", { cause: error, retryAfterMs: 1_000 });
  return NexusError.from(error);
};

const actorOf = (principal: AuthPrincipal): Principal["actor"] => {
  if (principal.apiKey) return { kind: "api_key", keyId: principal.apiKey.id, userId: principal.user?.id };
  if (!principal.user || !principal.sessionId) throw new NexusError("UNAUTHENTICATED");
  return {
    kind: "user",
    userId: principal.user.id,
    sessionId: principal.sessionId,
    role: principal.role ?? "guest",
    platformBypass: principal.platformBypass,
  };
};

export const createAuthenticator = ({ auth, freshAuth, rooms, pepper, clock }: CreateAuthenticator): Authenticator => {
  const members = createExpiringCache<true>({ clock, ttlMs: lookUpTtlMs, maxEntries: 20_000 });
  const slugs = createExpiringCache<string>({ clock, ttlMs: lookUpTtlMs, maxEntries: 20_000 });
  const translated = new WeakMap<AuthPrincipal, Principal>();
  /** A validation that is reused is translated once. */
  const ours = (principal: AuthPrincipal): Principal => {
    const known = translated.get(principal);
    if (known) return known;
    if (!principal.organization) {
      throw new NexusError("SCOPE_DENIED", { message: "The account has no active organization." });
    }
    const made: Principal = {
      actor: actorOf(principal),
      organization: principal.organization,
      serviceId: principal.serviceId ?? undefined,
      permissions: principal.permissions,
    };
    translated.set(principal, made);
    return made;
  };

  return {
    validate: (credential, mayReuse) => {
      const cached = mayReuse ? auth.cached(credential) : undefined;
      if (cached) return ours(cached);
      return (mayReuse ? auth : freshAuth).validate(credential).then(ours, (error: unknown) => {
        throw inOurWords(error);
      });
    },
    serviceToken: (raw, organizationId, appId) => {
      const token = authenticateServiceToken({ snapshot: rooms.serviceTokens.current(), pepper }, raw, clock.now());
      if (!token) throw new NexusError("UNAUTHENTICATED");
      if (!selectGrant(token, organizationId, appId)) {
        throw new NexusError("SCOPE_DENIED", {
          message: "The service token does not cover this organization and app.",
        });
      }
      rooms.serviceTokenUse.used(token.id);
      return { tokenId: token.id, permissions: token.permissions };
    },
    requireMember: async (organizationId, userId) => {
      const key = `${organizationId} ${userId}`;
      if (members.get(key)) return;
      const member = await auth.memberOf(organizationId, userId).catch((error: unknown) => {
        throw inOurWords(error);
      });
      if (!member)
        throw new NexusError("SCOPE_DENIED", { message: "X-Nexus-User-Id names nobody in this organization." });
      members.set(key, true);
    },
    organizationSlug: async (organizationId) => {
      const known = slugs.get(organizationId);
      if (known !== undefined) return known;
      const organization = await auth.organization(organizationId).catch((error: unknown) => {
        throw inOurWords(error);
      });
      if (!organization)
        throw new NexusError("SCOPE_DENIED", {
          message: "The service token does not cover this organization and app.",
        });
      if (organization.status !== "active") throw new NexusError("WORKSPACE_SUSPENDED");
      slugs.set(organizationId, organization.slug);
      return organization.slug;
    },
    isRegisteredApp: (serviceId) => appOf(rooms.apps.current(), serviceId) !== undefined,
  };
};
