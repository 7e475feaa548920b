import { replyCodeOf, emailIdOf, eventOf, timeOf } from "./event-parts.ts";
import { isJson, jsonListAt, parseObject, jsonTextAt, type Json } from "./json-parts.ts";
import type { VendorEvent } from "./mail-event.ts";
import { readSnsMessage, type SnsSecrets } from "./sns-message.ts";
import type { ReadWebhook } from "./webhook-request.ts";

export type SesSecrets = SnsSecrets;

/** A topic that asks whether its messages are wanted: nothing comes before somebody opens the address. */
export interface TopicSubscription {
  readonly topicArn: string;
  /** Amazon's own; opened by nobody but the app. */
  readonly subscribeUrl: string;
}

interface SesEvents {
  readonly events: readonly VendorEvent[];
  readonly subscription?: TopicSubscription;
}

const bounces: Readonly<Record<string, "hard" | "soft" | "undetermined">> = {
  Permanent: "hard",
  Transient: "soft",
  Undetermined: "undetermined",
};

/** Amazon's own lists: it has not tried. */
const isSuppressed = (subType: string | undefined): boolean =>
  subType === "Suppressed" || subType === "OnAccountSuppressionList";

type Told = Pick<VendorEvent, "type" | "bounce"> & {
  readonly about: string;
  /** Recipients as objects or as addresses; none where it is about all of them. */
  readonly recipients: readonly unknown[];
};

const toldBy = (event: Json): Told | undefined => {
  const kind = jsonTextAt(event, "eventType") ?? jsonTextAt(event, "notificationType");
  switch (kind) {
    case "Send":
      return { type: "accepted", about: "send", recipients: [] };
    case "Delivery":
      return { type: "delivered", about: "delivery", recipients: jsonListAt(event, "delivery", "recipients") };
    case "DeliveryDelay":
      return {
        type: "deferred",
        about: "deliveryDelay",
        recipients: jsonListAt(event, "deliveryDelay", "delayedRecipients"),
      };
    case "Bounce": {
      const recipients = jsonListAt(event, "bounce", "bouncedRecipients");
      if (isSuppressed(jsonTextAt(event, "bounce", "bounceSubType")))
        return { type: "suppressed", about: "bounce", recipients };
      const bounce = bounces[jsonTextAt(event, "bounce", "bounceType") ?? ""] ?? "undetermined";
      return { type: "bounced", bounce, about: "bounce", recipients };
    }
    case "Complaint":
      return {
        type: "complained",
        about: "complaint",
        recipients: jsonListAt(event, "complaint", "complainedRecipients"),
      };
    case "Reject":
      return { type: "rejected", about: "reject", recipients: [] };
    case "Rendering Failure":
      return { type: "failed", about: "failure", recipients: [] };
    case "Open":
      return { type: "opened", about: "open", recipients: [] };
    case "Click":
      return { type: "clicked", about: "click", recipients: [] };
    case "Subscription":
      return { type: "unsubscribed", about: "subscription", recipients: [] };
    default:
      return undefined;
  }
};

const headerIn = (event: Json, name: string): string | undefined => {
  const header = jsonListAt(event, "mail", "headers").find((one) => jsonTextAt(one, "name")?.toLowerCase() === name);
  return jsonTextAt(header, "value");
};

const emailIdIn = (event: Json): string | undefined =>
  emailIdOf(jsonListAt(event, "mail", "tags", "nexus_operation")[0]) ?? emailIdOf(headerIn(event, "x-nexus-operation"));

const coded: ReadonlySet<string> = new Set(["bounced", "deferred"]);

const eventsOf = (event: Json, eventId: string): readonly VendorEvent[] => {
  const told = toldBy(event);
  if (told === undefined) return [];
  const { type, bounce, about, recipients } = told;
  const occurredAt = timeOf(jsonTextAt(event, about, "timestamp") ?? jsonTextAt(event, "mail", "timestamp"));
  return (recipients.length === 0 ? [undefined] : recipients).map((recipient, n) =>
    eventOf({
      eventId: recipients.length > 1 ? `${eventId}.${n}` : eventId,
      type,
      occurredAt,
      emailId: emailIdIn(event),
      providerMessageId: jsonTextAt(event, "mail", "messageId"),
      recipient: typeof recipient === "string" ? recipient : jsonTextAt(recipient, "emailAddress"),
      bounce,
      code: coded.has(type)
        ? replyCodeOf(jsonTextAt(recipient, "diagnosticCode"), jsonTextAt(recipient, "status"))
        : undefined,
    }),
  );
};

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
export const sesEvents = async ({ body }: ReadWebhook, secrets: SesSecrets): Promise<SesEvents> => {
  const { type, message, messageId, topicArn, subscribeUrl } = await readSnsMessage(body, secrets);
  if (type === "SubscriptionConfirmation" && subscribeUrl !== undefined)
    return { events: [], subscription: { topicArn, subscribeUrl } };
  if (type !== "Notification") return { events: [] };
  // Amazon says in plain words that a subscription works.
  if (!message.trimStart().startsWith("{")) return { events: [] };
  const event = parseObject(new TextEncoder().encode(message));
  return { events: isJson(event) ? eventsOf(event, messageId) : [] };
};
