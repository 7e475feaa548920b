import type { Operation } from "../../contracts/operation.ts";
import type { MadeFor } from "../../contracts/payments/vendor-objects.ts";
import { NexusError } from "../../errors.ts";
import type { Route } from "../../families/family.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { findCustomer, isOwn } from "./own-objects.ts";

interface Charged {
  readonly operation: Operation;
  readonly provider: string;
  readonly object: { readonly madeFor: MadeFor | null; readonly customerId: string | null };
  readonly route: Route;
}

/**
 * Whether something that a customer was charged is the calling app's. What bears no mark is, where its customer is: vendors
 * make invoices themselves, and do not say for whom.
 */
export const ownByCustomer = async (
  ctx: ProcedureContext,
  { operation, provider, object: { madeFor, customerId }, route }: Charged,
): Promise<boolean> => {
  if (isOwn(madeFor, ctx.call, route, operation)) return true;
  if (madeFor !== null || customerId === null) return false;
  try {
    await findCustomer(ctx, { operation, provider, id: customerId });
    return true;
  } catch (error) {
    if (NexusError.is(error) && error.code === "NOT_FOUND") return false;
    throw error;
  }
};
