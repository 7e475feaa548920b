import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "./read-answer.ts";

export interface OrganizationChoice {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly active: boolean;
}

/** Who is signed in in this browser. */
export interface CurrentUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly activeOrganizationId: string | undefined;
  readonly organizations: readonly OrganizationChoice[];
}

const readMembership = (item: unknown): OrganizationChoice => ({
  id: textAt(item, "id"),
  name: textAt(item, "name"),
  role: textAt(item, "role"),
  active: fieldAt(item, "status") === "active",
});

export const fetchCurrentUser = async (): Promise<CurrentUser> => {
  const { body } = await askAuth("GET", "/api/me");
  const user = fieldAt(body, "user");
  return {
    id: textAt(user, "id"),
    name: optionalText(user, "name") ?? "",
    email: textAt(user, "email"),
    emailVerified: flagAt(user, "emailVerified") || flagAt(body, "emailVerified"),
    activeOrganizationId: optionalText(fieldAt(body, "organization"), "id"),
    organizations: listAt(body, "organizations", readMembership),
  };
};

export const sendActiveOrganization = async (organizationId: string): Promise<void> => {
  await askAuth("POST", "/api/me/active-organization", { organizationId });
};

interface Proof {
  readonly password: string;
  /** Of the authenticator app, or a recovery code; empty where the account asks for the password alone. */
  readonly code: string;
}

/** Shows again who one is. */
export const confirmIdentity = async ({ password, code }: Proof): Promise<void> => {
  const method = /^\d{3}\s?\d{3}$/.test(code) ? "totp" : "recovery_code";
  await askAuth("POST", "/api/me/reauthenticate", {
    ...(password === "" ? {} : { password }),
    ...(code === "" ? {} : { method, code }),
  });
};

export const signOut = async (): Promise<void> => {
  await askAuth("POST", "/logout");
};
