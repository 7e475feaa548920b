import { z } from "zod";
import { MailAddress } from "./mailbox.ts";
import { MailState } from "./mail-state.ts";
import { MailContent, MailView } from "./mail-view.ts";
import { mailCategories, mailStreams } from "./send-email.ts";

export const GetEmailInput = z.strictObject({ emailId: z.uuid().toLowerCase() });
export type GetEmailInput = z.output<typeof GetEmailInput>;

export const GetEmailOutput = z.object({
  email: MailView,
  content: MailContent.nullable().describe(
    "What it said; null for security mail, and when the time is over for which the organization keeps it",
  ),
});
export type GetEmailOutput = z.infer<typeof GetEmailOutput>;

export const ListEmailsInput = z.strictObject({
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  state: MailState.optional().describe("Those that have it for a recipient"),
  recipient: MailAddress.optional(),
  category: z.enum(mailCategories).optional(),
  stream: z.enum(mailStreams).optional(),
  appId: z.string().min(1).max(128).optional().describe("An app sees its own mail alone"),
});
export type ListEmailsInput = z.output<typeof ListEmailsInput>;

export const ListEmailsOutput = z.object({
  emails: z.array(MailView),
  next: z
    .string()
    .nullable()
    .describe("Pass as `before`; null at the end. A filtered page may be short, even empty, and still go on"),
});
export type ListEmailsOutput = z.infer<typeof ListEmailsOutput>;
