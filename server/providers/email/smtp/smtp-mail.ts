import { z } from "zod";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import { composeMessage } from "../_mime/compose-message.ts";

/** The envelope: who the server is told, whatever the message's headers say. */
const Envelope = z.object({
  from: z.string(),
  recipients: z.array(z.object({ address: z.string(), field: z.enum(["to", "cc", "bcc"]) })),
});
export type Envelope = z.infer<typeof Envelope>;

/** A message with all its headers, and its envelope. */
export interface SmtpMail {
  readonly envelope: Envelope;
  readonly message: Buffer;
}

const envelopeOf = ({ from, to, cc, bcc }: OutgoingEmail): Envelope => ({
  from: from.address,
  recipients: [
    ...to.map(({ address }) => ({ address, field: "to" as const })),
    ...cc.map(({ address }) => ({ address, field: "cc" as const })),
    ...bcc.map(({ address }) => ({ address, field: "bcc" as const })),
  ],
});

const newline = 10;

/** One line of JSON, then the message. */
export const encodeSmtpMail = async (mail: OutgoingEmail): Promise<Uint8Array> =>
  Buffer.concat([Buffer.from(`${JSON.stringify(envelopeOf(mail))}\n`), await composeMessage(mail)]);

export const decodeSmtpMail = (bytes: Uint8Array): SmtpMail => {
  const end = bytes.indexOf(newline);
  const envelope = Envelope.parse(JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8")));
  return { envelope, message: Buffer.from(bytes.subarray(end + 1)) };
};
