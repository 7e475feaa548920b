import type { z } from "zod";
import { payments } from "../../contracts/payments.ts";
import type { DisputeList, DisputeView } from "../../contracts/payments/answers.ts";
import type { DisputeOfInput, ListDisputesInput } from "../../contracts/payments/disputes.ts";
import type { VendorDispute } from "../../contracts/payments/vendor-objects.ts";
import { paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";
import { lookAtOrder } from "./orders.ts";
import { findAnyones, missing, uncallable } from "./own-objects.ts";
import { ownByCustomer } from "./own-by-customer.ts";
import { requirePayment } from "./refunds.ts";

const viewOf = (object: VendorDispute, provider: string): DisputeView => {
  const { madeFor: _, ...dispute } = object;
  return { ...dispute, disputeId: dispute.providerObjectId, provider };
};

/** Reads a dispute of the calling app's payment by its vendor's id. */
export const getDispute = async (
  ctx: ProcedureContext,
  { provider, disputeId: id }: z.infer<typeof DisputeOfInput>,
): Promise<DisputeView> => {
  const operation = payments.getDispute;
  const { object, route } = await findAnyones(ctx, {
    operation,
    provider,
    id,
    what: "dispute",
    can: "readDispute",
    read: (vendor, io) => vendor.readDispute?.(id, io) ?? uncallable("dispute"),
  });
  if (!(await ownByCustomer(ctx, { operation, provider, object, route }))) throw missing("dispute");
  return viewOf(object, route.target.vendor);
};

/** Lists the disputes of a payment of the calling app. */
export const listDisputes = async (ctx: ProcedureContext, input: ListDisputesInput): Promise<DisputeList> => {
  const operation = payments.listDisputes;
  const found = await requirePayment(ctx, input, false);
  const { paymentId } = await lookAtOrder(ctx, found, operation);
  // What nobody has paid nobody disputes.
  if (paymentId === null) return { disputes: [] };
  const { answer } = await askVendor(
    ctx,
    paymentsRead({
      operation,
      place: { pin: found, can: "listDisputes" },
      ask: (vendor, io) =>
        vendor.listDisputes?.({ objectId: found.objectId, paymentId }, io) ?? uncallable("list of disputes"),
    }),
  );
  return { disputes: answer.map((dispute) => viewOf(dispute, found.vendor)) };
};
