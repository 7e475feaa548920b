import type { PrincipalUser, ValidationAnswer } from "@topolo/auth-middleware";
import { isRole, type Role } from "@topolo/auth-client";
import type { UnregisteredApps } from "../client-documents/unregistered-apps.ts";
import type { PermissionSubject } from "../permissions/permission-cache.ts";
import { isPlatformBypass } from "../organizations/authority.ts";
import { admissionOf } from "../organizations/admission/admission-of.ts";
import { mayHoldPermissions } from "../permissions/may-hold-permissions.ts";
import type { ValidationRefusal } from "./refusal.ts";
import type { KeyValidationRow, SessionRow } from "./store.ts";

/** A person with all that is known of them: what an answer tells may be less. */
type LiveUser = {
  readonly [Field in keyof PrincipalUser]: Field extends "pictureUrl"
    ? string | null
    : NonNullable<PrincipalUser[Field]>;
};

/** A session that is good at this moment: live, of an active user and, where it has an organization, an active member. */
export interface LiveSession {
  readonly sessionId: string;
  readonly authTime: Date;
  /** Whether the last sign-in showed as many factors as the account has. */
  readonly signInSufficient: boolean;
  /** When it ends by itself, ms since the epoch. */
  readonly until: number;
  readonly user: LiveUser;
  readonly organization: (NonNullable<ValidationAnswer["organization"]> & { readonly kind: string }) | undefined;
  readonly role: Role | undefined;
  readonly platformBypass: boolean;
  /** Which apps without a registration the organization lets in; undefined without one. */
  readonly unregisteredApps: UnregisteredApps | undefined;
  /** For the permissions; undefined without an active organization and for a person whose address is not verified. */
  readonly permissionSubject: PermissionSubject | undefined;
}

export const userOf = (row: SessionRow | (KeyValidationRow & { readonly user_id: string })): LiveSession["user"] => ({
  id: row.user_id,
  email: row.email,
  emailVerified: row.email_verified_at !== null,
  name: row.user_name,
  pictureUrl: row.picture_url,
  principalType: row.principal_type,
  principalServices: row.principal_services,
  launcherEligible: row.principal_type === "human" && row.user_status === "active" && row.has_membership,
});

const organizationOf = (row: SessionRow): LiveSession["organization"] =>
  row.organization_id === null ||
  row.organization_slug === null ||
  row.organization_name === null ||
  row.organization_status === null ||
  row.organization_kind === null
    ? undefined
    : {
        id: row.organization_id,
        slug: row.organization_slug,
        name: row.organization_name,
        status: row.organization_status,
        admission: admissionOf(row),
        kind: row.organization_kind,
      };

/** Judges what is stored now, whatever the token says. */
export const judgeSession = (row: SessionRow | undefined, now: number): LiveSession | ValidationRefusal => {
  if (!row || row.revoked_at !== null) return "session_revoked";
  const until = Math.min(row.absolute_expires_at.getTime(), row.idle_expires_at.getTime());
  if (until <= now) return "session_expired";
  if (row.user_status !== "active") return "user_inactive";
  const organization = organizationOf(row);
  if (organization && row.membership_status !== "active") return "membership_missing";
  if (row.signed_in_elsewhere) return "organization_sign_in_required";
  const role = organization === undefined ? undefined : isRole(row.role) ? row.role : "guest";
  const user = userOf(row);
  const active = organization?.status === "active" && mayHoldPermissions(user);
  return {
    sessionId: row.session_id,
    authTime: row.auth_time,
    signInSufficient: row.sign_in_sufficient,
    until,
    user,
    organization,
    role,
    platformBypass: active && isPlatformBypass(role, organization.kind),
    unregisteredApps:
      organization && row.unregistered_apps !== null
        ? { policy: row.unregistered_apps, hosts: row.unregistered_app_hosts ?? [] }
        : undefined,
    permissionSubject:
      organization && active
        ? {
            organizationId: organization.id,
            organizationKind: organization.kind,
            userId: row.user_id,
            role,
            catalogVersion: row.catalog_version,
            organizationVersion: row.organization_version ?? 0n,
          }
        : undefined,
  };
};
