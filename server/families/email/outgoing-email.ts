import type { OutgoingEmail } from "../../contracts/email-vendor.ts";
import { sentMailboxOf, type MailParty } from "../../contracts/email/mailbox.ts";
import { messageIdOf, senderDomainOf } from "../../contracts/email/message-id.ts";
import {
  securityCategories,
  type MailCategory,
  type ComposedEmail,
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

export const deliveryOf = ({ delivery, category }: ComposedEmail): Delivery =>
  delivery === undefined
    ? { mode: defaultMode(category), chosenBy: "default" }
    : { mode: delivery, chosenBy: "caller" };

const unsubscribeHeaders = ({ unsubscribe }: ComposedEmail): Record<string, string> => {
  if (unsubscribe === undefined) return {};
  const { url, mailto } = unsubscribe;
  const ways = mailto === undefined ? [url] : [url, `mailto:${sentMailboxOf(mailto).address}`];
  return {
    "List-Unsubscribe": ways.map((way) => `<${way}>`).join(", "),
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
};

/** What headers and the borders of parts take, generously. */
const frameBytes = 8 * 1024;

/** How large the mail is once it is encoded: files and texts in base64, in lines. */
export const encodedBytesOf = ({ text = "", html = "", attachments = [] }: ComposedEmail): number => {
  const texts = ((Buffer.byteLength(text) + Buffer.byteLength(html)) * 4) / 3;
  const files = attachments.reduce((sum, { content }) => sum + content.length, 0);
  return Math.ceil(((texts + files) * 78) / 76) + frameBytes;
};

type Addressed = Pick<OutgoingEmail, "to" | "cc" | "bcc">;

/**
 * Most vendors want somebody in `to`. Where all of those are suppressed, those who were to have a copy take their place; so does
 * a single blind copy, which nobody else sees. Several of them go by vendors that need nobody there.
 */
const withSomebodyInTo = ({ to, cc, bcc }: Addressed): Addressed => {
  if (to.length > 0) return { to, cc, bcc };
  if (cc.length > 0) return { to: cc, cc: [], bcc };
  return bcc.length === 1 ? { to: bcc, cc: [], bcc: [] } : { to, cc, bcc };
};

/** The mail as vendors are given it, without the recipients to whom it is not sent. */
export const outgoingEmailOf = (
  input: ComposedEmail,
  emailId: string,
  isSent: (address: string) => boolean = () => true,
): OutgoingEmail => {
  const sentTo = (parties: readonly MailParty[]) => parties.map(sentMailboxOf).filter(({ address }) => isSent(address));
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
    stream,
  } = input;
  return {
    messageId: messageIdOf(emailId, senderDomainOf(input)),
    from: sentMailboxOf(from),
    ...withSomebodyInTo({ to: sentTo(to), cc: sentTo(cc), bcc: sentTo(bcc) }),
    replyTo: replyTo === undefined ? undefined : sentMailboxOf(replyTo),
    subject,
    text,
    html,
    attachments,
    headers: { ...headers, ...unsubscribeHeaders(input), "X-Nexus-Operation": emailId },
    tags,
    stream,
  };
};
