import { recipientsOf, type ComposedEmail } from "../../contracts/email/send-email.ts";
import type { SuppressionReason } from "../../contracts/email/suppression.ts";
import { addressDigest } from "./address-digest.ts";
import { bypassed } from "./admit-email.ts";
import type { EmailDeps } from "./email-deps.ts";
import { selectReasons } from "./store-suppressions.ts";

/** To whom of its recipients a mail that has waited is not sent any more; by their order. */
export const suppressedNow = (
  { db, pepper }: Pick<EmailDeps, "db" | "pepper">,
  organizationId: string,
  mail: ComposedEmail,
): Promise<(SuppressionReason | null)[]> =>
  selectReasons(db.pool, organizationId, {
    digests: recipientsOf(mail).map(({ address }) => addressDigest(pepper, organizationId, address)),
    stream: mail.stream,
    bypassed: bypassed(mail),
  });
