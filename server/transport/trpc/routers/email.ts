import { email } from "../../../contracts/email.ts";
import { recipientsOf, type SendEmailInput, type SendEmailOutput } from "../../../contracts/email/send-email.ts";
import { emailRouteOf, readKeptEmail, sendEmailRequest } from "../../../families/email/index.ts";
import { dryRun } from "../../../gateway/dry-run.ts";
import { answer } from "../answer.ts";
import type { ProcedureContext } from "../init.ts";
import { metered, post, router } from "../procedures.ts";

const rendered = async ({ call, deps }: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> => {
  const request = sendEmailRequest(input);
  const { route, boundNanos, request: kept } = await dryRun(deps.gateway, request, call);
  return {
    dryRun: true,
    effect: "none",
    provider: route.target.vendor,
    credentialTier: route.target.credentialTier,
    boundNanoUsd: boundNanos.toString(),
    delivery: request.delivery,
    recipients: recipientsOf(input).map(({ address, field }) => ({ address, field })),
    request: emailRouteOf(route).vendor.render(readKeptEmail(kept).request),
  };
};

const sent = async (ctx: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> => {
  const request = sendEmailRequest(input);
  const { result, facts, replayed } = await answer(ctx, request);
  return {
    dryRun: false,
    emailId: facts.operationId,
    messageId: result.messageId,
    effect: "done",
    recipients: result.recipients,
    delivery: request.delivery,
    duplicatePossible: result.duplicatePossible,
    providerObjectId: result.objectId,
    replayed,
    nexus: facts,
  };
};

export const emailRouter = router({
  send: metered(email.send, post("/api/email/send"))
    .input(email.send.input)
    .output(email.send.output)
    .mutation(({ ctx, input }) => (input.dryRun ? rendered(ctx, input) : sent(ctx, input))),
});
