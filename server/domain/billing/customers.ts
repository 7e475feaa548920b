import { z } from "zod";
import { plainText } from "../../contracts/payments/input-parts.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { billedApp, ofApp, type BillingCaller } from "./billed-app.ts";
import { AppCustomerId } from "./customer-id.ts";
import { listedApp } from "./plans.ts";
import { selectCustomers, upsertCustomer, type CustomerRow } from "./store-customers.ts";
import { selectPlans } from "./store-plans.ts";

const nanos = z.string().describe("Nano-USD, a decimal string");

/** A customer of an app, with its wallet. */
export const BilledCustomer = z.object({
  customerId: AppCustomerId,
  appId: z.string(),
  name: z.string().nullable(),
  plan: z.string().nullable().describe("Null: calls are charged what they cost"),
  stripeCustomerId: z.string().nullable(),
  blocked: z.boolean(),
  createdAt: z.iso.datetime(),
  wallet: z.object({
    balanceNanos: nanos.describe("Nano-USD that calls can still be held against: credits less what is spent and held"),
    creditNanos: nanos.describe("Nano-USD that were credited, less what was taken back"),
    spentNanos: nanos,
    heldNanos: nanos.describe("Nano-USD that calls under way, or of unknown outcome, may still cost"),
    allowanceNanos: nanos.describe(
      "Nano-USD of this month's allowance; it is granted with the first call of a month, or a minute later",
    ),
  }),
});
export type BilledCustomer = z.infer<typeof BilledCustomer>;

/** Input of `setCustomer`. What is left out stays as it is. */
export const SetCustomerInput = z.strictObject({
  ...ofApp,
  customerId: AppCustomerId,
  name: plainText(200).nullable().optional(),
  plan: z.string().min(1).max(100).nullable().optional().describe("Null: none, calls are charged what they cost"),
  stripeCustomerId: z
    .string()
    .regex(/^cus_[A-Za-z0-9]{1,200}$/, { error: "the id of a Stripe customer, cus_…" })
    .nullable()
    .optional()
    .describe("Whose meters its charges are told to"),
  blocked: z.boolean().optional().describe("Refuses its calls"),
});
export type SetCustomerInput = z.input<typeof SetCustomerInput>;

export const BilledCustomerInput = z.strictObject({ ...ofApp, customerId: AppCustomerId });
export type BilledCustomerInput = z.input<typeof BilledCustomerInput>;

/** Input of `listCustomers`. */
export const ListCustomersInput = z.strictObject({
  ...ofApp,
  search: z.string().min(1).max(128).optional().describe("In id or name"),
  after: z.uuid().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
});
export type ListCustomersInput = z.input<typeof ListCustomersInput>;

export const ListCustomersOutput = z.object({
  customers: z.array(BilledCustomer),
  next: z.string().nullable().describe("Pass as `after`; null at the end"),
});
export type ListCustomersOutput = z.infer<typeof ListCustomersOutput>;

const viewOf = (row: CustomerRow): BilledCustomer => ({
  customerId: row.customer_id,
  appId: row.app_id,
  name: row.name,
  plan: row.plan,
  stripeCustomerId: row.stripe_customer_id,
  blocked: row.blocked,
  createdAt: row.created_at.toISOString(),
  wallet: {
    balanceNanos: (BigInt(row.credit) - BigInt(row.spent) - BigInt(row.held)).toString(),
    creditNanos: row.credit,
    spentNanos: row.spent,
    heldNanos: row.held,
    allowanceNanos: row.granted,
  },
});

const unknown = (customerId: string): NexusError => new NexusError("CUSTOMER_UNKNOWN", { details: { customerId } });

/** One customer of an app; throws CUSTOMER_UNKNOWN. */
export const requireCustomer = async (
  db: Parameters<typeof selectCustomers>[0],
  ctx: BillingCaller,
  { appId: named, customerId }: { readonly appId?: string | undefined; readonly customerId: string },
): Promise<CustomerRow> => {
  const appId = billedApp(ctx, named);
  const [row] = await selectCustomers(db, { organizationId: ctx.organizationId, appId, customerId, limit: 1 });
  if (row === undefined) throw unknown(customerId);
  return row;
};

/** Creates a customer with an empty wallet, or changes what is given of one. */
export const setCustomer = async (
  deps: DirectoryDeps,
  ctx: BillingCaller,
  input: SetCustomerInput,
): Promise<BilledCustomer> => {
  const { customerId, appId: named, ...given } = parseInput(SetCustomerInput, input);
  const { organizationId } = ctx;
  const appId = billedApp(ctx, named);
  await requireSubject(deps, { organizationId, scope: "app", scopeId: appId });
  return auditedChange(deps, ctx, async (tx, audit) => {
    const one = { organizationId, appId, customerId, limit: 1 };
    const [before] = await selectCustomers(tx, one);
    const plan = given.plan === undefined ? (before?.plan ?? null) : given.plan;
    const [found] = plan === null ? [] : await selectPlans(tx, { organizationId, appId, name: plan });
    if (plan !== null && found === undefined)
      throw new NexusError("INVALID_INPUT", { issues: [{ field: "plan", expected: "a plan of the app" }] });
    await upsertCustomer(tx, {
      walletId: before?.wallet_id ?? newId(),
      organizationId,
      appId,
      customerId,
      name: given.name === undefined ? (before?.name ?? null) : given.name,
      planId: found?.plan_id ?? null,
      stripeCustomerId:
        given.stripeCustomerId === undefined ? (before?.stripe_customer_id ?? null) : given.stripeCustomerId,
      blocked: given.blocked ?? before?.blocked ?? false,
    });
    const [row] = await selectCustomers(tx, one);
    if (row === undefined)
      throw new NexusError("INTERNAL", { cause: new Error("a customer that was set is not there") });
    const detailsOf = ({ name, plan: its, stripe_customer_id: stripeCustomerId, blocked }: CustomerRow) => ({
      name,
      plan: its,
      stripeCustomerId,
      blocked,
    });
    await audit({
      action: "customer.set",
      target: customerId,
      details: {
        organizationId,
        appId,
        before: before === undefined ? null : detailsOf(before),
        after: detailsOf(row),
      },
    });
    return viewOf(row);
  });
};

/** A customer with its wallet. */
export const getBilledCustomer = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: BilledCustomerInput,
): Promise<BilledCustomer> => viewOf(await requireCustomer(db.pool, ctx, parseInput(BilledCustomerInput, input)));

/** Customers with their wallets, oldest first. */
export const listCustomers = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: ListCustomersInput = {},
): Promise<ListCustomersOutput> => {
  const { appId, limit, ...query } = parseInput(ListCustomersInput, input);
  const rows = await selectCustomers(db.pool, {
    ...query,
    organizationId: ctx.organizationId,
    appId: listedApp(ctx, appId),
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  return {
    customers: page.map(viewOf),
    next: rows.length > limit ? (page.at(-1)?.wallet_id ?? null) : null,
  };
};
