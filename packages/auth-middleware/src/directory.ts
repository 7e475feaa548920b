import { isRole, type Role } from "@topolo/auth-client";
import type { AskRequest, AskResponse } from "./ask.ts";
import { AuthUnavailable } from "./errors.ts";
import { isAdmission } from "./parse-validation.ts";
import type { PrincipalAdmission } from "./principal.ts";

/** An active member of an active account. */
export interface DirectoryMember {
  readonly userId: string;
  readonly role: Role;
  readonly email: string;
  readonly name: string;
}

export interface DirectoryOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  /** Ids of the services it may use now; undefined where Auth does not tell. */
  readonly services?: readonly string[] | undefined;
  /** Whether the platform pays for it; null or absent: it does not. */
  readonly admission?: PrincipalAdmission | null | undefined;
}

/** A registered service, with the classification by which applications are told from internal services. */
export interface DirectoryService {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly surface_kind: string;
  readonly surface_group: string;
  readonly launchable: boolean;
  readonly status: string;
  /** Where its pages are; undefined where Auth does not tell. */
  readonly origins?: readonly string[] | undefined;
}

/** An API key, as services that keep something about it may know it. */
export interface DirectoryKey {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}

/** Look-ups that a service may make under its own client secret. */
export interface OrganizationDirectory {
  /** The member, or undefined where the user is not an active one of this organization. */
  readonly memberOf: (organizationId: string, userId: string) => Promise<DirectoryMember | undefined>;
  /** The first hundred active members; none where there is no such organization. */
  readonly members: (organizationId: string) => Promise<readonly DirectoryMember[]>;
  /** The key, whether or not it is still good; undefined where the organization has none of that id. */
  readonly apiKeyOf: (organizationId: string, keyId: string) => Promise<DirectoryKey | undefined>;
  /** The newest hundred keys of the organization. */
  readonly apiKeys: (organizationId: string) => Promise<readonly DirectoryKey[]>;
  /** By id (`org_…`) or slug; undefined where there is none. */
  readonly organization: (idOrSlug: string) => Promise<DirectoryOrganization | undefined>;
  readonly services: () => Promise<readonly DirectoryService[]>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const areTexts = (record: Record<string, unknown>, ...names: readonly string[]): boolean =>
  names.every((name) => typeof record[name] === "string");

const isMember = (value: unknown): value is DirectoryMember & { readonly active: boolean } =>
  isRecord(value) &&
  areTexts(value, "userId", "email", "name") &&
  isRole(value.role) &&
  typeof value.active === "boolean";

const isKey = (value: unknown): value is DirectoryKey =>
  isRecord(value) && areTexts(value, "id", "name") && typeof value.active === "boolean";

const isOrganization = (value: unknown): value is DirectoryOrganization =>
  isRecord(value) &&
  areTexts(value, "id", "slug", "name", "kind", "status") &&
  (value.admission === undefined || value.admission === null || isAdmission(value.admission)) &&
  (value.services === undefined ||
    (Array.isArray(value.services) && value.services.every((id) => typeof id === "string")));

const isService = (value: unknown): value is DirectoryService =>
  isRecord(value) &&
  areTexts(value, "id", "slug", "name", "surface_kind", "surface_group", "status") &&
  typeof value.launchable === "boolean" &&
  (value.origins === undefined ||
    (Array.isArray(value.origins) && value.origins.every((origin) => typeof origin === "string")));

// Ids and slugs come from callers' headers; what has another form names nothing, and must not shape a path.
const isName = (text: string): boolean => /^[A-Za-z0-9_-]{1,200}$/.test(text);

const saysNotFound = ({ status, body }: AskResponse, code: string): boolean =>
  status === 404 && isRecord(body) && isRecord(body.error) && body.error.code === code;

export const createOrganizationDirectory = (
  ask: (question: AskRequest) => Promise<AskResponse>,
  basic: string | undefined,
  serviceId: string,
): OrganizationDirectory => {
  const read = (path: string): Promise<AskResponse> => {
    if (basic === undefined) throw new AuthUnavailable("look-ups need a client secret");
    return ask({ method: "GET", path, headers: { Authorization: basic, "X-Service-ID": serviceId } });
  };

  return {
    memberOf: async (organizationId, userId) => {
      if (!isName(organizationId) || !isName(userId)) return undefined;
      const answer = await read(`/api/organizations/${organizationId}/members/${userId}`);
      if (saysNotFound(answer, "member_not_found")) return undefined;
      if (answer.status !== 200 || !isMember(answer.body) || answer.body.userId !== userId)
        throw new AuthUnavailable("not a member's record");
      const { active, role, email, name } = answer.body;
      return active ? { userId, role, email, name } : undefined;
    },
    members: async (organizationId) => {
      if (!isName(organizationId)) return [];
      const answer = await read(`/api/organizations/${organizationId}/members?limit=100`);
      if (saysNotFound(answer, "organization_not_found")) return [];
      const { status, body } = answer;
      if (status !== 200 || !isRecord(body) || !Array.isArray(body.members) || !body.members.every(isMember))
        throw new AuthUnavailable("not a list of members");
      return body.members
        .filter(({ active }) => active)
        .map(({ userId, role, email, name }) => ({ userId, role, email, name }));
    },
    apiKeyOf: async (organizationId, keyId) => {
      if (!isName(organizationId) || !isName(keyId)) return undefined;
      const answer = await read(`/api/organizations/${organizationId}/api-keys/${keyId}`);
      if (saysNotFound(answer, "api_key_not_found")) return undefined;
      if (answer.status !== 200 || !isKey(answer.body) || answer.body.id !== keyId)
        throw new AuthUnavailable("not a key's record");
      const { id, name, active } = answer.body;
      return { id, name, active };
    },
    apiKeys: async (organizationId) => {
      if (!isName(organizationId)) return [];
      const { status, body } = await read(`/api/organizations/${organizationId}/api-keys`);
      if (status !== 200 || !isRecord(body) || !Array.isArray(body.apiKeys) || !body.apiKeys.every(isKey))
        throw new AuthUnavailable("not a list of keys");
      return body.apiKeys.map(({ id, name, active }) => ({ id, name, active }));
    },
    organization: async (idOrSlug) => {
      if (!isName(idOrSlug)) return undefined;
      const answer = await read(
        idOrSlug.startsWith("org_") ? `/api/organizations/${idOrSlug}` : `/api/organizations/by-slug/${idOrSlug}`,
      );
      if (saysNotFound(answer, "organization_not_found")) return undefined;
      if (answer.status !== 200 || !isOrganization(answer.body))
        throw new AuthUnavailable("not an organization's record");
      return answer.body;
    },
    services: async () => {
      const { status, body } = await read("/api/services");
      if (status !== 200 || !isRecord(body) || !Array.isArray(body.services) || !body.services.every(isService)) {
        throw new AuthUnavailable("not a list of services");
      }
      return body.services;
    },
  };
};
