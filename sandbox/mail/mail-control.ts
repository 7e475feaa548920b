import type { MailWire } from "../mail-vendors/mail-wire.ts";
import { mailScriptOf, readMailRules, smtpScriptOf } from "./mail-rules.ts";
import type { Mailbox } from "./open-mailbox.ts";

/** What the control port does with mail. */
export interface MailControl {
  /** Replaces the rules; says what is wrong with the new ones otherwise. */
  readonly set: (rules: unknown) => string | undefined;
  readonly clear: () => void;
}

export const openMailControl = (
  mailbox: Pick<Mailbox, "setScript"> | undefined,
  vendors: ReadonlyMap<string, MailWire>,
): MailControl => {
  const set = (body: unknown): string | undefined => {
    const rules = readMailRules(body, new Set(vendors.keys()));
    if (typeof rules === "string") return rules;
    mailbox?.setScript(smtpScriptOf(rules));
    for (const [id, vendor] of vendors) vendor.setScript(mailScriptOf(rules, id));
    return undefined;
  };
  return { set, clear: () => void set([]) };
};
