import type { z } from "zod";
import { payments, type SubscriptionOfInput } from "../../contracts/payments.ts";
import type { SubscriptionView } from "../../contracts/payments/answers.ts";
import { NexusError } from "../../errors.ts";
import { paymentsRead } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";

/**
 * Reads a subscription by its vendor's id. In an account of the organization's own it may read any; in the platform's,
 * which others share, only what was made for it.
 */
export const getSubscription = async (
  ctx: ProcedureContext,
  { provider, subscriptionId }: z.infer<typeof SubscriptionOfInput>,
): Promise<SubscriptionView> => {
  const { answer, route } = await askVendor(
    ctx,
    paymentsRead({
      operation: payments.getSubscription,
      place: { question: { operation: payments.getSubscription.id, provider } },
      ask: (vendor, io) => vendor.readSubscription(subscriptionId, io),
    }),
  );
  const { madeFor, ...subscription } = answer;
  if (route.credential.organizationId === null && madeFor !== ctx.call.organizationId)
    throw new NexusError("NOT_FOUND", { message: "There is no such subscription." });
  return { ...subscription, provider: route.target.vendor };
};
