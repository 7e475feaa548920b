import type { z } from "zod";
import type { Operation } from "../../contracts/operation.ts";
import { payments, type CreateOrderInput, type OrderOfInput } from "../../contracts/payments.ts";
import type { MadeOrderAnswer, OrderView } from "../../contracts/payments/answers.ts";
import type { CreateOrder } from "../../contracts/payments/payment-act.ts";
import type { VendorOrder } from "../../contracts/payments/vendor-objects.ts";
import { claimCreation, findPayment, noteClosed, noteSeen, type PlacedPayment } from "../../domain/payments/index.ts";
import { paymentsActRequest, paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";
import { identityOf } from "./identity-of.ts";
import { noteFee } from "./note-fee.ts";
import { requireReturnUrls } from "./return-urls.ts";
import { seekPermission } from "./seek-permission.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

/** Opens an order of one amount at a vendor. */
export const createOrder = async (
  ctx: ProcedureContext,
  input: CreateOrderInput,
): Promise<z.infer<typeof MadeOrderAnswer>> => {
  const { reference, returnUrl, cancelUrl, provider, credentialPolicy } = input;
  const { organizationId, appId } = ctx.call;
  const policies = ctx.deps.policiesOf(ctx.call);
  requireReturnUrls(ctx, { returnUrl, cancelUrl });
  const amount = { amount: BigInt(input.amount.amount), currency: input.amount.currency };
  const act: CreateOrder = {
    kind: "order.create",
    ...amount,
    reference,
    metadata: input.metadata ?? {},
    attribution: { organizationId, appId },
    description: input.description,
    capture: input.capture,
    returnUrl,
    cancelUrl,
    customerEmail: input.customerEmail,
  };
  const request = paymentsActRequest({
    operation: payments.createOrder,
    place: { question: { operation: payments.createOrder.id, provider, credentialPolicy } },
    fee: amount,
    identity: identityOf(input),
    act,
    claim: ({ operationId }) =>
      claimCreation(ctx.deps.management, { kind: "order", operationId, caller: ctx.call, reference, amount, policies }),
  });
  if (input.dryRun === true) return dryRunOf(ctx, request, act);
  const waiting = await seekPermission(ctx, { request, act, amount, reference });
  if (waiting !== undefined) return waiting;
  const { object, reply } = await runAct(ctx, "order", request);
  return { ...object, ...actedOf(reply), orderId: `ord_${reply.facts.operationId}` };
};

const open: ReadonlySet<VendorOrder["status"]> = new Set(["created", "requires_action", "failed"]);

/** An order that was canceled here: where the vendor shows it as open still, nobody will take the money. */
export const asClosed = (order: VendorOrder): VendorOrder =>
  open.has(order.status) ? { ...order, status: "canceled", next: null, approval: null } : order;

/** An order as its vendor shows it; what is over is noted, and so is the vendor's fee. */
export const lookAtOrder = async (
  ctx: ProcedureContext,
  found: PlacedPayment,
  /** On whose behalf it is read: whoever may do that may look. */
  operation: Operation,
): Promise<VendorOrder> => {
  const { answer } = await askVendor(
    ctx,
    paymentsRead({
      operation,
      place: { pin: found },
      ask: (vendor, io) => vendor.readOrder(found.objectId, io),
    }),
  );
  const over = answer.status === "canceled" || answer.status === "expired";
  if (over) await noteClosed(ctx.deps.management, found);
  await noteFee(ctx.deps, found, { fee: answer.fee, over });
  await noteSeen(ctx.deps.management, found, answer);
  return found.over ? asClosed(answer) : answer;
};

/** Reads an order at its vendor. */
export const getOrder = async (
  ctx: ProcedureContext,
  { orderId }: z.infer<typeof OrderOfInput>,
): Promise<OrderView> => {
  const found = await findPayment(ctx.deps.management, ctx.call, { kind: "order", id: orderId });
  const { approval, ...order } = await lookAtOrder(ctx, found, payments.getOrder);
  // What the payer's form needs is a secret between the payer and the app that made the order.
  const shown = approval?.kind === "client_secret" && found.appId !== (ctx.call.appId ?? "") ? null : approval;
  return { ...order, approval: shown, orderId, provider: found.vendor };
};
