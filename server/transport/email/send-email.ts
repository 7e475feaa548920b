import { email } from "../../contracts/email.ts";
import {
  isQueued,
  recipientsOf,
  ComposedEmail,
  type RenderedEmail,
  type SendEmailInput,
  type SendEmailOutput,
} from "../../contracts/email/send-email.ts";
import { messageIdOf } from "../../contracts/email/message-id.ts";
import { writeEmail } from "../../domain/email/index.ts";
import { isUsedKey } from "../../domain/idempotency/index.ts";
import {
  emailRouteOf,
  mailTimesOf,
  readKeptEmail,
  sendEmailRequest,
  type SendEmailRequest,
} from "../../families/email/index.ts";
import { dryRun } from "../../gateway/dry-run.ts";
import { queueAct } from "../../gateway/queue-act.ts";
import { answer } from "../trpc/answer.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { letInEmail } from "./let-in-email.ts";

/** What a mail would be, and what it can cost; nothing is sent or set aside. */
export const renderEmail = async ({ call, deps }: ProcedureContext, input: SendEmailInput): Promise<RenderedEmail> => {
  const request = sendEmailRequest(await writeEmail(deps.management, call, input));
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

const wasAsked = ({ call, deps }: ProcedureContext): Promise<boolean> =>
  isUsedKey(deps.gateway.readPool, call, email.send.id);

/** What a repeat stands for is known by what was asked, whatever became of its template since. */
const unwritten = (asked: SendEmailInput): ComposedEmail => ComposedEmail.strip().parse({ ...asked, subject: "-" });

/** The request of a mail with its words. A repeat whose template has changed is given the answer of the first one. */
const requestOf = async (ctx: ProcedureContext, asked: SendEmailInput): Promise<SendEmailRequest> => {
  const { call, deps } = ctx;
  const how = { asked, letIn: letInEmail(deps.management, deps.policiesOf) };
  try {
    return sendEmailRequest(await writeEmail(deps.management, call, asked), how);
  } catch (error) {
    if (asked.template === undefined || !(await wasAsked(ctx))) throw error;
    return sendEmailRequest(unwritten(asked), { ...how, refusal: error });
  }
};

const sendNow = async (ctx: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> => {
  const request = await requestOf(ctx, input);
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

const queue = async (ctx: ProcedureContext, input: SendEmailInput): Promise<SendEmailOutput> => {
  const { call, notes } = ctx;
  const { gateway } = ctx.deps;
  const request = await requestOf(ctx, input);
  const times = await mailTimesOf(input, gateway.clock.now(), () => wasAsked(ctx));
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
