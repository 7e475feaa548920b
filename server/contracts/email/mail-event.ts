import { z } from "zod";
import { MailAddress } from "./mailbox.ts";
import { bounceKinds, MailState } from "./mail-state.ts";

const id = z.string().regex(/^[\x21-\x7e]{1,255}$/, { error: "1 to 255 visible ASCII characters" });

/** What a vendor can tell of a mail, in the words that are the same for all of them. */
export const mailEventTypes = [
  "accepted",
  "delivered",
  "deferred",
  "bounced",
  "complained",
  "suppressed",
  "rejected",
  "failed",
  "opened",
  "clicked",
  "unsubscribed",
] as const;
export type MailEventType = (typeof mailEventTypes)[number];

/** Fields that are said of some events alone. */
const onlyOf: Readonly<Record<"bounce" | "code" | "automated", readonly MailEventType[]>> = {
  bounce: ["bounced"],
  code: ["deferred", "bounced", "rejected", "failed"],
  automated: ["opened", "clicked"],
};

/** An event of a mail, as its vendor tells it. */
export const ReportEventInput = z
  .strictObject({
    provider: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, { error: "a vendor's id, such as resend" }),
    eventId: id.describe("The vendor's id of the event: each counts once"),
    type: z.enum(mailEventTypes),
    occurredAt: z.iso.datetime({ offset: true }),
    emailId: z
      .uuid()
      .toLowerCase()
      .optional()
      .describe("What stood in the tag, the metadata or the header `X-Nexus-Operation` that the mail was sent with"),
    messageId: z.string().min(3).max(512).optional().describe("The Message-ID header"),
    providerMessageId: id.optional().describe("The vendor's own id of the mail"),
    recipient: MailAddress.optional().describe("Left out where it is about all of them"),
    bounce: z.enum(bounceKinds).optional().describe("Of `bounced`: as the vendor says; a clear code counts more"),
    code: z
      .string()
      .regex(/^([245]\d\d( [245]\.\d{1,3}\.\d{1,3})?|[245]\.\d{1,3}\.\d{1,3})$/, { error: "codes such as 550 5.1.1" })
      .optional()
      .describe(
        "Of `deferred`, `bounced`, `rejected` and `failed`: what the recipient's server answered, by its codes alone (RFC 5321, RFC 3463)",
      ),
    automated: z
      .boolean()
      .optional()
      .describe(
        "Of `opened` and `clicked`: no person did it, by the vendor's own word (a privacy proxy, a scanner). It is kept and not counted",
      ),
  })
  .superRefine((event, ctx) => {
    const { emailId, messageId, providerMessageId } = event;
    if (emailId === undefined && messageId === undefined && providerMessageId === undefined)
      ctx.addIssue({
        code: "custom",
        path: ["providerMessageId"],
        message: "one of emailId, messageId and providerMessageId",
      });
    for (const field of ["bounce", "code", "automated"] as const)
      if (event[field] !== undefined && !onlyOf[field].includes(event.type))
        ctx.addIssue({ code: "custom", path: [field], message: `nothing for ${event.type}` });
  });
export type ReportEventInput = z.output<typeof ReportEventInput>;

export const ReportEventOutput = z.object({
  accepted: z
    .enum(["new", "duplicate", "pending"])
    .describe(
      "new: it counts; duplicate: this event was reported before; pending: no mail of this app is known by these ids yet. Such an event is kept for a day, because events can come before a vendor's answer",
    ),
  emailId: z.string().nullable(),
});
export type ReportEventOutput = z.infer<typeof ReportEventOutput>;

export const ListEventsInput = z.strictObject({
  emailId: z.uuid().toLowerCase(),
  before: z.string().min(1).max(600).optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
});
export type ListEventsInput = z.output<typeof ListEventsInput>;

export const ListEventsOutput = z.object({
  events: z.array(
    z.object({
      provider: z.string(),
      eventId: z.string(),
      type: z.string(),
      recipient: z.string().nullable().describe("Null where it is about all of them"),
      automated: z.boolean(),
      bounce: z.enum(bounceKinds).nullable(),
      code: z.string().nullable(),
      occurredAt: z.string(),
      receivedAt: z.string(),
    }),
  ),
  next: z.string().nullable(),
});
export type ListEventsOutput = z.infer<typeof ListEventsOutput>;

/** What an event says of how far a mail has got; undefined for what people do with it. */
export const stateToldBy = (type: MailEventType): MailState | undefined => MailState.safeParse(type).data;
