import type { z } from "zod";
import {
  payments,
  type AuthorizeOrderInput,
  type CancelOrderInput,
  type CaptureOrderInput,
} from "../../contracts/payments.ts";
import type { CancelAnswer, CaptureAnswer, OrderAnswer } from "../../contracts/payments/answers.ts";
import type { Amount, AuthorizeOrder, CancelOrder, CaptureOrder } from "../../contracts/payments/payment-act.ts";
import type { VendorOrder } from "../../contracts/payments/vendor-objects.ts";
import type { Operation } from "../../contracts/operation.ts";
import { claimChange, findPayment, noteSeen, type PlacedPayment } from "../../domain/payments/index.ts";
import { NexusError } from "../../errors.ts";
import { paymentsActRequest } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { lookAt, seenOf, type Seen } from "./ask-vendor.ts";
import { identityOf } from "./identity-of.ts";
import { noteFee } from "./note-fee.ts";
import { asClosed, lookAtOrder } from "./orders.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

const wrongState = (message: string, { status }: VendorOrder): NexusError =>
  new NexusError("CONFLICT", { message, details: { kind: "invalid_request", status } });

const beforeIt = {
  payer: "The payer has not approved it yet; there is nothing to capture.",
  authorize: "The payer has approved it, and its vendor has not set the amount aside yet: use order.authorize.",
} as const;

/** The order waits for just this. */
const requireNext = (step: "authorize" | "capture", order: VendorOrder): void => {
  const { next, status } = order;
  if (next === step) return;
  const reason =
    next === "payer" || next === "authorize" ? beforeIt[next] : `It is ${status}, and waits for no ${step}.`;
  throw wrongState(reason, order);
};

const requireCapturable = (order: VendorOrder, { amount }: z.infer<typeof CaptureOrderInput>): void => {
  requireNext("capture", order);
  if (amount === undefined || order.amount === null) return;
  const fits = amount.currency === order.amount.currency && BigInt(amount.amount) <= BigInt(order.amount.amount);
  if (!fits)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "amount", expected: `at most ${order.amount.amount} ${order.amount.currency}` }],
    });
};

/** What is known of an order before it is changed; a dry run reads nothing. */
const lookBefore = async (
  ctx: ProcedureContext,
  found: PlacedPayment,
  operation: Operation,
  dryRun: boolean,
): Promise<{ readonly look: Seen<VendorOrder> | undefined; readonly seen: VendorOrder | undefined }> => {
  const look = dryRun ? undefined : await lookAt(() => lookAtOrder(ctx, found, operation));
  return { look, seen: look !== undefined && "seen" in look ? look.seen : undefined };
};

/** A dry run reads no amount: it shows the least that there is. */
const unread: Amount = { amount: 1n, currency: "USD" };

/** What the payer has filled in pays what the order comes to. */
const paymentOf = (
  { paymentToken, dryRun }: z.infer<typeof AuthorizeOrderInput>,
  amount: VendorOrder["amount"],
): AuthorizeOrder["payment"] => {
  if (paymentToken === undefined || (amount === null && dryRun !== true)) return undefined;
  const whole = amount === null ? unread : { amount: BigInt(amount.amount), currency: amount.currency };
  return { source: paymentToken, amount: whole };
};

/** Has the vendor set aside what the payer has approved. */
export const authorizeOrder = async (
  ctx: ProcedureContext,
  input: z.infer<typeof AuthorizeOrderInput>,
): Promise<z.infer<typeof OrderAnswer>> => {
  const { management } = ctx.deps;
  const { orderId, dryRun = false } = input;
  const found = await findPayment(management, ctx.call, { kind: "order", id: orderId, toChange: true });
  const { look, seen } = await lookBefore(ctx, found, payments.authorizeOrder, dryRun);
  const act: AuthorizeOrder = {
    kind: "order.authorize",
    objectId: found.objectId,
    payment: paymentOf(input, seen?.amount ?? null),
  };
  const request = paymentsActRequest({
    operation: payments.authorizeOrder,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async ({ operationId }) => {
      if (look !== undefined) requireNext("authorize", seenOf(look));
      await claimChange(management, { kind: "authorize", operationId, caller: ctx.call, of: found });
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "order", request);
  await noteSeen(management, found, object);
  return { ...object, providerObjectId: found.objectId, ...actedOf(reply), orderId };
};

/** Captures what the payer has approved. */
export const captureOrder = async (
  ctx: ProcedureContext,
  input: z.infer<typeof CaptureOrderInput>,
): Promise<z.infer<typeof CaptureAnswer>> => {
  const { management } = ctx.deps;
  const { orderId, amount, dryRun = false } = input;
  const found = await findPayment(management, ctx.call, { kind: "order", id: orderId, toChange: true });
  const { look, seen } = await lookBefore(ctx, found, payments.captureOrder, dryRun);
  const act: CaptureOrder = {
    kind: "order.capture",
    objectId: found.objectId,
    paymentId: seen?.paymentId ?? undefined,
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
  await noteSeen(management, found, object);
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
const canceledPayment = ({ approval, paymentId }: VendorOrder): string | undefined =>
  approval === null ? (paymentId ?? undefined) : undefined;

const isOver = ({ status }: VendorOrder): boolean => status === "canceled" || status === "expired";

/** Cancels what was not captured. It never becomes a refund. */
export const cancelOrder = async (
  ctx: ProcedureContext,
  input: z.infer<typeof CancelOrderInput>,
): Promise<z.infer<typeof CancelAnswer>> => {
  const { management } = ctx.deps;
  const { orderId, reason, dryRun = false } = input;
  const found = await findPayment(management, ctx.call, { kind: "order", id: orderId, toChange: true });
  const { look, seen } = await lookBefore(ctx, found, payments.cancelOrder, dryRun);
  const act: CancelOrder = {
    kind: "order.cancel",
    objectId: found.objectId,
    paymentId: seen && canceledPayment(seen),
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
      const failed = seen?.status === "failed";
      await claimChange(management, { kind: "cancel", operationId, caller: ctx.call, of: found, failed });
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "order", request);
  await noteFee(ctx.deps, found, { fee: null, over: true });
  // A vendor that has no word for it shows the order as it was: it is closed on our side alone.
  const remoteEffect = isOver(object) ? "voided" : "none";
  return { ...asClosed(object), providerObjectId: found.objectId, ...actedOf(reply), orderId, remoteEffect };
};
