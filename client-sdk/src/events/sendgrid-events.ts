import { createPublicKey, verify as verifySignature } from "node:crypto";
import { EventVerificationError, unauthenticated, unreadableWebhook } from "./event-error.ts";
import { replyCodeOf, emailIdOf, eventOf, timeOf } from "./event-parts.ts";
import { at, isJson, parseJson, jsonTextAt, type Json } from "./json-parts.ts";
import type { VendorEvent } from "./mail-event.ts";
import type { ReadWebhook } from "./webhook-request.ts";

/** The verification key that SendGrid shows where the Signed Event Webhook is switched on. */
export interface SendgridSecrets {
  readonly publicKey: string;
  /** A day: what could not be delivered is sent again for so long. Each event counts once all the same. */
  readonly toleranceSeconds?: number;
}

const dayS = 86_400;

const verify = ({ header, body }: ReadWebhook, { publicKey, toleranceSeconds = dayS }: SendgridSecrets): void => {
  const signature = header("x-twilio-email-event-webhook-signature") ?? "";
  const timestamp = header("x-twilio-email-event-webhook-timestamp") ?? "";
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  let isGenuine: boolean;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    isGenuine =
      key.asymmetricKeyType === "ec" && verifySignature("sha256", signed, key, Buffer.from(signature, "base64"));
  } catch (error) {
    throw unauthenticated("The verification key cannot be read.", error);
  }
  if (!isGenuine) throw unauthenticated("The webhook was not signed with this key.");
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) <= toleranceSeconds))
    throw new EventVerificationError("stale", "The webhook was signed too long ago.");
};

const types: Readonly<Record<string, VendorEvent["type"]>> = {
  processed: "accepted",
  deferred: "deferred",
  delivered: "delivered",
  bounce: "bounced",
  open: "opened",
  click: "clicked",
  spamreport: "complained",
  unsubscribe: "unsubscribed",
  group_unsubscribe: "unsubscribed",
};

/** Why SendGrid has not tried: its own lists of addresses, or the mail. */
const isSuppression = (reason: string | undefined): boolean =>
  /^(Bounced Address|Unsubscribed Address|Spam Reporting Address|Invalid|Recipient List over Package Quota)\b/i.test(
    reason ?? "",
  ) && !/Quota/i.test(reason ?? "");

const typeOf = (event: Json): VendorEvent["type"] | undefined => {
  const name = jsonTextAt(event, "event") ?? "";
  if (name === "dropped") return isSuppression(jsonTextAt(event, "reason")) ? "suppressed" : "rejected";
  return types[name];
};

const coded: ReadonlySet<string> = new Set(["bounced", "deferred", "rejected"]);

const vendorEventOf = (event: unknown): readonly VendorEvent[] => {
  if (!isJson(event)) throw unreadableWebhook("An event is no JSON object.");
  const type = typeOf(event);
  if (type === undefined) return [];
  const isBlocked = jsonTextAt(event, "type") === "blocked";
  const ids = jsonTextAt(event, "sg_message_id");
  const isEngagement = type === "opened" || type === "clicked";
  return [
    eventOf({
      eventId: jsonTextAt(event, "sg_event_id") ?? "",
      type,
      occurredAt: timeOf(at(event, "timestamp")),
      emailId: emailIdOf(at(event, "nexus_operation")),
      messageId: jsonTextAt(event, "smtp-id"),
      // What stands before the first dot is the id that the send was answered with.
      providerMessageId: ids?.split(".")[0],
      recipient: jsonTextAt(event, "email"),
      bounce: type !== "bounced" ? undefined : isBlocked ? "soft" : "hard",
      code: coded.has(type)
        ? replyCodeOf(jsonTextAt(event, "response"), jsonTextAt(event, "reason"), jsonTextAt(event, "status"))
        : undefined,
      automated: isEngagement && at(event, "sg_machine_open") === true ? true : undefined,
    }),
  ];
};

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
export const sendgridEvents = (webhook: ReadWebhook, secrets: SendgridSecrets): readonly VendorEvent[] => {
  verify(webhook, secrets);
  const events = parseJson(webhook.body);
  if (!Array.isArray(events)) throw unreadableWebhook("The webhook's body is no list of events.");
  return (events as readonly unknown[]).flatMap(vendorEventOf);
};
