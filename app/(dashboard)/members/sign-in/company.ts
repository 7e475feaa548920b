import { isRole, type Role } from "@topolo/auth-client";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "../../../_auth-api/read-answer.ts";

export interface CompanyDomain {
  readonly id: string;
  readonly domain: string;
  readonly status: "pending" | "verified" | "missing";
  readonly recordName: string;
  readonly recordValue: string;
  readonly checkedAt: string | undefined;
}

interface Common {
  readonly enforced: boolean;
  readonly joinOnSignIn: boolean;
}

export type CompanyProvider = Common &
  (
    | { readonly kind: "oidc"; readonly issuer: string; readonly clientId: string }
    | {
        readonly kind: "saml";
        readonly entityId: string;
        readonly signInUrl: string;
        readonly certificates: readonly string[];
      }
  );

/** How people sign in, and what the provider has to be told of us. */
export interface SignInSettings {
  readonly provider: CompanyProvider | undefined;
  readonly startUrl: string;
  readonly redirectUri: string;
  readonly acsUrl: string;
  readonly entityId: string;
  readonly metadataUrl: string;
}

export interface GroupRole {
  readonly group: string;
  readonly role: Role;
}

export interface CompanyDirectory {
  readonly scimUrl: string;
  readonly defaultRole: Role;
  readonly maxRole: Role;
  readonly groupRoles: readonly GroupRole[];
  readonly groups: readonly { readonly name: string; readonly members: number }[];
}

export interface ScimToken {
  readonly id: string;
  readonly name: string;
  readonly last4: string;
  readonly createdBy: string | undefined;
  readonly createdAt: string;
  readonly lastUsedAt: string | undefined;
}

const appsPolicies = ["refused", "listed", "allowed"] as const;
export type AppsPolicy = (typeof appsPolicies)[number];

/** Which apps without a registration may act for the organization's people. */
export interface LetInApps {
  readonly policy: AppsPolicy;
  readonly hosts: readonly string[];
  /** Whether the installation lets any in. */
  readonly available: boolean;
}

export const isAppsPolicy = (value: unknown): value is AppsPolicy => appsPolicies.some((policy) => policy === value);

const statusAt = (domain: unknown): CompanyDomain["status"] => {
  const status = fieldAt(domain, "status");
  return status === "verified" || status === "missing" ? status : "pending";
};

export const readDomains = (body: unknown): readonly CompanyDomain[] =>
  listAt(body, "domains", (domain) => ({
    id: textAt(domain, "id"),
    domain: textAt(domain, "domain"),
    status: statusAt(domain),
    recordName: textAt(fieldAt(domain, "record"), "name"),
    recordValue: textAt(fieldAt(domain, "record"), "value"),
    checkedAt: optionalText(domain, "checkedAt"),
  }));

const readProvider = (body: unknown): CompanyProvider | undefined => {
  if (body === null || body === undefined) return undefined;
  const common = { enforced: flagAt(body, "enforced"), joinOnSignIn: flagAt(body, "joinOnSignIn") };
  return fieldAt(body, "kind") === "saml"
    ? {
        ...common,
        kind: "saml",
        entityId: textAt(body, "entityId"),
        signInUrl: textAt(body, "signInUrl"),
        certificates: listAt(body, "certificates", String),
      }
    : { ...common, kind: "oidc", issuer: textAt(body, "issuer"), clientId: textAt(body, "clientId") };
};

export const readSignInSettings = (body: unknown): SignInSettings => ({
  provider: readProvider(fieldAt(body, "signIn")),
  startUrl: textAt(body, "startUrl"),
  redirectUri: textAt(body, "redirectUri"),
  acsUrl: textAt(body, "acsUrl"),
  entityId: textAt(body, "entityId"),
  metadataUrl: textAt(body, "metadataUrl"),
});

const roleAt = (answer: unknown, name: string): Role => {
  const role = fieldAt(answer, name);
  return isRole(role) ? role : "guest";
};

export const readCompanyDirectory = (body: unknown): CompanyDirectory => ({
  scimUrl: textAt(body, "scimUrl"),
  defaultRole: roleAt(body, "defaultRole"),
  maxRole: roleAt(body, "maxRole"),
  groupRoles: listAt(body, "groupRoles", (given) => ({ group: textAt(given, "group"), role: roleAt(given, "role") })),
  groups: listAt(body, "groups", (group) => ({
    name: textAt(group, "name"),
    members: Number(fieldAt(group, "members")),
  })),
});

export const readScimTokens = (body: unknown): readonly ScimToken[] =>
  listAt(body, "tokens", (token) => ({
    id: textAt(token, "id"),
    name: textAt(token, "name"),
    last4: textAt(token, "last4"),
    createdBy: optionalText(token, "createdByName"),
    createdAt: textAt(token, "createdAt"),
    lastUsedAt: optionalText(token, "lastUsedAt"),
  }));

export const readLetInApps = (body: unknown): LetInApps => {
  const policy = fieldAt(body, "policy");
  return {
    policy: isAppsPolicy(policy) ? policy : "refused",
    hosts: listAt(body, "hosts", String),
    available: flagAt(body, "available"),
  };
};
