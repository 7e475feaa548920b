import type { EmailTemplate } from "../mail/compose-email.ts";
import { plainName } from "../mail/plain-name.ts";

export const invitationEmail = (organizationName: string, role: string, url: string): EmailTemplate => {
  const name = plainName(organizationName);
  return {
    subject: `Invitation to ${name}`,
    paragraphs: [`You are invited to join "${name}" on Topolo as ${role.replaceAll("_", " ")}.`],
    action: { label: "View invitation", url },
    closing: ["The link works once, within seven days.", "If you did not expect it, ignore this e-mail."],
  };
};
