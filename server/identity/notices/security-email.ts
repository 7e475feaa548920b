import type { EmailTemplate } from "../mail/compose-email.ts";
import { plainName } from "../mail/plain-name.ts";

interface SecurityEmail {
  readonly text: string;
  /** The address of whoever did it; undefined where it was no person. */
  readonly account: string | undefined;
  readonly organizationName: string | undefined;
  /** To the person themselves, or to an owner. */
  readonly toOwner: boolean;
  readonly issuer: string;
}

/** Tells of a change that outlives a token. Of what people typed it has an address and a name, and no link of theirs. */
export const securityEmail = ({ text, account, organizationName, toOwner, issuer }: SecurityEmail): EmailTemplate => {
  const said = text.replace("{account}", account ?? "an operator");
  const where = organizationName === undefined ? "" : ` (organization "${plainName(organizationName)}")`;
  return {
    subject: "A security setting was changed",
    paragraphs: [`${said}${where}.`],
    closing: toOwner
      ? ["You receive this as an owner of the organization. If you did not expect it, ask the person, and undo it."]
      : [`If this was not you, choose a new password now at ${issuer}/forgot-password and tell an owner.`],
  };
};
