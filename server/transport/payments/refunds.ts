import type { z } from "zod";
import { Currency } from "../../contracts/currency.ts";
import { payments, type CreateRefundInput, type RefundOfInput } from "../../contracts/payments.ts";
import type { MadeRefundAnswer, RefundView } from "../../contracts/payments/answers.ts";
import type { ListedRefund } from "../../contracts/payments/payments-vendor.ts";
import type { MovedMoney } from "../../contracts/payments/money.ts";
import type { Amount, CreateRefund } from "../../contracts/payments/payment-act.ts";
import type { VendorOrder, VendorRefund } from "../../contracts/payments/vendor-objects.ts";
import { takeRefund } from "../../domain/billing/index.ts";
import {
  claimRefund,
  findPayment,
  noteClosed,
  noteSeen,
  ownRefundsOf,
  type PlacedPayment,
} from "../../domain/payments/index.ts";
import { NexusError } from "../../errors.ts";
import { paymentsActRequest, paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor, lookAt, seenOf } from "./ask-vendor.ts";
import { identityOf } from "./identity-of.ts";
import { lookAtOrder } from "./orders.ts";
import { seekPermission } from "./seek-permission.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

const anyApp = "srv_nexus.payments:refund-any";

/** The payment that a call names by its order or its checkout. */
export const requirePayment = (
  ctx: ProcedureContext,
  { orderId, checkoutId }: Pick<CreateRefundInput, "orderId" | "checkoutId">,
  toChange: boolean,
): Promise<PlacedPayment> => {
  const id = orderId ?? checkoutId;
  if (id === undefined || (orderId !== undefined && checkoutId !== undefined))
    throw new NexusError("INVALID_INPUT", {
      issues: [
        { field: orderId === undefined ? "orderId" : "checkoutId", expected: "an order or a checkout, one of the two" },
      ],
    });
  return findPayment(ctx.deps.management, ctx.call, {
    kind: orderId === undefined ? "checkout" : "order",
    id,
    toChange,
    anyApp: toChange && ctx.call.permissions.has(anyApp),
  });
};

interface Refundable {
  readonly paymentId: string;
  readonly captured: bigint;
  readonly currency: Amount["currency"];
  /** What the vendor shows as not refunded yet. */
  readonly left: bigint;
  /** Refunds that none of our operations made. */
  readonly foreign: bigint;
}

const nothingCaptured = ({ status }: VendorOrder): NexusError =>
  new NexusError("CONFLICT", {
    message: "Nothing was captured that could be refunded: cancel the order instead.",
    details: { kind: "invalid_request", status },
  });

const foreignOf = (listed: readonly ListedRefund[], own: ReadonlySet<string>): bigint =>
  listed
    .filter(
      ({ status, operationId }) =>
        status !== "failed" && status !== "canceled" && !(operationId !== undefined && own.has(operationId)),
    )
    .reduce((sum, { amount }) => sum + BigInt(amount?.amount ?? 0), 0n);

/** What the vendor knows of a payment and its refunds, ours and others'. */
const lookAtPayment = async (ctx: ProcedureContext, found: PlacedPayment): Promise<Refundable> => {
  const order = await lookAtOrder(ctx, found, payments.createRefund);
  const { paymentId, captured, refunded } = order;
  if (paymentId === null || captured === null || captured.amount === "0") throw nothingCaptured(order);
  const { answer: listed } = await askVendor(
    ctx,
    paymentsRead({
      operation: payments.createRefund,
      place: { pin: found },
      ask: (vendor, io) => vendor.listRefunds({ objectId: found.objectId, paymentId }, io),
    }),
  );
  return {
    paymentId,
    captured: BigInt(captured.amount),
    currency: captured.currency,
    left: BigInt(captured.amount) - BigInt(refunded?.amount ?? 0),
    foreign: foreignOf(listed, await ownRefundsOf(ctx.deps.management, found)),
  };
};

const requireCurrency = ({ currency }: Refundable, amount: CreateRefundInput["amount"]): void => {
  if (amount !== undefined && amount.currency !== currency)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "amount.currency", expected: `${currency}, in which it was paid` }],
    });
};

/** Never sent: what kept the payment from being read is thrown before. */
const unread: Amount = { amount: 0n, currency: "USD" };

/** What was asked for when the payment was made, for a dry run: it reads nothing at the vendor. */
const wholeOf = ({ amount, currency }: PlacedPayment): Amount => {
  const known = Currency.safeParse(currency);
  if (amount !== null && known.success) return { amount, currency: known.data };
  throw new NexusError("INVALID_INPUT", {
    issues: [{ field: "amount", expected: "an amount: only the vendor knows what this payment comes to" }],
  });
};

const seenOfRefund = ({ status, providerStatus }: VendorRefund) => ({
  status,
  providerStatus,
  next: null,
  captured: null,
  refunded: null,
});

/** Refunds a payment, or a part of it: together never more than was captured. */
export const createRefund = async (
  ctx: ProcedureContext,
  input: CreateRefundInput,
): Promise<z.infer<typeof MadeRefundAnswer>> => {
  const { management } = ctx.deps;
  const { reason, dryRun = false } = input;
  const { organizationId, appId } = ctx.call;
  const found = await requirePayment(ctx, input, true);
  const look = dryRun ? undefined : await lookAt(() => lookAtPayment(ctx, found));
  const seen = look !== undefined && "seen" in look ? look.seen : undefined;
  const asked = input.amount && { amount: BigInt(input.amount.amount), currency: input.amount.currency };
  const rest = seen && { amount: seen.left, currency: seen.currency };
  const amount = asked ?? rest ?? (dryRun ? wholeOf(found) : unread);
  const act: CreateRefund = {
    kind: "refund.create",
    objectId: found.objectId,
    paymentId: seen?.paymentId ?? "read_before_it_is_sent",
    ...amount,
    reason,
    attribution: { organizationId, appId },
  };
  let remaining: MovedMoney | null = null;
  const request = paymentsActRequest({
    operation: payments.createRefund,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async ({ operationId }) => {
      if (look === undefined) return;
      const payment = seenOf(look);
      requireCurrency(payment, input.amount);
      const left = await claimRefund(management, {
        of: found,
        operationId,
        caller: ctx.call,
        amount,
        policies: ctx.deps.policiesOf(ctx.call),
        ...payment,
      });
      remaining = { amount: left.toString(), currency: amount.currency };
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const waiting = seen && amount.amount > 0n ? await seekPermission(ctx, { request, act, amount }) : undefined;
  if (waiting !== undefined) return waiting;
  const { object, reply } = await runAct(ctx, "refund", request);
  const { operationId } = reply.facts;
  if (!reply.replayed) await noteSeen(management, { operationId, seen: null }, seenOfRefund(object));
  // Where it refunds a top-up the wallet follows; what is not booked here is booked a little later.
  await takeRefund(management, operationId).catch((error: unknown) =>
    ctx.deps.gateway.log.warn({ err: error }, "the refund of a top-up is booked later"),
  );
  return { ...object, ...actedOf(reply), refundId: `ref_${operationId}`, remaining };
};

/** Reads a refund at its vendor. */
export const getRefund = async (
  ctx: ProcedureContext,
  { refundId }: z.infer<typeof RefundOfInput>,
): Promise<RefundView> => {
  const { management } = ctx.deps;
  const found = await findPayment(management, ctx.call, { kind: "refund", id: refundId });
  const { answer } = await askVendor(
    ctx,
    paymentsRead({
      operation: payments.getRefund,
      place: { pin: found },
      ask: (vendor, io) => vendor.readRefund(found.objectId, io),
    }),
  );
  await noteSeen(management, found, seenOfRefund(answer));
  if (answer.status === "failed" || answer.status === "canceled") await noteClosed(management, found);
  return { ...answer, refundId, provider: found.vendor };
};
