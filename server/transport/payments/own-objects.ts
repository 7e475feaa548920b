import type { CallContext } from "../../contracts/call-context.ts";
import type { Operation } from "../../contracts/operation.ts";
import type { PaymentsVendor } from "../../contracts/payments/payments-vendor.ts";
import type { MadeFor, VendorCustomer, VendorSubscription } from "../../contracts/payments/vendor-objects.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import { isWithin } from "../../domain/payments/index.ts";
import { NexusError } from "../../errors.ts";
import type { Route } from "../../families/family.ts";
import { paymentsRead, type PaymentPin } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { askVendor } from "./ask-vendor.ts";

/** An object at a vendor with the account that has it. */
export interface Held<T> {
  readonly object: T;
  readonly pin: PaymentPin;
}

/** What is marked belongs to the app of the mark, and is seen by the organization's people; what is not belongs to whoever has the account to itself. */
export const isOwn = (
  madeFor: MadeFor | null,
  call: CallContext,
  { credential }: Pick<Route, "credential">,
  { effect }: Pick<Operation, "effect">,
): boolean =>
  madeFor === null
    ? credential.organizationId === call.organizationId
    : madeFor.organizationId === call.organizationId && isWithin(call, madeFor.appId ?? "", effect === "act");

/** Another's is not there: whoever may not see it learns nothing. */
export const missing = (what: string): NexusError =>
  new NexusError("NOT_FOUND", { message: `There is no such ${what}.` });

export interface Sought {
  /** On whose behalf it is read. */
  readonly operation: Operation;
  readonly provider: string;
  readonly id: string;
}

interface Asked<T> extends Sought {
  readonly what: string;
  readonly can: keyof PaymentsVendor;
  readonly read: (vendor: PaymentsVendor, io: VendorIo) => Promise<T>;
}

/** An object by its vendor's id, whoever's it is: of each account of the organization until one knows it. */
export const findAnyones = async <T>(
  ctx: ProcedureContext,
  { operation, provider, what, can, read }: Asked<T>,
): Promise<{ readonly object: T; readonly route: Route; readonly pin: PaymentPin }> => {
  const { answer: object, route } = await askVendor(
    ctx,
    paymentsRead({ operation, place: { accountsAt: provider, can }, ask: read }),
  ).catch((error: unknown) => {
    throw NexusError.is(error) && error.code === "PROVIDER_REJECTED" && error.http === 404 ? missing(what) : error;
  });
  return { object, route, pin: { vendor: route.target.vendor, credentialId: route.credential.id } };
};

/** What a vendor is not asked that cannot do it. */
export const uncallable = (what: string): Promise<never> => Promise.reject(new Error(`no vendor that reads a ${what}`));

/** A subscription of the calling app, by its vendor's id, with the account that has it. */
export const findSubscription = async (ctx: ProcedureContext, sought: Sought): Promise<Held<VendorSubscription>> => {
  const { object, route, pin } = await findAnyones(ctx, {
    ...sought,
    what: "subscription",
    can: "readSubscription",
    read: (vendor, io) => vendor.readSubscription?.(sought.id, io) ?? uncallable("subscription"),
  });
  if (!isOwn(object.madeFor, ctx.call, route, sought.operation)) throw missing("subscription");
  return { object, pin };
};

/** Subscriptions of a customer that are the calling app's, of one page. */
export const listOwn = async (
  ctx: ProcedureContext,
  operation: Operation,
  pin: PaymentPin,
  query: Parameters<NonNullable<PaymentsVendor["listSubscriptions"]>>[0],
): Promise<{ readonly own: readonly VendorSubscription[]; readonly next: string | null }> => {
  const { answer, route } = await askVendor(
    ctx,
    paymentsRead({
      operation,
      place: { pin },
      ask: (vendor, io) => vendor.listSubscriptions?.(query, io) ?? uncallable("list of subscriptions"),
    }),
  );
  const { data, next } = answer;
  return {
    own: data.filter(({ madeFor }) => isOwn(madeFor, ctx.call, route, operation)),
    next,
  };
};

/**
 * A customer of the calling app, by its vendor's id, with the account that has it. One that the vendor made itself, on a
 * checkout page, bears no mark: in an account that others share it is the app's whose subscription it has.
 */
export const findCustomer = async (ctx: ProcedureContext, sought: Sought): Promise<Held<VendorCustomer>> => {
  const { object, route, pin } = await findAnyones(ctx, {
    ...sought,
    what: "customer",
    can: "readCustomer",
    read: (vendor, io) => vendor.readCustomer?.(sought.id, io) ?? uncallable("customer"),
  });
  if (isOwn(object.madeFor, ctx.call, route, sought.operation)) return { object, pin };
  if (object.madeFor !== null) throw missing("customer");
  const query = { customerId: sought.id, status: undefined, limit: 100, after: undefined };
  const { own } = await listOwn(ctx, sought.operation, pin, query);
  if (own.length === 0) throw missing("customer");
  return { object, pin };
};
