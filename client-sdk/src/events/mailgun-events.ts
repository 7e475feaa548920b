import { createHmac } from "node:crypto";
import { EventVerificationError, unauthenticated } from "./event-error.ts";
import { replyCodeOf, emailIdOf, eventOf, sameText, timeOf } from "./event-parts.ts";
import { at, isJsonObject, parseObject, textIn, type Json } from "./json-parts.ts";
import type { VendorEvent } from "./mail-event.ts";
import type { ReadWebhook } from "./webhook-request.ts";

/** Mailgun signs a time and a token, and not the event: what reaches the app must come by https, and from nobody between. */
export interface MailgunSecrets {
  /** The webhook signing key. */
  readonly signingKey: string;
  /** A day: what could not be delivered is sent again for eight hours. */
  readonly toleranceSeconds?: number;
}

const dayS = 86_400;

const verify = (body: Json, { signingKey, toleranceSeconds = dayS }: MailgunSecrets): void => {
  const timestamp = textIn(body, "signature", "timestamp") ?? "";
  const token = textIn(body, "signature", "token") ?? "";
  const expected = createHmac("sha256", signingKey).update(timestamp).update(token).digest("hex");
  const signed = [textIn(body, "signature", "signature"), textIn(body, "signature", "parent-signature")];
  if (token === "" || !signed.some((signature) => sameText(signature?.toLowerCase() ?? "", expected)))
    throw unauthenticated("The webhook was not signed with this key.");
  if (!(Math.abs(Date.now() / 1_000 - Number(timestamp)) <= toleranceSeconds))
    throw new EventVerificationError("stale", "The webhook was signed too long ago.");
};

const types: Readonly<Record<string, VendorEvent["type"]>> = {
  accepted: "accepted",
  delivered: "delivered",
  rejected: "rejected",
  complained: "complained",
  unsubscribed: "unsubscribed",
  opened: "opened",
  clicked: "clicked",
};

const typeOf = (event: Json): VendorEvent["type"] | undefined => {
  const name = textIn(event, "event") ?? "";
  if (name !== "failed") return types[name];
  if (textIn(event, "severity") === "temporary") return "deferred";
  return textIn(event, "reason")?.startsWith("suppress-") ? "suppressed" : "bounced";
};

/** The code of a delivery is a number, and the enhanced one has a field of its own. */
const codeIn = (event: Json): string | undefined => {
  const code = at(event, "delivery-status", "code");
  return replyCodeOf(
    typeof code === "number" ? String(code) : undefined,
    textIn(event, "delivery-status", "enhanced-code"),
    textIn(event, "delivery-status", "message"),
  );
};

/** https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure */
export const mailgunEvents = (webhook: ReadWebhook, secrets: MailgunSecrets): readonly VendorEvent[] => {
  const body = parseObject(webhook.body);
  verify(body, secrets);
  const event = at(body, "event-data");
  const type = isJsonObject(event) ? typeOf(event) : undefined;
  if (!isJsonObject(event) || type === undefined) return [];
  const messageId = textIn(event, "message", "headers", "message-id")?.replaceAll(/^<|>$/g, "");
  const bot = textIn(event, "client-info", "bot");
  return [
    eventOf({
      eventId: textIn(event, "id") ?? "",
      type,
      occurredAt: timeOf(at(event, "timestamp")),
      emailId: emailIdOf(at(event, "user-variables", "nexus_operation")),
      messageId: messageId === undefined ? undefined : `<${messageId}>`,
      providerMessageId: messageId,
      recipient: textIn(event, "recipient"),
      bounce: type !== "bounced" ? undefined : textIn(event, "reason") === "bounce" ? "hard" : "undetermined",
      code: type === "bounced" || type === "deferred" ? codeIn(event) : undefined,
      automated: (type === "opened" || type === "clicked") && bot !== undefined ? true : undefined,
    }),
  ];
};
