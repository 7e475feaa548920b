import type { Role } from "@topolo/auth-client";
import type { LastSignIn } from "./last-sign-in.ts";

/** The person behind a token or a user-owned key. To a third party's app what it was not granted to know is null. */
export interface PrincipalUser {
  readonly id: string;
  readonly email: string | null;
  readonly emailVerified: boolean | null;
  readonly name: string | null;
  readonly pictureUrl: string | null;
  readonly principalType: "human" | "service_local" | "service_account" | null;
  /** The services whose account it is; none for most people. */
  readonly principalServices: readonly string[];
  readonly launcherEligible: boolean | null;
}

/** An organization that may use the platform's vendor credentials. */
export interface PrincipalAdmission {
  /** The platform's hard budget for it, nano-USD a calendar month (UTC), as a decimal string; null: none. */
  readonly monthlyLimitNanos: string | null;
}

export interface PrincipalOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly status: "active" | "suspended" | "revoked";
  /** Null: nobody has admitted it, and it uses its own vendor keys alone. */
  readonly admission: PrincipalAdmission | null;
}

/** A resource of a service to which an API key is bound. */
export interface ResourceBinding {
  readonly serviceId: string;
  readonly type: string;
  readonly resourceId: string;
}

/** A resource that a request is about. */
export type RequestedResource = Pick<ResourceBinding, "type" | "resourceId">;

export interface PrincipalApiKey {
  readonly id: string;
  readonly name: string;
  readonly environment: "live" | "test";
  /** `serviceId.scope`, for example `srv_nexus.ai`. */
  readonly scopes: readonly string[];
  /** For these alone the key works; empty: it is bound to none. */
  readonly resourceBindings: readonly ResourceBinding[];
}

/** The positive answer of Auth's `/validate`, and of `/api/api-keys/validate`. */
export interface ValidationAnswer {
  readonly valid: true;
  readonly subjectType: "user" | "service" | "api_key";
  /** Null for services and for keys that belong to an organization rather than a person. */
  readonly user: PrincipalUser | null;
  /** The session's stored active organization, or the key's; null for a user without one, and where nothing in it was granted. */
  readonly organization: PrincipalOrganization | null;
  /** The stored role in that organization; null for keys, services and third parties' apps. */
  readonly role: Role | null;
  /** A platform role in the `admin` organization. */
  readonly platformBypass: boolean;
  /** The app for which the credential was issued; null: none. */
  readonly serviceId: string | null;
  readonly sessionId: string | null;
  /** When and how the person last signed in; null for keys, services and tokens that are older than it. */
  readonly lastSignIn: LastSignIn | null;
  /** The key, where the credential is one. */
  readonly apiKey: PrincipalApiKey | null;
  /** The token's `jti`, or the key's id. */
  readonly credentialId: string;
  /** The key to which the token is bound, by its thumbprint: Auth has seen a proof of it for this request. Null: none. */
  readonly proofKey: string | null;
  /**
   * What a third party's app was granted, by the scopes' names: with a token of its own, nothing. Null: the credential is
   * not limited so.
   */
  readonly scopes: readonly string[] | null;
  /** Sorted, concrete `serviceId.resource:action`. */
  readonly permissions: readonly string[];
  /**
   * ISO time at which this ends by itself: the credential, its session, or something that was granted until then. Null: a
   * key without an end.
   */
  readonly expiresAt: string | null;
}

/** Who is asking, as Auth said a moment ago. */
export interface Principal extends Omit<ValidationAnswer, "valid" | "permissions"> {
  readonly permissions: ReadonlySet<string>;
}
