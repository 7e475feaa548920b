import type { z } from "zod";
import type { CheckoutAnswer, CheckoutView } from "../../contracts/payments/answers.ts";
import type { CreateCheckout, ExpireCheckout } from "../../contracts/payments/payment-act.ts";
import {
  payments,
  type CheckoutOfInput,
  type CreateCheckoutInput,
  type ExpireCheckoutInput,
} from "../../contracts/payments.ts";
import { claimChange, claimCreation, findPayment, noteClosed } from "../../domain/payments/index.ts";
import { paymentsActRequest, paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";
import { priceLines } from "./checkout-lines.ts";
import { identityOf } from "./identity-of.ts";
import { noteFee } from "./note-fee.ts";
import { requireReturnUrls } from "./return-urls.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

type Answered = z.infer<typeof CheckoutAnswer>;

/** Opens a checkout page at a vendor. */
export const createCheckout = async (ctx: ProcedureContext, input: CreateCheckoutInput): Promise<Answered> => {
  const { reference, mode, successUrl, cancelUrl, expiresAt, provider, credentialPolicy } = input;
  const { organizationId, appId } = ctx.call;
  requireReturnUrls(ctx, { successUrl, cancelUrl });
  const { lines, total, pin } = await priceLines(ctx, input);
  const act: CreateCheckout = {
    kind: "checkout.create",
    mode,
    lines,
    reference,
    metadata: input.metadata ?? {},
    attribution: { organizationId, appId },
    customerId: input.customer,
    customerEmail: input.customerEmail,
    successUrl,
    cancelUrl,
    expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
  };
  const request = paymentsActRequest({
    operation: payments.createCheckout,
    place:
      pin === undefined ? { question: { operation: payments.createCheckout.id, provider, credentialPolicy } } : { pin },
    fee: total,
    identity: identityOf(input),
    act,
    claim: ({ operationId }) =>
      claimCreation(ctx.deps.management, {
        kind: "checkout",
        operationId,
        caller: ctx.call,
        reference,
        amount: total === undefined || total.amount === 0n ? undefined : total,
      }),
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act, total !== undefined);
  const { object, reply } = await runAct(ctx, "checkout", request);
  return { ...object, ...actedOf(reply), checkoutId: `chk_${reply.facts.operationId}` };
};

/** Reads a checkout at its vendor. */
export const getCheckout = async (
  ctx: ProcedureContext,
  { checkoutId }: z.infer<typeof CheckoutOfInput>,
): Promise<CheckoutView> => {
  const { management } = ctx.deps;
  const found = await findPayment(management, ctx.call, { kind: "checkout", id: checkoutId });
  const { answer } = await askVendor(
    ctx,
    paymentsRead({
      operation: payments.getCheckout,
      place: { pin: found },
      ask: (vendor, io) => vendor.readCheckout(found.objectId, io),
    }),
  );
  if (answer.status === "expired") await noteClosed(management, found);
  await noteFee(ctx.deps, found, { fee: answer.fee, over: answer.status === "expired" });
  return { ...answer, checkoutId, provider: found.vendor };
};

/** Closes a checkout page. */
export const expireCheckout = async (
  ctx: ProcedureContext,
  input: z.infer<typeof ExpireCheckoutInput>,
): Promise<Answered> => {
  const { management } = ctx.deps;
  const { checkoutId } = input;
  const found = await findPayment(management, ctx.call, { kind: "checkout", id: checkoutId });
  const act: ExpireCheckout = { kind: "checkout.expire", objectId: found.objectId };
  const request = paymentsActRequest({
    operation: payments.expireCheckout,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: ({ operationId }) => claimChange(management, { kind: "expire", operationId, caller: ctx.call, of: found }),
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "checkout", request);
  await noteFee(ctx.deps, found, { fee: null, over: true });
  return { ...object, ...actedOf(reply), checkoutId };
};
