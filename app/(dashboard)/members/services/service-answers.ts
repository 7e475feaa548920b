import { fieldAt, flagAt, listAt, optionalText, textAt } from "../../../_auth-api/read-answer.ts";

/** A registered service. */
export interface Service {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: string;
  readonly firstParty: boolean;
  readonly active: boolean;
  readonly docsUrl: string | undefined;
  readonly origins: readonly string[];
  /** Services that it calls by itself. */
  readonly calls: readonly string[];
}

/** Whether the organization may use a service. */
export interface ServiceAccess {
  readonly serviceId: string;
  readonly enabled: boolean;
  readonly live: boolean;
  readonly expiresAt: string | undefined;
}

export interface ServicePermission {
  readonly permission: string;
  readonly description: string;
}

export interface RoleBundle {
  readonly name: string;
  readonly role: string;
  readonly permissions: readonly string[];
}

const textsAt = (answer: unknown, name: string): readonly string[] => {
  const found = fieldAt(answer, name);
  return Array.isArray(found) ? found.filter((item: unknown): item is string => typeof item === "string") : [];
};

export const readRegisteredServices = (body: unknown): readonly Service[] =>
  listAt(body, "services", (service) => ({
    id: textAt(service, "id"),
    name: textAt(service, "name"),
    description: optionalText(service, "description") ?? "",
    kind: textAt(service, "surface_kind"),
    firstParty: flagAt(service, "first_party"),
    active: fieldAt(service, "status") === "active",
    docsUrl: optionalText(service, "docs_url"),
    origins: textsAt(service, "origins"),
    calls: textsAt(service, "calls"),
  }));

export const readOpenServices = (body: unknown): readonly ServiceAccess[] =>
  listAt(body, "services", (access) => ({
    serviceId: textAt(access, "serviceId"),
    enabled: flagAt(access, "enabled"),
    live: flagAt(access, "live"),
    expiresAt: optionalText(access, "expiresAt"),
  }));

export const readOfferedPermissions = (body: unknown): readonly ServicePermission[] =>
  listAt(body, "permissions", (item) => ({
    permission: optionalText(item, "permission") ?? "",
    description: optionalText(item, "description") ?? "",
  })).filter(({ permission }) => permission !== "");

export const readBundlesOfRoles = (body: unknown): readonly RoleBundle[] =>
  listAt(body, "roleBundles", (bundle) => ({
    name: textAt(bundle, "name"),
    role: optionalText(bundle, "role") ?? "",
    permissions: textsAt(bundle, "permissions"),
  }));
