import type { Mail } from "../mail/mailer.ts";

interface Invitation {
  readonly to: string;
  readonly organizationName: string;
  readonly inviterName: string;
  readonly role: string;
  readonly link: string;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

/** Names come from people: one line each, so that they cannot write the mail. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** The mail that carries an invitation's link. */
export const invitationMail = ({ to, organizationName, inviterName, role, link }: Invitation): Mail => {
  const organization = oneLine(organizationName);
  const inviter = oneLine(inviterName) === "" ? "Somebody" : oneLine(inviterName);
  const sentence = `${inviter} invites you to join ${organization} on Topolo as ${role.replaceAll("_", " ")}.`;
  const rest = "The link works once, within seven days. If you did not expect it, do nothing.";
  return {
    to,
    subject: `Invitation to ${organization}`.slice(0, 200),
    text: `${sentence}\n\nAccept or decline: ${link}\n\n${rest}\n`,
    html: `<p>${escapeHtml(sentence)}</p><p><a href="${escapeHtml(link)}">Accept or decline</a></p><p>${rest}</p>`,
  };
};
