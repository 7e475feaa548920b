export { EventVerificationError, type EventErrorCode } from "./event-error.ts";
export type { EventVendor, MailEvent } from "./mail-event.ts";
export { verifyEvent, type EventSecrets, type VerifiedEvents } from "./verify-event.ts";
export type { WebhookRequest } from "./webhook-request.ts";
