import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { unauthenticated } from "./event-error.ts";
import { mailboxAddressOf, replyCodeOf, emailIdOf, eventOf, timeOf } from "./event-parts.ts";
import { at, isJson, jsonListAt, parseObject, jsonTextAt, type Json } from "./json-parts.ts";
import type { VendorEvent } from "./mail-event.ts";
import type { ReadWebhook } from "./webhook-request.ts";

/** Resend signs by Standard Webhooks: the secret begins with `whsec_`. */
export interface ResendSecrets {
  /** Several while one replaces the other. */
  readonly secret: string | readonly string[];
}

const names = ["id", "timestamp", "signature"] as const;

/** By the specification's library, with its tolerance of five minutes; throws unless one of the secrets has signed it. */
const verify = ({ header, body }: ReadWebhook, { secret }: ResendSecrets): void => {
  const headers = Object.fromEntries(
    names.map((name) => [`webhook-${name}`, header(`svix-${name}`) ?? header(`webhook-${name}`) ?? ""]),
  );
  const secrets = typeof secret === "string" ? [secret] : secret;
  let last: unknown;
  for (const one of secrets) {
    try {
      new Webhook(one).verify(Buffer.from(body), headers, { jsonParse: false });
      return;
    } catch (error) {
      last = error;
    }
  }
  const reason = last instanceof WebhookVerificationError ? last.message : "The secret cannot be read.";
  throw unauthenticated(`The webhook was not signed with this secret: ${reason}`, last);
};

const types: Readonly<Record<string, VendorEvent["type"]>> = {
  "email.sent": "accepted",
  "email.delivered": "delivered",
  "email.delivery_delayed": "deferred",
  "email.bounced": "bounced",
  "email.complained": "complained",
  "email.failed": "failed",
  "email.suppressed": "suppressed",
  "email.opened": "opened",
  "email.clicked": "clicked",
};

const bounces: Readonly<Record<string, "hard" | "soft" | "undetermined">> = {
  Permanent: "hard",
  Transient: "soft",
  Undetermined: "undetermined",
};

/** Tags are a list of names with values, or an object. */
const tagOf = (data: Json, name: string): unknown =>
  jsonTextAt(data, "tags", name) ?? jsonListAt(data, "tags").find((tag) => isJson(tag) && tag["name"] === name);

const emailIdIn = (data: Json): string | undefined => {
  const tag = tagOf(data, "nexus_operation");
  return emailIdOf(isJson(tag) ? tag["value"] : tag);
};

/** https://resend.com/docs/webhooks/event-types */
export const resendEvents = (webhook: ReadWebhook, secrets: ResendSecrets): readonly VendorEvent[] => {
  verify(webhook, secrets);
  const event = parseObject(webhook.body);
  const type = types[jsonTextAt(event, "type") ?? ""];
  const data = at(event, "data");
  if (type === undefined || !isJson(data)) return [];
  const eventId = webhook.header("svix-id") ?? webhook.header("webhook-id") ?? "";
  const recipients = jsonListAt(data, "to").filter((one) => typeof one === "string");
  const diagnostics = jsonListAt(data, "bounce", "diagnosticCode").filter((one) => typeof one === "string");
  const suppressed = type === "bounced" && jsonTextAt(data, "bounce", "subType") === "Suppressed";
  return (recipients.length === 0 ? [undefined] : recipients).map((recipient, n) =>
    eventOf({
      eventId: recipients.length > 1 ? `${eventId}.${n}` : eventId,
      type: suppressed ? "suppressed" : type,
      occurredAt: timeOf(jsonTextAt(event, "created_at")),
      emailId: emailIdIn(data),
      providerMessageId: jsonTextAt(data, "email_id"),
      recipient: mailboxAddressOf(recipient),
      bounce: type === "bounced" && !suppressed ? bounces[jsonTextAt(data, "bounce", "type") ?? ""] : undefined,
      code:
        type === "bounced" && !suppressed
          ? replyCodeOf(...diagnostics, jsonTextAt(data, "bounce", "message"))
          : undefined,
    }),
  );
};
