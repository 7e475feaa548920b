import { cloudflareEvents, type CloudflareSecrets } from "./cloudflare-events.ts";
import type { EventVendor, MailEvent, VendorEvent } from "./mail-event.ts";
import { mailgunEvents, type MailgunSecrets } from "./mailgun-events.ts";
import { postmarkEvents, type PostmarkSecrets } from "./postmark-events.ts";
import { resendEvents, type ResendSecrets } from "./resend-events.ts";
import { sendgridEvents, type SendgridSecrets } from "./sendgrid-events.ts";
import { sesEvents, type SesSecrets, type TopicSubscription } from "./ses-events.ts";
import { readWebhook, type ReadWebhook, type WebhookRequest } from "./webhook-request.ts";

/** With what each vendor's webhooks are verified. */
export interface EventSecrets {
  readonly resend: ResendSecrets;
  readonly postmark: PostmarkSecrets;
  readonly sendgrid: SendgridSecrets;
  readonly ses: SesSecrets;
  readonly cloudflare: CloudflareSecrets;
  readonly mailgun: MailgunSecrets;
}

/** What a verified webhook says. */
export interface VerifiedEvents {
  /** Each for `email.reportEvent`; empty where it tells nothing of a mail. */
  readonly events: readonly MailEvent[];
  /** Of Amazon SNS: a topic that wants to be confirmed. The address is not opened here. */
  readonly subscription?: TopicSubscription;
}

interface Told {
  readonly events: readonly VendorEvent[];
  readonly subscription?: TopicSubscription;
}

type Reader<S> = (webhook: ReadWebhook, secrets: S) => Told | Promise<Told>;

const readers: { readonly [V in EventVendor]: Reader<EventSecrets[V]> } = {
  resend: (webhook, secrets) => ({ events: resendEvents(webhook, secrets) }),
  postmark: (webhook, secrets) => ({ events: postmarkEvents(webhook, secrets) }),
  sendgrid: (webhook, secrets) => ({ events: sendgridEvents(webhook, secrets) }),
  ses: sesEvents,
  cloudflare: (webhook, secrets) => ({ events: cloudflareEvents(webhook, secrets) }),
  mailgun: (webhook, secrets) => ({ events: mailgunEvents(webhook, secrets) }),
};

/**
 * Verifies that a webhook comes from its vendor, and reads what it tells of mail. Throws an `EventVerificationError` for
 * everything else.
 *
 * @example
 * const { events } = await verifyEvent("resend", request, { secret: process.env.RESEND_WEBHOOK_SECRET });
 * for (const event of events) await nexus.email.reportEvent.mutate(event);
 */
export const verifyEvent = async <V extends EventVendor>(
  vendor: V,
  request: WebhookRequest,
  secrets: EventSecrets[V],
): Promise<VerifiedEvents> => {
  const { events, subscription } = await readers[vendor](await readWebhook(request), secrets);
  return {
    events: events.map((event) => ({ ...event, provider: vendor })),
    ...(subscription === undefined ? {} : { subscription }),
  };
};
