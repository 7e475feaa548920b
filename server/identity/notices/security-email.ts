import type { EmailTemplate } from "../mail/compose-email.ts";
import { plainName } from "../mail/plain-name.ts";

interface SecurityEmail {
  readonly text: string;
  /** The address of whoever did it; undefined where it was no person. */
  readonly account: string | undefined;
  /** What the changed thing is called. */
  readonly thing?: string | undefined;
  readonly organizationName: string | undefined;
  /** To the person themselves, or to an owner. */
  readonly toOwner: boolean;
  readonly issuer: string;
  /** Where it can be seen and undone. */
  readonly page?: string | undefined;
}

/** Tells of a change that outlives a token. Of what people typed it has an address and names, and no link of theirs. */
export const securityEmail = (email: SecurityEmail): EmailTemplate => {
  const { text, account, thing = "", organizationName, toOwner, issuer, page } = email;
  const words: Readonly<Record<string, string>> = {
    account: account ?? "an operator",
    name: plainName(thing, "without a name"),
  };
  const said = text.replaceAll(/\{(account|name)\}/g, (_, word: string) => words[word] ?? "");
  const where = organizationName === undefined ? "" : ` (organization "${plainName(organizationName)}")`;
  const at = page === undefined ? "" : ` at ${page}`;
  return {
    subject: "A security setting was changed",
    paragraphs: [`${said}${where}.`],
    closing: toOwner
      ? [
          `You receive this as an owner of the organization. If you did not expect it, ask the person, and undo it${at}.`,
        ]
      : [
          `If this was not you, ${page === undefined ? "" : `undo it${at} and `}choose a new password now at ${issuer}/forgot-password and tell an owner.`,
        ],
  };
};
