import { createHmac } from "node:crypto";
import { EventVerificationError, unauthenticated } from "./event-error.ts";
import { replyCodeOf, emailIdOf, eventOf, sameText, timeOf } from "./event-parts.ts";
import { at, isJson, parseObject, jsonTextAt, type Json } from "./json-parts.ts";
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
  const timestamp = jsonTextAt(body, "signature", "timestamp") ?? "";
  const token = jsonTextAt(body, "signature", "token") ?? "";
  const expected = createHmac("sha256", signingKey).update(timestamp).update(token).digest("hex");
  const signed = [jsonTextAt(body, "signature", "signature"), jsonTextAt(body, "signature", "parent-signature")];
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
  const name = jsonTextAt(event, "event") ?? "";
  if (name !== "failed") return types[name];
  if (jsonTextAt(event, "severity") === "temporary") return "deferred";
  return jsonTextAt(event, "reason")?.startsWith("suppress-") ? "suppressed" : "bounced";
};

/** The code of a delivery is a number, and the enhanced one has a field of its own. */
const codeIn = (event: Json): string | undefined => {
  const code = at(event, "delivery-status", "code");
  return replyCodeOf(
    typeof code === "number" ? String(code) : undefined,
    jsonTextAt(event, "delivery-status", "enhanced-code"),
    jsonTextAt(event, "delivery-status", "message"),
  );
};

/** https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure */
export const mailgunEvents = (webhook: ReadWebhook, secrets: MailgunSecrets): readonly VendorEvent[] => {
  const body = parseObject(webhook.body);
  verify(body, secrets);
  const event = at(body, "event-data");
  const type = isJson(event) ? typeOf(event) : undefined;
  if (!isJson(event) || type === undefined) return [];
  const messageId = jsonTextAt(event, "message", "headers", "message-id")?.replaceAll(/^<|>$/g, "");
  const bot = jsonTextAt(event, "client-info", "bot");
  return [
    eventOf({
      eventId: jsonTextAt(event, "id") ?? "",
      type,
      occurredAt: timeOf(at(event, "timestamp")),
      emailId: emailIdOf(at(event, "user-variables", "nexus_operation")),
      messageId: messageId === undefined ? undefined : `<${messageId}>`,
      providerMessageId: messageId,
      recipient: jsonTextAt(event, "recipient"),
      bounce: type !== "bounced" ? undefined : jsonTextAt(event, "reason") === "bounce" ? "hard" : "undetermined",
      code: type === "bounced" || type === "deferred" ? codeIn(event) : undefined,
      automated: (type === "opened" || type === "clicked") && bot !== undefined ? true : undefined,
    }),
  ];
};
