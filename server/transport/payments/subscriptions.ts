import type { z } from "zod";
import type { OperationOf } from "../../contracts/operation.ts";
import type {
  CancelSubscriptionInput,
  ListSubscriptionsInput,
  SubscriptionOfInput,
  UpdateSubscriptionInput,
} from "../../contracts/payments/billing.ts";
import { payments } from "../../contracts/payments.ts";
import type { SubscriptionAnswer, SubscriptionPage, SubscriptionView } from "../../contracts/payments/answers.ts";
import type { CancelSubscription, UpdateSubscription } from "../../contracts/payments/payment-act.ts";
import type { VendorSubscription } from "../../contracts/payments/vendor-objects.ts";
import { NexusError } from "../../errors.ts";
import { paymentsActRequest } from "../../families/payments/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";
import { lookAt, seenOf } from "./ask-vendor.ts";
import { identityOf } from "./identity-of.ts";
import { findCustomer, findSubscription, listOwn, type Held } from "./own-objects.ts";
import { requireReturnUrls } from "./return-urls.ts";
import { actedOf, dryRunOf, runAct } from "./run-act.ts";

type Answered = z.infer<typeof SubscriptionAnswer>;

const viewOf = (subscription: VendorSubscription, provider: string): SubscriptionView => {
  const { madeFor: _, ...view } = subscription;
  return { ...view, provider };
};

/** Reads a subscription of the calling app by its vendor's id. */
export const getSubscription = async (
  ctx: ProcedureContext,
  { provider, subscriptionId: id }: z.infer<typeof SubscriptionOfInput>,
): Promise<SubscriptionView> => {
  const { object, pin } = await findSubscription(ctx, { operation: payments.getSubscription, provider, id });
  return viewOf(object, pin.vendor);
};

/** Lists a customer's subscriptions, newest first. */
export const listSubscriptions = async (
  ctx: ProcedureContext,
  { provider, customer: customerId, status, limit, after }: ListSubscriptionsInput,
): Promise<SubscriptionPage> => {
  const operation = payments.listSubscriptions;
  const { pin } = await findCustomer(ctx, { operation, provider, id: customerId });
  const { own, next } = await listOwn(ctx, operation, pin, { customerId, status, limit, after });
  return { subscriptions: own.map((subscription) => viewOf(subscription, pin.vendor)), next };
};

interface Change<A> {
  readonly operation: OperationOf<"act">;
  readonly input: { readonly provider: string; readonly subscriptionId: string; readonly dryRun?: boolean | undefined };
  /** By the subscription as it is; as it was asked for, where a dry run reads nothing. */
  readonly actOn: (subscription: VendorSubscription | undefined) => A;
}

const ended: ReadonlySet<string> = new Set(["canceled", "incomplete_expired"]);

const requireRunning = ({ status }: VendorSubscription): void => {
  if (!ended.has(status)) return;
  throw new NexusError("CONFLICT", {
    message: `A subscription that is ${status} cannot be changed.`,
    details: { kind: "invalid_request", status },
  });
};

const change = async <A extends UpdateSubscription | CancelSubscription>(
  ctx: ProcedureContext,
  { operation, input, actOn }: Change<A>,
): Promise<Answered> => {
  const { provider, subscriptionId, dryRun = false } = input;
  const look = dryRun
    ? undefined
    : await lookAt(async (): Promise<Held<A>> => {
        const { object, pin } = await findSubscription(ctx, { operation, provider, id: subscriptionId });
        requireRunning(object);
        return { object: actOn(object), pin };
      });
  const seen = look !== undefined && "seen" in look ? look.seen : undefined;
  // What kept the subscription from being read is thrown before anything is sent.
  const act = seen?.object ?? actOn(undefined);
  const request = paymentsActRequest({
    operation,
    place: seen === undefined ? { question: { operation: operation.id, provider } } : { pin: seen.pin },
    fee: undefined,
    identity: identityOf(input),
    act,
    claim: async () => {
      if (look !== undefined) seenOf(look);
    },
  });
  if (dryRun) return dryRunOf(ctx, request, act);
  const { object, reply } = await runAct(ctx, "subscription", request);
  return { ...viewOf(object, reply.facts.vendor), ...actedOf(reply) };
};

/** Stands for what is read at the vendor before it is sent: a dry run reads nothing. */
const unread = "read_before_it_is_sent";

const itemOf = (subscription: VendorSubscription | undefined, itemId: string | undefined): string => {
  if (subscription === undefined) return itemId ?? unread;
  const { items } = subscription;
  const [first, ...others] = items;
  const found = itemId === undefined && others.length === 0 ? first : items.find((item) => item.itemId === itemId);
  if (found !== undefined) return found.itemId;
  const known = items.map((item) => item.itemId).join(", ");
  throw new NexusError("INVALID_INPUT", { issues: [{ field: "itemId", expected: `one of its items: ${known}` }] });
};

/** Changes the price or the quantity of a subscription, or whether it ends with its period. */
export const updateSubscription = async (ctx: ProcedureContext, input: UpdateSubscriptionInput): Promise<Answered> => {
  const {
    subscriptionId,
    itemId,
    price: priceId,
    quantity,
    cancelAtPeriodEnd,
    proration,
    returnUrl,
    cancelUrl,
  } = input;
  requireReturnUrls(ctx, { returnUrl, cancelUrl });
  const amount = input.amount && { amount: BigInt(input.amount.amount), currency: input.amount.currency };
  const changesItem = priceId !== undefined || quantity !== undefined || amount !== undefined;
  return change(ctx, {
    operation: payments.updateSubscription,
    input,
    actOn: (subscription): UpdateSubscription => ({
      kind: "subscription.update",
      subscriptionId,
      item: changesItem ? { itemId: itemOf(subscription, itemId), priceId, quantity, amount } : undefined,
      cancelAtPeriodEnd,
      proration,
      returnUrl,
      cancelUrl,
    }),
  });
};

/** Cancels a subscription, now or at the end of its period. */
export const cancelSubscription = (
  ctx: ProcedureContext,
  input: z.infer<typeof CancelSubscriptionInput>,
): Promise<Answered> => {
  const { subscriptionId, at, prorate = false } = input;
  return change(ctx, {
    operation: payments.cancelSubscription,
    input,
    actOn: (): CancelSubscription => ({ kind: "subscription.cancel", subscriptionId, at, prorate }),
  });
};
