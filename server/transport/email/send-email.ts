import { email } from "../../contracts/email.ts";
import {
  isQueued,
  recipientsOf,
  type RenderedEmail,
  type SendEmailInput,
  type SendEmailOutput,
} from "../../contracts/email/send-email.ts";
import { messageIdOf } from "../../contracts/email/message-id.ts";
import { isUsedKey } from "../../domain/idempotency/index.ts";
import { emailRouteOf, mailTimesOf, readKeptEmail, sendEmailRequest } from "../../families/email/index.ts";
import { dryRun } from "../../gateway/dry-run.ts";
import { queueAct } from "../../gateway/queue-act.ts";
import { answer } from "../trpc/answer.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { letInEmail } from "./let-in-email.ts";

/** What a mail would be, and what it can cost; nothing is sent or set aside. */
export const renderEmail = async ({ call, deps }: ProcedureContext, input: SendEmailInput): Promise<RenderedEmail> => {
  const request = sendEmailRequest(input);
  const { route, boundNanos, request: kept } = await dryRun(deps.gateway, request, call);
  return {
    status: "rendered",
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

const sendNow = async (ctx: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> => {
  const request = sendEmailRequest(input, letInEmail(ctx.deps.management, ctx.deps.policiesOf));
  const { result, facts, replayed } = await answer(ctx, request);
  return {
    status: "sent",
    dryRun: false,
    emailId: result.emailId,
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

const queue = async ({ call, deps, notes }: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> => {
  const { gateway, management } = deps;
  const request = sendEmailRequest(input, letInEmail(management, deps.policiesOf));
  const times = await mailTimesOf(input, gateway.clock.now(), () => isUsedKey(gateway.readPool, call, email.send.id));
  const { operationId, dueAt, expiresAt, heldNanos, replayed } = await queueAct(gateway, request, call, times);
  notes.accepted = { operationId };
  notes.replayed = replayed;
  return {
    status: "queued",
    dryRun: false,
    emailId: operationId,
    messageId: messageIdOf(operationId, request.senderDomain),
    effect: "none",
    dueAt,
    expiresAt,
    heldNanoUsd: heldNanos,
    delivery: request.delivery,
    replayed,
  };
};

/** Sends a mail, now or later, or shows what it would be. */
export const sendEmail = (ctx: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> =>
  input.dryRun ? renderEmail(ctx, input) : isQueued(input) ? queue(ctx, input) : sendNow(ctx, input);
