import type { OutgoingEmail } from "../../contracts/email-vendor.ts";
import { sentMailboxOf } from "../../contracts/email/mailbox.ts";
import {
  securityCategories,
  type MailCategory,
  type SendEmailInput,
  type deliveries,
} from "../../contracts/email/send-email.ts";

/** How often a mail may be sent where nobody can tell whether it left, and who has chosen that. */
export interface Delivery {
  readonly mode: (typeof deliveries)[number];
  readonly chosenBy: "caller" | "default";
}

/** A second copy of security mail does no harm, and a missing one locks somebody out. */
const defaultMode = (category: MailCategory): Delivery["mode"] =>
  securityCategories.has(category) ? "at_least_once" : "at_most_once";

export const deliveryOf = ({ delivery, category }: SendEmailInput): Delivery =>
  delivery === undefined
    ? { mode: defaultMode(category), chosenBy: "default" }
    : { mode: delivery, chosenBy: "caller" };

/** The domain that a mail is sent for. */
export const senderDomainOf = ({ from }: SendEmailInput): string => {
  const { address } = sentMailboxOf(from);
  return address.slice(address.lastIndexOf("@") + 1);
};

/** The same on every attempt, so that two copies are known as one. */
export const messageIdOf = (operationId: string, domain: string): string => `<${operationId}@${domain}>`;

const unsubscribeHeaders = ({ unsubscribe }: SendEmailInput): Record<string, string> => {
  if (unsubscribe === undefined) return {};
  const { url, mailto } = unsubscribe;
  const ways = mailto === undefined ? [url] : [url, `mailto:${sentMailboxOf(mailto).address}`];
  return {
    "List-Unsubscribe": ways.map((way) => `<${way}>`).join(", "),
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
};

/** The mail as vendors are given it. */
export const outgoingEmailOf = (input: SendEmailInput, operationId: string): OutgoingEmail => {
  const {
    from,
    to,
    cc = [],
    bcc = [],
    replyTo,
    subject,
    text,
    html,
    attachments = [],
    headers = {},
    tags = {},
  } = input;
  return {
    messageId: messageIdOf(operationId, senderDomainOf(input)),
    from: sentMailboxOf(from),
    to: to.map(sentMailboxOf),
    cc: cc.map(sentMailboxOf),
    bcc: bcc.map(sentMailboxOf),
    replyTo: replyTo === undefined ? undefined : sentMailboxOf(replyTo),
    subject,
    text,
    html,
    attachments,
    headers: { ...headers, ...unsubscribeHeaders(input), "X-Nexus-Operation": operationId },
    tags,
  };
};
