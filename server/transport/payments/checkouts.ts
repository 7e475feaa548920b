import type { z } from "zod";
import type { CheckoutAnswer, CheckoutView, MadeCheckoutAnswer } from "../../contracts/payments/answers.ts";
import type { CaptureCheckout, CreateCheckout, ExpireCheckout } from "../../contracts/payments/payment-act.ts";
import type { VendorCheckout, VendorCustomer } from "../../contracts/payments/vendor-objects.ts";
import {
  payments,
  type CaptureCheckoutInput,
  type CheckoutOfInput,
  type CreateCheckoutInput,
  type ExpireCheckoutInput,
} from "../../contracts/payments.ts";
import type { Operation } from "../../contracts/operation.ts";
import {
  claimChange,
  claimCreation,
  findPayment,
  noteClosed,
  noteSeen,
  type PlacedPayment,
} from "../../domain/payments/index.ts";
import { paymentsActRequest, paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { NexusError } from "../../errors.ts";
import { askVendor, lookAt, seenOf, type Seen } from "./ask-vendor.ts";
import { priceLines } from "./checkout-lines.ts";
import { identityOf } from "./identity-of.ts";
import { findCustomer, type Held } from "./own-objects.ts";
import { noteFee } from "./note-fee.ts";
import { requireReturnUrls } from "./return-urls.ts";
import { seekPermission } from "./seek-permission.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

type Answered = z.infer<typeof CheckoutAnswer>;

/** Whose page it is to be: a customer of the calling app, whose account then has the checkout too. */
const lookAtCustomer = async (
  ctx: ProcedureContext,
  { customer: id, provider, dryRun }: CreateCheckoutInput,
): Promise<Seen<Held<VendorCustomer>> | undefined> => {
  if (id === undefined) return undefined;
  if (provider === undefined)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "provider", expected: "the vendor that has the customer" }],
    });
  if (dryRun === true) return undefined;
  return lookAt(() => findCustomer(ctx, { operation: payments.createCheckout, provider, id }));
};

/** Opens a checkout page at a vendor. */
export const createCheckout = async (
  ctx: ProcedureContext,
  input: CreateCheckoutInput,
): Promise<z.infer<typeof MadeCheckoutAnswer>> => {
  const { reference, mode, successUrl, cancelUrl, expiresAt, provider, credentialPolicy } = input;
  const { organizationId, appId } = ctx.call;
  requireReturnUrls(ctx, { successUrl, cancelUrl });
  const look = await lookAtCustomer(ctx, input);
  const { lines, total, pin } = await priceLines(
    ctx,
    payments.createCheckout,
    input,
    look && "seen" in look ? look.seen.pin : undefined,
  );
  const amount = total === undefined || total.amount === 0n ? undefined : total;
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
    claim: async ({ operationId }) => {
      if (look !== undefined) seenOf(look);
      await claimCreation(ctx.deps.management, {
        kind: "checkout",
        operationId,
        caller: ctx.call,
        reference,
        amount,
        policies: ctx.deps.policiesOf(ctx.call),
      });
    },
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act, total !== undefined);
  const waiting = amount && (await seekPermission(ctx, { request, act, amount, reference }));
  if (waiting !== undefined) return waiting;
  const { object, reply } = await runAct(ctx, "checkout", request);
  return { ...object, ...actedOf(reply), checkoutId: `chk_${reply.facts.operationId}` };
};

/** A checkout that was closed here: where the vendor shows its page as open still, nobody will take the money. */
const asExpired = (checkout: VendorCheckout): VendorCheckout =>
  checkout.payment === "created" || checkout.payment === "requires_action"
    ? { ...checkout, status: "expired", payment: "expired", next: null, url: null }
    : checkout;

const taken: ReadonlySet<VendorCheckout["payment"]> = new Set(["captured", "partially_refunded", "refunded"]);

/** How the payment of a checkout stands: a page tells nothing of refunds. */
const seenOfCheckout = ({ payment, providerStatus, next, total }: VendorCheckout) => ({
  status: payment,
  providerStatus,
  next,
  captured: taken.has(payment) ? total : null,
  refunded: null,
});

/** A checkout as its vendor shows it; what is over is noted, and so is the vendor's fee. */
const lookAtCheckout = async (
  ctx: ProcedureContext,
  found: PlacedPayment,
  operation: Operation,
): Promise<VendorCheckout> => {
  const { answer } = await askVendor(
    ctx,
    paymentsRead({
      operation,
      place: { pin: found },
      ask: (vendor, io) => vendor.readCheckout(found.objectId, io),
    }),
  );
  const over = answer.status === "expired";
  if (over) await noteClosed(ctx.deps.management, found);
  await noteFee(ctx.deps, found, { fee: answer.fee, over });
  await noteSeen(ctx.deps.management, found, seenOfCheckout(answer));
  return found.over ? asExpired(answer) : answer;
};

/** A checkout of the calling app as its vendor shows it now. */
export const seeCheckout = async (
  ctx: ProcedureContext,
  checkoutId: string,
  operation: Operation,
): Promise<VendorCheckout> =>
  lookAtCheckout(
    ctx,
    await findPayment(ctx.deps.management, ctx.call, { kind: "checkout", id: checkoutId }),
    operation,
  );

/** Reads a checkout at its vendor. */
export const getCheckout = async (
  ctx: ProcedureContext,
  { checkoutId }: z.infer<typeof CheckoutOfInput>,
): Promise<CheckoutView> => {
  const found = await findPayment(ctx.deps.management, ctx.call, { kind: "checkout", id: checkoutId });
  return { ...(await lookAtCheckout(ctx, found, payments.getCheckout)), checkoutId, provider: found.vendor };
};

const requireApproved = ({ next, status }: VendorCheckout): void => {
  if (next === "capture") return;
  throw new NexusError("CONFLICT", {
    message:
      next === "payer"
        ? "The payer has not approved it yet; there is nothing to capture."
        : `It is ${status}, and waits for no capture.`,
    details: { kind: "invalid_request", status },
  });
};

/** Takes what the payer of a checkout has approved, where the vendor does not do so by itself. */
export const captureCheckout = async (
  ctx: ProcedureContext,
  input: z.infer<typeof CaptureCheckoutInput>,
): Promise<Answered> => {
  const { management } = ctx.deps;
  const { checkoutId, dryRun = false } = input;
  const found = await findPayment(management, ctx.call, { kind: "checkout", id: checkoutId, toChange: true });
  const look = dryRun ? undefined : await lookAt(() => lookAtCheckout(ctx, found, payments.captureCheckout));
  const act: CaptureCheckout = { kind: "checkout.capture", objectId: found.objectId };
  const request = paymentsActRequest({
    operation: payments.captureCheckout,
    place: { pin: found },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async ({ operationId }) => {
      if (look !== undefined) requireApproved(seenOf(look));
      await claimChange(management, { kind: "capture", operationId, caller: ctx.call, of: found });
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "checkout", request);
  await noteFee(ctx.deps, found, { fee: object.fee, over: false });
  await noteSeen(management, found, seenOfCheckout(object));
  return { ...object, ...actedOf(reply), checkoutId };
};

/** Closes a checkout page. */
export const expireCheckout = async (
  ctx: ProcedureContext,
  input: z.infer<typeof ExpireCheckoutInput>,
): Promise<Answered> => {
  const { management } = ctx.deps;
  const { checkoutId } = input;
  const found = await findPayment(management, ctx.call, { kind: "checkout", id: checkoutId, toChange: true });
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
  return { ...asExpired(object), ...actedOf(reply), checkoutId };
};
