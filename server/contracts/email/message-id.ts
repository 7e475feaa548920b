import { sentMailboxOf, type MailParty } from "./mailbox.ts";

/** The domain that a mail is sent for. */
export const senderDomainOf = ({ from }: { readonly from: MailParty }): string => {
  const { address } = sentMailboxOf(from);
  return address.slice(address.lastIndexOf("@") + 1);
};

/** The same on every attempt, so that two copies are known as one. */
export const messageIdOf = (emailId: string, domain: string): string => `<${emailId}@${domain}>`;
