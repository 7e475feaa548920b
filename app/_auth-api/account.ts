import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, optionalText, textAt } from "./read-answer.ts";

export interface RegistrationForm {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** Of the developer workspace to be made; undefined for a personal account alone. */
  readonly workspace: string | undefined;
  /** Of the invitation that the account is made for. */
  readonly invitationToken: string | undefined;
  /** What the robot check gave; undefined where none is asked for. */
  readonly turnstileToken: string | undefined;
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
  turnstileToken,
  ...person
}: RegistrationForm): Promise<boolean> => {
  const { body } = await askAuth("POST", "/register", {
    ...person,
    ...(workspace === undefined ? {} : workspaceFlags(workspace)),
    ...(invitationToken === undefined ? {} : { invitationToken }),
    ...(turnstileToken === undefined ? {} : { turnstileToken }),
  });
  return fieldAt(body, "verified") === true;
};

/** What a mailed link is about, and what confirms it beside the link. */
export interface LinkPreview {
  readonly purpose: "verify" | "change";
  readonly email: string;
  /** Which address of a change the link was sent to. */
  readonly side: "old" | "new";
  readonly proof: "password" | "sign_in";
}

/** Asks about a link and leaves it as it is. */
export const fetchLinkPreview = async (token: string): Promise<LinkPreview> => {
  const { body } = await askAuth("POST", "/email/links/preview", { token });
  return {
    purpose: textAt(body, "purpose") === "change" ? "change" : "verify",
    email: textAt(body, "email"),
    side: optionalText(body, "side") === "old" ? "old" : "new",
    proof: textAt(body, "proof") === "sign_in" ? "sign_in" : "password",
  };
};

const withPassword = (token: string, password: string) => ({ token, ...(password === "" ? {} : { password }) });

export const sendEmailVerification = async (token: string, password: string): Promise<void> => {
  await askAuth("POST", "/email/verify", withPassword(token, password));
};

/** Says whether the other address had confirmed before, so that the change is made. */
export const sendEmailChangeConfirmation = async (token: string, password: string): Promise<boolean> => {
  const { body } = await askAuth("POST", "/email/change/confirm", withPassword(token, password));
  return flagAt(body, "changed");
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
