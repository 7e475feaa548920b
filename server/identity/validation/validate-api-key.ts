import type { ValidationAnswer } from "@topolo/auth-middleware";
import { parseApiKey } from "../api-keys/api-key-format.ts";
import { serviceOf } from "../catalogue/catalogue.ts";
import { equalDigests, sha256 } from "../crypto/digest.ts";
import type { IdentityContext } from "../identity-context.ts";
import { admissionOf } from "../organizations/admission/admission-of.ts";
import { mayHoldPermissions } from "../permissions/may-hold-permissions.ts";
import type { Evaluation } from "../permissions/evaluate.ts";
import type { PermissionSubject } from "../permissions/permission-cache.ts";
import { userOf } from "./live-session.ts";
import type { ValidationRefusal } from "./refusal.ts";
import { touchApiKey, type KeyValidationRow } from "./store.ts";

const touchEveryMs = 60_000;

const judgeKey = (row: KeyValidationRow, now: number): ValidationRefusal | undefined => {
  if (row.revoked_at !== null) return "api_key_revoked";
  if (row.expires_at !== null && row.expires_at.getTime() <= now) return "api_key_expired";
  if (row.organization_status !== "active") return "workspace_suspended";
  if (row.owner_user_id === null) return undefined;
  if (row.user_status !== "active") return "owner_inactive";
  return row.membership_status === "active" ? undefined : "membership_missing";
};

const subjectOf = (row: KeyValidationRow): PermissionSubject => ({
  organizationId: row.organization_id,
  organizationKind: row.organization_kind,
  userId: row.owner_user_id ?? undefined,
  role: row.owner_user_id === null ? undefined : (row.role ?? undefined),
  catalogVersion: row.catalog_version,
  organizationVersion: row.organization_version,
});

/** Scopes, cut down to what the organization may use and to what a person who owns the key still holds. */
const permissionsOf = async (
  context: IdentityContext,
  row: KeyValidationRow,
): Promise<Evaluation & { readonly scopes: string[] }> => {
  const catalogue = await context.catalogues.atLeast(row.catalog_version);
  const granted = row.scope_ids.flatMap((id) => catalogue.scopeById.get(id) ?? []);
  const wanted = [...new Set(granted.flatMap(({ permissions }) => permissions))].sort();
  const scopes = granted.map(({ key }) => key).sort();
  const subject = subjectOf(row);
  const within = await context.permissions.withinAccess(subject, wanted);
  if (row.user_id === null) return { scopes, ...within };
  if (!mayHoldPermissions(userOf({ ...row, user_id: row.user_id })))
    return { scopes, permissions: [], until: Infinity };
  const member = await context.permissions.ofMember(subject);
  const held = new Set(member.permissions);
  return {
    scopes,
    permissions: within.permissions.filter((permission) => held.has(permission)),
    until: Math.min(within.until, member.until),
  };
};

/**
 * The resources for which alone the key works, and the services at which it works for none: those of its scopes of which no
 * binding is left. A resource that was removed takes the rights with it; it does not widen the key.
 */
const bindingsOf = ({ bindings }: KeyValidationRow) => {
  const live = bindings.filter(({ ended }) => !ended);
  const worksAt = (serviceId: string): boolean =>
    bindings.length === 0 || live.some((binding) => binding.serviceId === serviceId);
  return { live, worksAt };
};

/** Answers for an API key. Unknown, misspelt and foreign keys look alike. */
export const validateApiKey = async (
  context: IdentityContext,
  key: string,
  validatingService: string | undefined,
): Promise<ValidationAnswer | ValidationRefusal> => {
  const parsed = parseApiKey(key);
  const row = parsed && (await context.apiKeys.find(parsed.id));
  if (!row || row.hash_version !== 1 || !equalDigests(row.secret_hash, sha256(key))) return "api_key_invalid";
  const catalogue = await context.catalogues.atLeast(row.catalog_version);
  const audience = row.service_id === null ? undefined : catalogue.services.get(row.service_id)?.audience;
  if (validatingService !== undefined && audience && !audience.includes(validatingService)) return "api_key_invalid";
  const now = context.clock.now();
  const refusal = judgeKey(row, now);
  if (refusal) return refusal;
  if (row.last_used_at === null || now - row.last_used_at.getTime() > touchEveryMs) {
    touchApiKey(context.db, row.key_id, new Date(now)).catch((error: unknown) =>
      context.log.warn({ err: error }, "use of a key not noted"),
    );
  }
  const { scopes, permissions, until } = await permissionsOf(context, row);
  const endsAt = Math.min(row.expires_at?.getTime() ?? Infinity, until);
  const { live, worksAt } = bindingsOf(row);
  const inAudience = (permission: string) =>
    (validatingService === undefined || serviceOf(permission) === validatingService) && worksAt(serviceOf(permission));
  return {
    valid: true,
    subjectType: "api_key",
    user: row.user_id === null ? null : userOf({ ...row, user_id: row.user_id }),
    organization: {
      id: row.organization_id,
      slug: row.organization_slug,
      name: row.organization_name,
      status: row.organization_status,
      admission: admissionOf(row),
    },
    role: null,
    platformBypass: false,
    serviceId: row.service_id,
    sessionId: null,
    lastSignIn: null,
    apiKey: {
      id: row.key_id,
      name: row.key_name,
      environment: row.environment,
      scopes,
      resourceBindings: live
        .filter(({ serviceId }) => validatingService === undefined || serviceId === validatingService)
        .map(({ serviceId, type, resourceId }) => ({ serviceId, type, resourceId })),
    },
    scopes: null,
    credentialId: row.key_id,
    proofKey: null,
    permissions: permissions.filter(inAudience),
    expiresAt: endsAt === Infinity ? null : new Date(endsAt).toISOString(),
  };
};
