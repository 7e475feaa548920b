import type { NexusInputs } from "../types.ts";

/** An event of a mail, as `email.reportEvent` takes it. */
export type MailEvent = NexusInputs["email"]["reportEvent"];

/** Vendors whose webhooks can be verified and read. */
export type EventVendor = "resend" | "postmark" | "sendgrid" | "ses" | "cloudflare" | "mailgun";

/** What is put into an event beside its vendor's name. */
export type VendorEvent = Omit<MailEvent, "provider">;
