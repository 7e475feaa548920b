import { askAuth } from "./ask-auth.ts";
import { fieldAt } from "./read-answer.ts";

export interface RegistrationForm {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** Of the developer workspace to be made; undefined for a personal account alone. */
  readonly workspace: string | undefined;
  /** Of the invitation that the account is made for. */
  readonly invitationToken: string | undefined;
}

const workspaceFlags = (organizationName: string) => ({
  developerWorkspace: true,
  createOrganization: true,
  ...(organizationName === "" ? {} : { organizationName }),
});

/** Auth accepts whether or not the address is known; says whether there is an account now whose address is proven. */
export const sendRegistration = async ({
  workspace,
  invitationToken,
  ...person
}: RegistrationForm): Promise<boolean> => {
  const { body } = await askAuth("POST", "/register", {
    ...person,
    ...(workspace === undefined ? {} : workspaceFlags(workspace)),
    ...(invitationToken === undefined ? {} : { invitationToken }),
  });
  return fieldAt(body, "verified") === true;
};

export const sendEmailVerification = async (token: string): Promise<void> => {
  await askAuth("POST", "/email/verify", { token });
};

export const sendEmailChangeConfirmation = async (token: string): Promise<void> => {
  await askAuth("POST", "/email/change/confirm", { token });
};

export const requestVerificationEmail = async (email: string): Promise<void> => {
  await askAuth("POST", "/email/verify/resend", { email });
};

export const requestPasswordReset = async (email: string): Promise<void> => {
  await askAuth("POST", "/password/forgot", { email });
};

export const sendNewPassword = async (token: string, password: string): Promise<void> => {
  await askAuth("POST", "/password/reset", { token, password });
};
