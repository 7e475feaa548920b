import { unauthenticated } from "./event-error.ts";
import { replyCodeOf, emailIdOf, eventIdOf, eventOf, sameText, timeOf } from "./event-parts.ts";
import { at, parseObject, jsonTextAt, type Json } from "./json-parts.ts";
import type { VendorEvent } from "./mail-event.ts";
import type { ReadWebhook } from "./webhook-request.ts";

/** Postmark signs nothing: it sends the name and password that stand in the webhook's settings. */
export interface PostmarkSecrets {
  readonly username: string;
  readonly password: string;
}

const verify = ({ header }: ReadWebhook, { username, password }: PostmarkSecrets): void => {
  const given = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header("authorization") ?? "")?.[1] ?? "";
  if (password === "" || !sameText(Buffer.from(given, "base64").toString("utf8"), `${username}:${password}`))
    throw unauthenticated("The webhook has not the name and password of its settings.");
};

/** https://postmarkapp.com/developer/api/bounce-api#bounce-types; what is no bounce of ours is left out. */
const bounceTypes: Readonly<Record<string, Pick<VendorEvent, "type" | "bounce">>> = {
  HardBounce: { type: "bounced", bounce: "hard" },
  BadEmailAddress: { type: "bounced", bounce: "hard" },
  Transient: { type: "bounced", bounce: "soft" },
  DnsError: { type: "bounced", bounce: "soft" },
  SoftBounce: { type: "bounced", bounce: "soft" },
  Unknown: { type: "bounced", bounce: "undetermined" },
  Blocked: { type: "bounced", bounce: "undetermined" },
  VirusNotification: { type: "bounced", bounce: "undetermined" },
  DMARCPolicy: { type: "bounced", bounce: "undetermined" },
  SpamNotification: { type: "bounced", bounce: "undetermined" },
  SpamComplaint: { type: "complained" },
  Unsubscribe: { type: "unsubscribed" },
  ManuallyDeactivated: { type: "suppressed" },
  SMTPApiError: { type: "failed" },
  TemplateRenderingFailed: { type: "failed" },
};

interface TakenRecord extends Pick<VendorEvent, "type" | "bounce"> {
  readonly at: string;
  readonly recipient: string;
}

const recordOf = (event: Json): TakenRecord | undefined => {
  const kind = jsonTextAt(event, "RecordType");
  switch (kind) {
    case "Delivery":
      return { type: "delivered", at: "DeliveredAt", recipient: "Recipient" };
    case "Bounce":
    case "SpamComplaint": {
      const type = bounceTypes[jsonTextAt(event, "Type") ?? ""];
      return type === undefined ? undefined : { ...type, at: "BouncedAt", recipient: "Email" };
    }
    case "Open":
      return { type: "opened", at: "ReceivedAt", recipient: "Recipient" };
    case "Click":
      return { type: "clicked", at: "ReceivedAt", recipient: "Recipient" };
    case "SubscriptionChange":
      return at(event, "SuppressSending") === true && jsonTextAt(event, "SuppressionReason") === "ManualSuppression"
        ? { type: "unsubscribed", at: "ChangedAt", recipient: "Recipient" }
        : undefined;
    default:
      return undefined;
  }
};

/** https://postmarkapp.com/developer/webhooks/webhooks-overview */
export const postmarkEvents = (webhook: ReadWebhook, secrets: PostmarkSecrets): readonly VendorEvent[] => {
  verify(webhook, secrets);
  const event = parseObject(webhook.body);
  const record = recordOf(event);
  if (record === undefined) return [];
  const { type, bounce, at: time, recipient } = record;
  const id = at(event, "ID");
  const address = jsonTextAt(event, recipient);
  const occurredAt = timeOf(jsonTextAt(event, time));
  const kind = jsonTextAt(event, "RecordType");
  const ended = type === "bounced" || type === "failed";
  return [
    eventOf({
      eventId:
        typeof id === "number"
          ? `${kind}.${id}`
          : eventIdOf(kind, jsonTextAt(event, "MessageID"), address, occurredAt, jsonTextAt(event, "OriginalLink")),
      type,
      occurredAt,
      emailId: emailIdOf(at(event, "Metadata", "nexus_operation")),
      providerMessageId: jsonTextAt(event, "MessageID"),
      recipient: address,
      bounce,
      code: ended ? replyCodeOf(jsonTextAt(event, "Details")) : undefined,
    }),
  ];
};
