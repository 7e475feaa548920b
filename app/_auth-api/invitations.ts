import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "./read-answer.ts";

export interface InvitationDetails {
  readonly organization: string;
  readonly role: string;
  readonly email: string;
  readonly accountExists: boolean;
}

export const fetchInvitation = async (token: string): Promise<InvitationDetails> => {
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
export const sendAcceptance = async (token: string): Promise<string> =>
  textAt((await askAuth("POST", "/invitations/accept", { token })).body, "organizationId");

export const sendDecline = async (token: string): Promise<void> => {
  await askAuth("POST", "/invitations/decline", { token });
};

/** An invitation that waits in the account. */
export interface OwnInvitation {
  readonly id: string;
  readonly organization: string;
  readonly role: string;
}

export const fetchOwnInvitations = async (): Promise<readonly OwnInvitation[]> =>
  listAt((await askAuth("GET", "/api/me/invitations")).body, "invitations", (item) => ({
    id: textAt(item, "id"),
    organization: textAt(fieldAt(item, "organization"), "name"),
    role: textAt(item, "role"),
  }));

export const answerOwnInvitation = async (id: string, answer: "accept" | "decline"): Promise<void> => {
  await askAuth("POST", `/api/me/invitations/${encodeURIComponent(id)}/${answer}`);
};
