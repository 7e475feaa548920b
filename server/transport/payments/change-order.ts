import type { z } from "zod";
import { payments, type CancelOrderInput, type CaptureOrderInput } from "../../contracts/payments.ts";
import type { CancelAnswer, CaptureAnswer } from "../../contracts/payments/answers.ts";
import type { CancelOrder, CaptureOrder } from "../../contracts/payments/payment-act.ts";
import type { VendorOrder } from "../../contracts/payments/vendor-objects.ts";
import { claimChange, findPayment } from "../../domain/payments/index.ts";
import { NexusError } from "../../errors.ts";
import { paymentsActRequest } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { lookAt, seenOf, type Seen } from "./ask-vendor.ts";
import { identityOf } from "./identity-of.ts";
import { noteFee } from "./note-fee.ts";
import { lookAtOrder } from "./orders.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

/** Stands for what is read at the vendor before it is sent: a dry run reads nothing. */
const unread = "read_before_it_is_sent";

const wrongState = (message: string, { status }: VendorOrder): NexusError =>
  new NexusError("CONFLICT", { message, details: { kind: "invalid_request", status } });

const requireCapturable = (order: VendorOrder, { amount }: z.infer<typeof CaptureOrderInput>): void => {
  if (order.status !== "authorized")
    throw wrongState(
      order.next === "payer"
        ? "The payer has not approved it yet; there is nothing to capture."
        : `An order that is ${order.status} cannot be captured.`,
      order,
    );
  if (amount === undefined || order.amount === null) return;
  const fits = amount.currency === order.amount.currency && BigInt(amount.amount) <= BigInt(order.amount.amount);
  if (!fits)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "amount", expected: `at most ${order.amount.amount} ${order.amount.currency}` }],
    });
};

/** Captures what the payer has approved. */
export const captureOrder = async (
  ctx: ProcedureContext,
  input: z.infer<typeof CaptureOrderInput>,
): Promise<z.infer<typeof CaptureAnswer>> => {
  const { management } = ctx.deps;
  const { orderId, amount, dryRun = false } = input;
  const found = await findPayment(management, ctx.call, { kind: "order", id: orderId });
  const look: Seen<VendorOrder> | undefined = dryRun
    ? undefined
    : await lookAt(() => lookAtOrder(ctx, found, payments.captureOrder));
  const act: CaptureOrder = {
    kind: "order.capture",
    paymentId: (look !== undefined && "seen" in look ? look.seen.paymentId : null) ?? unread,
    amount: amount && { amount: BigInt(amount.amount), currency: amount.currency },
  };
  const request = paymentsActRequest({
    operation: payments.captureOrder,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async ({ operationId }) => {
      if (look !== undefined) requireCapturable(seenOf(look), input);
      await claimChange(management, { kind: "capture", operationId, caller: ctx.call, of: found });
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "order", request);
  return {
    ...object,
    providerObjectId: found.objectId,
    ...actedOf(reply),
    orderId,
    captureId: reply.facts.operationId,
  };
};

const requireCancelable = (order: VendorOrder): void => {
  if (["created", "requires_action", "authorized", "failed"].includes(order.status)) return;
  const captured = ["captured", "partially_captured", "partially_refunded"].includes(order.status);
  throw wrongState(
    captured
      ? "A captured order is not canceled: use refund.create."
      : `An order that is ${order.status} cannot be canceled.`,
    order,
  );
};

/** An open page is closed; once the payer has approved, the payment behind it is voided. */
const canceledObject = ({ providerObjectId, approval, paymentId }: VendorOrder): string =>
  approval === null ? (paymentId ?? providerObjectId) : providerObjectId;

/** Cancels what was not captured. It never becomes a refund. */
export const cancelOrder = async (
  ctx: ProcedureContext,
  input: z.infer<typeof CancelOrderInput>,
): Promise<z.infer<typeof CancelAnswer>> => {
  const { management } = ctx.deps;
  const { orderId, reason, dryRun = false } = input;
  const found = await findPayment(management, ctx.call, { kind: "order", id: orderId });
  const look: Seen<VendorOrder> | undefined = dryRun
    ? undefined
    : await lookAt(() => lookAtOrder(ctx, found, payments.cancelOrder));
  const seen = look !== undefined && "seen" in look ? look.seen : undefined;
  const act: CancelOrder = {
    kind: "order.cancel",
    objectId: seen === undefined ? found.objectId : canceledObject(seen),
    reason,
  };
  const request = paymentsActRequest({
    operation: payments.cancelOrder,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async ({ operationId }) => {
      if (look !== undefined) requireCancelable(seenOf(look));
      await claimChange(management, { kind: "cancel", operationId, caller: ctx.call, of: found });
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "order", request);
  await noteFee(ctx.deps, found, { fee: null, over: true });
  return { ...object, providerObjectId: found.objectId, ...actedOf(reply), orderId, remoteEffect: "voided" };
};
