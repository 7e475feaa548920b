import { z } from "zod";
import { bounceKinds, MailState } from "./mail-state.ts";
import { mailCategories, mailStreams } from "./send-email.ts";

/** How a mail stands with one recipient. */
export const MailRecipientView = z.object({
  address: z.string(),
  name: z.string().nullable(),
  field: z.enum(["to", "cc", "bcc"]),
  state: MailState,
  stateAt: z.string().nullable().describe("When the vendor says it happened; null where no event told it"),
  bounce: z.enum(bounceKinds).nullable(),
  reason: z.string().nullable().describe("The server's codes, such as `550 5.1.1`, or why nothing was sent to it"),
  opens: z.int().describe("Without those that no person made, as far as the vendor can tell"),
  clicks: z.int(),
});
export type MailRecipientView = z.infer<typeof MailRecipientView>;

/** A mail that was taken to be sent. */
export const MailView = z.object({
  emailId: z.string(),
  appId: z.string().nullable(),
  userId: z.string().nullable(),
  createdAt: z.string(),
  from: z.object({ address: z.string(), name: z.string().nullable() }),
  subject: z.string().nullable().describe("Null for security mail, of which only the addresses are kept"),
  stream: z.enum(mailStreams),
  category: z.enum(mailCategories),
  messageId: z.string().describe("The Message-ID header"),
  provider: z.string().nullable().describe("The vendor that has taken it, or was asked last"),
  providerMessageId: z.string().nullable(),
  operationId: z.string().nullable().describe("The operation that says most of it: its cost and attempts"),
  errorCode: z.string().nullable().describe("Why it was not sent"),
  recipients: z.array(MailRecipientView),
});
export type MailView = z.infer<typeof MailView>;

/** What a mail said. */
export const MailContent = z.object({
  text: z.string().nullable(),
  html: z.string().nullable(),
  replyTo: z.string().nullable(),
  attachments: z.array(z.object({ filename: z.string(), bytes: z.int(), contentType: z.string().nullable() })),
});
export type MailContent = z.infer<typeof MailContent>;
