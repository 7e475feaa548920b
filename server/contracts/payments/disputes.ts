import { z } from "zod";
import { defineOperation } from "../operation.ts";
import { DisputeList, DisputeView } from "./answers.ts";
import { CheckoutId, HolderName, OrderId, ProviderObjectId } from "./input-parts.ts";

export const DisputeOfInput = z.strictObject({
  provider: HolderName.describe("The vendor through which the payer disputes it"),
  disputeId: ProviderObjectId,
});

export const ListDisputesInput = z.strictObject({ orderId: OrderId.optional(), checkoutId: CheckoutId.optional() });
export type ListDisputesInput = z.infer<typeof ListDisputesInput>;

const family = "payments";

/** Operations of disputes: a payer, or the payer's bank, wants the money of a payment back. */
export const disputes = {
  getDispute: defineOperation({
    id: "payments.dispute.get",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "Read a dispute by its vendor's id, as an app does that was told of it",
    input: DisputeOfInput,
    output: DisputeView,
  }),
  listDisputes: defineOperation({
    id: "payments.dispute.list",
    family,
    effect: "read",
    permission: "srv_nexus.payments:read",
    summary: "List the disputes of a payment",
    input: ListDisputesInput,
    output: DisputeList,
  }),
} as const;
