import { z } from "zod";
import { RecipientStatus } from "../../contracts/email/send-email.ts";

/** What is kept of a mail beside the vendor's own request. */
const Head = z.object({
  messageId: z.string(),
  /** An earlier send of the same mail may have arrived. */
  duplicatePossible: z.boolean(),
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
const StoredEmail = Head.extend({
  objectId: z.string().nullable(),
  recipients: z.array(RecipientStatus),
});
export type StoredEmail = z.infer<typeof StoredEmail>;

export const encodeEmail = (mail: StoredEmail): Uint8Array => Buffer.from(JSON.stringify(mail));

export const decodeEmail = (bytes: Uint8Array): StoredEmail =>
  StoredEmail.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
