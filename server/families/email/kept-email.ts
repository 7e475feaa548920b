import { z } from "zod";
import { RecipientStatus } from "../../contracts/email/send-email.ts";
import { SuppressionReason } from "../../contracts/email/suppression.ts";

/** What is kept of a mail beside the vendor's own request. */
const Head = z.object({
  emailId: z.string(),
  messageId: z.string(),
  /** An earlier send of the same mail may have arrived. */
  duplicatePossible: z.boolean(),
  /** All that were asked for, in their order. */
  recipients: z.array(
    RecipientStatus.pick({ address: true, field: true }).extend({ suppressed: SuppressionReason.optional() }),
  ),
});
type Head = z.infer<typeof Head>;

const newline = 10;

/** One line of JSON, then the vendor's bytes. */
export const keepEmail = (head: Head, request: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), request]);

export const readKeptEmail = (bytes: Uint8Array): { readonly head: Head; readonly request: Uint8Array } => {
  const end = bytes.indexOf(newline);
  const head = Head.parse(JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8")));
  return { head, request: bytes.subarray(end + 1) };
};

/** A mail that was sent, as its answer is stored. */
const StoredEmail = Head.omit({ recipients: true }).extend({
  objectId: z.string().nullable(),
  recipients: z.array(RecipientStatus),
});
export type StoredEmail = z.infer<typeof StoredEmail>;

/** What became of a mail for one recipient that is not simply accepted; found by its place, without its address. */
export interface OtherOutcome {
  readonly n: number;
  readonly status: RecipientStatus["status"];
  readonly reason: string | undefined;
}

/** The answer about all recipients that were asked for, and the ones of them that no vendor took. */
export const answeredEmailOf = (
  { recipients: asked, ...head }: Head,
  { objectId, recipients: told }: { readonly objectId: string | null; readonly recipients: readonly RecipientStatus[] },
): { readonly stored: StoredEmail; readonly others: readonly OtherOutcome[] } => {
  const byAddress = new Map(told.map((one) => [one.address, one]));
  const recipients = asked.map(({ address, field, suppressed }): RecipientStatus => {
    if (suppressed !== undefined) return { address, field, status: "suppressed", reason: suppressed };
    return { ...(byAddress.get(address) ?? { status: "accepted" }), address, field };
  });
  const others = recipients.flatMap(({ status, reason }, n) => (status === "accepted" ? [] : [{ n, status, reason }]));
  return { stored: { ...head, objectId, recipients }, others };
};

export const encodeEmail = (mail: StoredEmail): Uint8Array => Buffer.from(JSON.stringify(mail));

export const decodeEmail = (bytes: Uint8Array): StoredEmail =>
  StoredEmail.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
