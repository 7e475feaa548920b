import { SendBatchInput, SendBatchOutput } from "./email/send-batch.ts";
import { RenderedEmail, SendEmailInput, SendEmailOutput } from "./email/send-email.ts";
import { defineOperation } from "./operation.ts";

/** The metered operations of the e-mail family. */
export const email = {
  send: defineOperation({
    id: "email.send",
    family: "email",
    effect: "act",
    permission: "srv_nexus.email:send",
    summary: "Send an e-mail",
    input: SendEmailInput,
    output: SendEmailOutput,
  }),
  sendBatch: defineOperation({
    id: "email.sendBatch",
    family: "email",
    effect: "act",
    permission: "srv_nexus.email:send",
    summary: "Send up to 100 e-mails, each with an idempotency key and a result of its own",
    input: SendBatchInput,
    output: SendBatchOutput,
  }),
  render: defineOperation({
    id: "email.render",
    family: "email",
    effect: "read",
    permission: "srv_nexus.email:send",
    summary: "Show what an e-mail would be, and the most it can cost; nothing is sent",
    input: SendEmailInput,
    output: RenderedEmail,
  }),
} as const;
