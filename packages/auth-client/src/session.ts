import { isFields, textField, timeField, type Fields } from "./fields.ts";
import { normalizeRole, type Role } from "./roles.ts";

export interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly pictureUrl: string | null;
  /** A person, an account that exists in one app alone, or one of a service. */
  readonly principalType: "human" | "service_local" | "service_account";
  /** The services whose account it is; none for most people. */
  readonly principalServices: readonly string[];
  /** Whether app switchers are for this account. */
  readonly launcherEligible: boolean;
}

export interface AuthOrganization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly status: string;
}

/** A signed-in session as `/login` and `/refresh` answer it. */
export interface AuthSession {
  readonly accessToken: string;
  /** When the access token ends, ms since the epoch. */
  readonly expiresAt: number;
  readonly sessionId: string;
  readonly serviceId: string;
  readonly user: AuthUser;
  /** Undefined for a user without an organization. */
  readonly organization: AuthOrganization | undefined;
  readonly role: Role;
}

const principalTypeOf = (value: unknown): AuthUser["principalType"] =>
  value === "service_local" || value === "service_account" ? value : "human";

const parseUser = (value: unknown): AuthUser => {
  if (!isFields(value)) throw new TypeError("no user");
  return {
    id: textField(value, "id"),
    email: textField(value, "email"),
    name: textField(value, "name"),
    pictureUrl: typeof value.pictureUrl === "string" ? value.pictureUrl : null,
    principalType: principalTypeOf(value.principalType),
    principalServices: Array.isArray(value.principalServices)
      ? value.principalServices.filter((id) => typeof id === "string")
      : [],
    launcherEligible: value.launcherEligible === true,
  };
};

const parseOrganization = (value: unknown): AuthOrganization | undefined =>
  isFields(value)
    ? {
        id: textField(value, "id"),
        slug: textField(value, "slug"),
        name: textField(value, "name"),
        status: textField(value, "status"),
      }
    : undefined;

const parsePerson = (body: Fields): Omit<AuthSession, "accessToken" | "expiresAt"> => ({
  sessionId: textField(body, "sessionId"),
  serviceId: textField(body, "serviceId"),
  user: parseUser(body.user),
  organization: parseOrganization(body.organization),
  role: normalizeRole(body.role),
});

/** Reads an answer of `/login` or `/refresh`; throws a TypeError where it is not one. */
export const parseSession = (body: unknown): AuthSession => {
  if (!isFields(body)) throw new TypeError("not a session");
  return { accessToken: textField(body, "accessToken"), expiresAt: timeField(body, "expiresAt"), ...parsePerson(body) };
};

/** The session behind an access token, as `/validate` describes it; throws a TypeError where it describes none. */
export const parseValidatedSession = (body: unknown, accessToken: string): AuthSession => {
  if (!isFields(body) || body.valid !== true || body.subjectType !== "user")
    throw new TypeError("not a user's session");
  return { accessToken, expiresAt: timeField(body, "expiresAt"), ...parsePerson(body) };
};

/** Whether a message of another tab carries a session. */
export const isSession = (value: unknown): value is AuthSession =>
  isFields(value) &&
  typeof value.accessToken === "string" &&
  typeof value.expiresAt === "number" &&
  typeof value.sessionId === "string" &&
  typeof value.serviceId === "string" &&
  typeof value.role === "string" &&
  isFields(value.user) &&
  typeof value.user.id === "string";
