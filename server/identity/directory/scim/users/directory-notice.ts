import type { IdentityContext } from "../../../identity-context.ts";
import { plainName } from "../../../mail/plain-name.ts";

const noticeMs = 7 * 24 * 3_600_000;

/** Tells a person that the directory of their organization has added them. */
export const directoryNotice = (
  { issuer, clock }: Pick<IdentityContext, "issuer" | "clock">,
  { to, organization }: { readonly to: string; readonly organization: string },
) => ({
  kind: "directory.added",
  to,
  template: {
    subject: `You were added to ${plainName(organization)}`,
    paragraphs: [
      `"${plainName(organization)}" has verified the domain of your e-mail address and added you to its organization on Topolo.`,
      "Its administrators decide about your access there.",
    ],
    closing: [
      `Sign in at ${issuer}/sign-in. Without a password or passkey, choose a password at ${issuer}/forgot-password`,
    ],
  },
  expiresAt: new Date(clock.now() + noticeMs),
});
