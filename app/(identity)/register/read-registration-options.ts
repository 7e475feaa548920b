import { fetchInvitation } from "../../_auth-api/invitations.ts";
import { fetchSignInOptions } from "../../_auth-api/sign-in.ts";
import { keptInvitation } from "../_flow/kept-invitation.ts";

/** Whoever came here from an invitation, and its link. */
export interface Invited {
  readonly token: string;
  readonly email: string;
  readonly organization: string;
}

/** What the registration page needs to know. */
export interface RegistrationOptions {
  /** Whether an account can be made here. */
  readonly open: boolean;
  readonly invited: Invited | undefined;
  /** Of the robot check, where there is one. */
  readonly turnstileSiteKey: string | undefined;
}

const readInvited = async (to: string): Promise<Invited | undefined> => {
  const token = to === "/accept-invitation" ? keptInvitation() : undefined;
  if (token === undefined) return undefined;
  // An invitation that can no longer be answered is no obstacle to an account.
  const invitation = await fetchInvitation(token).catch(() => undefined);
  return invitation && { token, email: invitation.email, organization: invitation.organization };
};

/** Reads it; where Auth cannot be asked, the form is shown and Auth decides when it is sent. */
export const readRegistrationOptions = async (to: string): Promise<RegistrationOptions> => {
  const [{ registration, turnstileSiteKey }, invited] = await Promise.all([
    fetchSignInOptions().catch(() => ({ registration: true, turnstileSiteKey: undefined })),
    readInvited(to),
  ]);
  return { open: registration || invited !== undefined, invited, turnstileSiteKey };
};
