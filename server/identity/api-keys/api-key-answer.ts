import type { ApiKeyRow } from "./store.ts";

/** A key as its readers see it; the key itself is shown once, when it is made. */
export const apiKeyAnswer = (key: ApiKeyRow) => ({
  id: key.id,
  organizationId: key.organizationId,
  ownerUserId: key.ownerUserId,
  serviceId: key.serviceId,
  name: key.name,
  prefix: key.prefix,
  last4: key.last4,
  environment: key.environment,
  scopes: key.grants.map(({ scope }) => `${scope.serviceId}.${scope.scope}`).sort(),
  resourceBindings: key.bindings.map(({ serviceId, type, resourceId, endedAt }) => ({
    serviceId,
    type,
    resourceId,
    endedAt: endedAt?.toISOString() ?? null,
  })),
  createdAt: key.createdAt.toISOString(),
  createdBy: key.createdBy,
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  rotatedFromId: key.rotatedFromId,
});
