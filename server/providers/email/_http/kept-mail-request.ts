import { z } from "zod";
import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";

const Recipient = z.object({ address: z.string(), field: z.enum(["to", "cc", "bcc"]) });

/** What is kept of a request beside its body: all but the secret, and whom the mail is for. */
const Head = z.strictObject({
  headers: z.record(z.string(), z.string()),
  recipients: z.array(Recipient),
});

/** A request as it is kept and sent, again and again if need be. */
export type KeptMailRequest = z.infer<typeof Head> & { readonly body: Uint8Array };

const newline = 10;

/** The recipients of a mail, each with the field that it stands in. */
export const mailRecipientsOf = ({
  to,
  cc,
  bcc,
}: Pick<OutgoingEmail, "to" | "cc" | "bcc">): KeptMailRequest["recipients"] => [
  ...to.map(({ address }) => ({ address, field: "to" as const })),
  ...cc.map(({ address }) => ({ address, field: "cc" as const })),
  ...bcc.map(({ address }) => ({ address, field: "bcc" as const })),
];

/** One line of JSON, then the body as it is sent. */
export const encodeMailRequest = ({ headers, recipients, body }: KeptMailRequest): Uint8Array =>
  Buffer.concat([Buffer.from(`${JSON.stringify({ headers, recipients })}\n`), body]);

export const decodeMailRequest = (bytes: Uint8Array): KeptMailRequest => {
  const end = bytes.indexOf(newline);
  const head = Head.parse(JSON.parse(Buffer.from(bytes.subarray(0, end)).toString("utf8")));
  return { ...head, body: bytes.subarray(end + 1) };
};
