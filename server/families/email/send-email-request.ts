import { email } from "../../contracts/email.ts";
import { recipientsOf, type SendEmailInput } from "../../contracts/email/send-email.ts";
import type { VendorQuestion } from "../../domain/routing/index.ts";
import type { ActRequest } from "../family.ts";
import { emailRouteOf } from "./email-route.ts";
import { decodeEmail, encodeEmail, keepEmail, type StoredEmail } from "./kept-email.ts";
import { deliveryOf, outgoingEmailOf, senderDomainOf, type Delivery } from "./outgoing-email.ts";

/** A mail to send, as the call path asks for it. */
export interface SendEmailRequest extends ActRequest<StoredEmail> {
  readonly question: VendorQuestion;
  readonly senderDomain: string;
  readonly recipients: number;
  readonly delivery: Delivery;
  /** JSON-plain, for the idempotency fingerprint. */
  readonly input: SendEmailInput;
}

/** One mail has one Message-ID, whatever becomes of its first reservation. */
export const sendEmailRequest = (input: SendEmailInput): SendEmailRequest => {
  const delivery = deliveryOf(input);
  let first: string | undefined;
  return {
    operation: email.send,
    step: "send",
    question: { operation: email.send.id, provider: input.provider, credentialPolicy: input.credentialPolicy },
    senderDomain: senderDomainOf(input),
    recipients: recipientsOf(input).length,
    delivery,
    input,
    mayRepeat: delivery.mode === "at_least_once",
    prepare: async (route, identity) => {
      first ??= identity.operationId;
      const mail = outgoingEmailOf(input, first);
      const head = { messageId: mail.messageId, duplicatePossible: first !== identity.operationId };
      return keepEmail(head, await emailRouteOf(route).vendor.prepare(mail, identity));
    },
    encode: encodeEmail,
    decode: decodeEmail,
  };
};
