import type { z } from "zod";
import { payments } from "../../contracts/payments.ts";
import type { LinkAnswer, LinkView, MadeLinkAnswer } from "../../contracts/payments/answers.ts";
import type { CreateLinkInput, DeactivateLinkInput, LinkOfInput } from "../../contracts/payments/links.ts";
import type { CreateLink, DeactivateLink } from "../../contracts/payments/payment-act.ts";
import { claimChange, claimLink, findPayment } from "../../domain/payments/index.ts";
import { paymentsActRequest, paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";
import { priceLines } from "./checkout-lines.ts";
import { identityOf } from "./identity-of.ts";
import { uncallable } from "./own-objects.ts";
import { requireReturnUrls } from "./return-urls.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";
import { seekPermission } from "./seek-permission.ts";

/** Makes a payment link. Vendors take their fee of each payment on it, and nothing for the link. */
export const createLink = async (
  ctx: ProcedureContext,
  input: CreateLinkInput,
): Promise<z.infer<typeof MadeLinkAnswer>> => {
  const { mode, successUrl, payments: most, provider, credentialPolicy } = input;
  const { organizationId, appId } = ctx.call;
  const policies = ctx.deps.policiesOf(ctx.call);
  requireReturnUrls(ctx, { successUrl });
  const { lines, total, pin } = await priceLines(ctx, payments.createLink, input);
  const act: CreateLink = {
    kind: "link.create",
    mode,
    lines,
    successUrl,
    payments: most,
    metadata: input.metadata ?? {},
    attribution: { organizationId, appId },
  };
  const request = paymentsActRequest({
    operation: payments.createLink,
    place:
      pin === undefined ? { question: { operation: payments.createLink.id, provider, credentialPolicy } } : { pin },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: ({ operationId }) =>
      claimLink(ctx.deps.management, { operationId, caller: ctx.call, amount: total, payments: most, policies }),
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act);
  const waiting =
    total === undefined || total.amount === 0n ? undefined : await seekPermission(ctx, { request, act, amount: total });
  if (waiting !== undefined) return waiting;
  const { object, reply } = await runAct(ctx, "link", request);
  return { ...object, ...actedOf(reply), linkId: `lnk_${reply.facts.operationId}` };
};

/** Reads a payment link at its vendor. */
export const getLink = async (ctx: ProcedureContext, { linkId }: z.infer<typeof LinkOfInput>): Promise<LinkView> => {
  const found = await findPayment(ctx.deps.management, ctx.call, { kind: "link", id: linkId });
  const { answer } = await askVendor(
    ctx,
    paymentsRead({
      operation: payments.getLink,
      place: { pin: found, can: "readLink" },
      ask: (vendor, io) => vendor.readLink?.(found.objectId, io) ?? uncallable("link"),
    }),
  );
  return { ...answer, linkId, provider: found.vendor };
};

/** Closes a payment link; what was paid on it stays paid. */
export const deactivateLink = async (
  ctx: ProcedureContext,
  input: z.infer<typeof DeactivateLinkInput>,
): Promise<z.infer<typeof LinkAnswer>> => {
  const { management } = ctx.deps;
  const { linkId } = input;
  const found = await findPayment(management, ctx.call, { kind: "link", id: linkId, toChange: true });
  const act: DeactivateLink = { kind: "link.deactivate", objectId: found.objectId };
  const request = paymentsActRequest({
    operation: payments.deactivateLink,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: ({ operationId }) =>
      claimChange(management, { kind: "deactivate", operationId, caller: ctx.call, of: found }),
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "link", request);
  return { ...object, ...actedOf(reply), linkId };
};
