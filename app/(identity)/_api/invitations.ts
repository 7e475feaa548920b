import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, optionalText, textAt } from "./read-answer.ts";

export interface Invitation {
  readonly organization: string;
  readonly role: string;
  readonly email: string;
  readonly accountExists: boolean;
}

export const previewInvitation = async (token: string): Promise<Invitation> => {
  const { body } = await askAuth("POST", "/invitations/preview", { token });
  const organization = fieldAt(body, "organization");
  return {
    organization: typeof organization === "string" ? organization : (optionalText(organization, "name") ?? ""),
    role: textAt(body, "role"),
    email: textAt(body, "email"),
    accountExists: flagAt(body, "accountExists"),
  };
};

/** Joins; the organization's id. */
export const acceptInvitation = async (token: string): Promise<string> =>
  textAt((await askAuth("POST", "/invitations/accept", { token })).body, "organizationId");

export const declineInvitation = async (token: string): Promise<void> => {
  await askAuth("POST", "/invitations/decline", { token });
};
