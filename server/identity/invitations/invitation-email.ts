import type { EmailTemplate } from "../mail/compose-email.ts";

// Anyone may name an organization anything: what is left of the name is no address that a mail program would underline.
const plainName = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{M}\p{N} '&-]+/gu, " ")
    .replaceAll(/ +/g, " ")
    .trim()
    .slice(0, 60) || "an organization";

export const invitationEmail = (organizationName: string, role: string, url: string): EmailTemplate => {
  const name = plainName(organizationName);
  return {
    subject: `Invitation to ${name}`,
    paragraphs: [`You are invited to join "${name}" on Topolo as ${role.replaceAll("_", " ")}.`],
    action: { label: "View invitation", url },
    closing: ["The link works once, within seven days.", "If you did not expect it, ignore this e-mail."],
  };
};
