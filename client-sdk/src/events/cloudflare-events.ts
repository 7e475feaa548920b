import { unauthenticated } from "./event-error.ts";
import { replyCodeOf, eventIdOf, eventOf, sameText, timeOf } from "./event-parts.ts";
import { at, isJson, parseObject, jsonTextAt, type Json } from "./json-parts.ts";
import type { VendorEvent } from "./mail-event.ts";
import type { ReadWebhook } from "./webhook-request.ts";

/**
 * Cloudflare puts events into a queue of the account's own. What takes them out of it and posts them to the app sends the
 * secret along, in `cf-webhook-auth`.
 */
export interface CloudflareSecrets {
  readonly secret: string;
}

const types: Readonly<Record<string, VendorEvent["type"]>> = {
  "cf.email.sending.message.delivered": "delivered",
  "cf.email.sending.message.deferred": "deferred",
  "cf.email.sending.message.bounced": "bounced",
  "cf.email.sending.message.failed": "failed",
  "cf.email.sending.message.rejected": "rejected",
  "cf.email.sending.message.complained": "complained",
};

const bounces: Readonly<Record<string, "hard" | "soft">> = { hard: "hard", soft: "soft" };
const coded: ReadonlySet<string> = new Set(["deferred", "bounced", "rejected", "failed"]);

const vendorEventOf = (event: Json): readonly VendorEvent[] => {
  const named = types[jsonTextAt(event, "type") ?? ""];
  const payload = at(event, "payload");
  if (named === undefined || !isJson(payload)) return [];
  const type =
    named === "rejected" && jsonTextAt(payload, "rejection", "reason") === "suppressed" ? "suppressed" : named;
  const occurredAt = timeOf(jsonTextAt(event, "metadata", "eventTimestamp"));
  const messageId = jsonTextAt(payload, "messageId");
  const recipient = jsonTextAt(payload, "recipient");
  return [
    eventOf({
      eventId: jsonTextAt(payload, "eventId") ?? eventIdOf(type, messageId, recipient, occurredAt),
      type,
      occurredAt,
      providerMessageId: messageId,
      recipient,
      bounce: type === "bounced" ? (bounces[jsonTextAt(payload, "bounce", "type") ?? ""] ?? "undetermined") : undefined,
      code: coded.has(type)
        ? replyCodeOf(
            jsonTextAt(payload, "delivery", "smtpStatusCode"),
            jsonTextAt(payload, "delivery", "smtpEnhancedStatusCode"),
            jsonTextAt(payload, "delivery", "smtpResponse"),
          )
        : undefined,
    }),
  ];
};

/** https://developers.cloudflare.com/email-service/platform/event-subscriptions/ */
export const cloudflareEvents = (webhook: ReadWebhook, { secret }: CloudflareSecrets): readonly VendorEvent[] => {
  if (secret === "" || !sameText(webhook.header("cf-webhook-auth") ?? "", secret))
    throw unauthenticated("The webhook has not the secret.");
  return vendorEventOf(parseObject(webhook.body));
};
