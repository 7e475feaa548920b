import { SendEmailInput, SendEmailOutput } from "./email/send-email.ts";
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
} as const;
