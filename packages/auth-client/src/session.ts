import { normalizeRole, type Role } from "./roles.ts";

export interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly pictureUrl: string | null;
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

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (record: Record<string, unknown>, name: string): string => {
  const value = record[name];
  if (typeof value !== "string") throw new TypeError(`${name} is not a text`);
  return value;
};

/** Reads an answer of `/login` or `/refresh`; throws a TypeError where it is not one. */
export const parseSession = (body: unknown): AuthSession => {
  if (!isRecord(body) || !isRecord(body.user)) throw new TypeError("not a session");
  const { user, organization } = body;
  const expiresAt = Date.parse(text(body, "expiresAt"));
  if (Number.isNaN(expiresAt)) throw new TypeError("expiresAt is not a time");
  return {
    accessToken: text(body, "accessToken"),
    expiresAt,
    sessionId: text(body, "sessionId"),
    serviceId: text(body, "serviceId"),
    user: {
      id: text(user, "id"),
      email: text(user, "email"),
      name: text(user, "name"),
      pictureUrl: typeof user.pictureUrl === "string" ? user.pictureUrl : null,
    },
    organization: isRecord(organization)
      ? {
          id: text(organization, "id"),
          slug: text(organization, "slug"),
          name: text(organization, "name"),
          status: text(organization, "status"),
        }
      : undefined,
    role: normalizeRole(body.role),
  };
};
