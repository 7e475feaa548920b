import { z } from "zod";
import { appScopeOf } from "../../contracts/app-scope-of.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { MovedMoney } from "../../contracts/payments/money.ts";
import { TimeZone } from "../../contracts/time-zone.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { firstIdOf } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { PaymentState, PaymentView } from "./payment-view.ts";
import { selectPayments, selectPaymentSums, type ListedPaymentRow, type PaymentQuery } from "./store-lists.ts";

const name = z.string().min(1).max(256).optional();

/** Input of `listPayments`. */
export const ListPaymentsInput = z.strictObject({
  before: z.uuid().toLowerCase().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(50),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional().describe("Exclusive"),
  kind: z
    .string()
    .regex(/^[a-z]{1,32}$/)
    .optional()
    .describe("What was asked for: checkout, order, link, refund, customer, portal, subscription and so on"),
  state: z.array(PaymentState).min(1).max(10).optional().describe("Any of these"),
  appId: name,
  vendor: name,
  reference: name,
});
export type ListPaymentsInput = z.input<typeof ListPaymentsInput>;

export const ListPaymentsOutput = z.object({
  payments: z.array(PaymentView),
  next: z
    .string()
    .nullable()
    .describe("Pass as `before`; null at the end. A filtered page may be short, even empty, and still go on"),
});
export type ListPaymentsOutput = z.output<typeof ListPaymentsOutput>;

export const GetPaymentInput = z.strictObject({ operationId: z.uuid().toLowerCase() });
export type GetPaymentInput = z.input<typeof GetPaymentInput>;

export const GetPaymentOutput = z.object({
  payment: PaymentView,
  changes: z.array(PaymentView).describe("What was asked for of it since, newest first"),
});
export type GetPaymentOutput = z.output<typeof GetPaymentOutput>;

export const SumPaymentsInput = z
  .strictObject({
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }).describe("Exclusive; at most 92 days later"),
    timeZone: TimeZone.default("UTC").describe("Where days begin, by its IANA name"),
    appId: name,
  })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from) && Date.parse(to) - Date.parse(from) <= 92 * 86_400_000, {
    path: ["to"],
    error: "later than from, by at most 92 days",
  });
export type SumPaymentsInput = z.input<typeof SumPaymentsInput>;

export const SumPaymentsOutput = z.object({
  sums: z.array(
    z.object({
      at: z.iso.datetime().describe("Begin of the day in the time zone"),
      kind: z.enum(["payment", "refund"]),
      state: PaymentState,
      count: z.int(),
      amount: MovedMoney.extend({ amount: z.string().regex(/^\d{1,24}$/) }),
    }),
  ),
});
export type SumPaymentsOutput = z.output<typeof SumPaymentsOutput>;

const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const prefixes: Readonly<Record<string, string>> = {
  "payments.checkout.create": "chk",
  "payments.order.create": "ord",
  "payments.refund.create": "ref",
  "payments.link.create": "lnk",
};

const idOf = (operation: string, operationId: string): string | null => {
  const prefix = prefixes[operation];
  return prefix === undefined ? null : `${prefix}_${operationId}`;
};

const money = (amount: bigint | string | null | undefined, currency: string | null): MovedMoney | null =>
  amount === null || amount === undefined || currency === null
    ? null
    : MovedMoney.parse({ amount: amount.toString(), currency });

/** The vendor's word, or what our own refunds come to, where the vendor was not asked since. */
const refundedOf = ({ refunds, currency, seen }: ListedPaymentRow): MovedMoney | null => {
  const told = seen?.refunded ?? null;
  return told !== null && BigInt(told.amount) >= refunds ? told : refunds > 0n ? money(refunds, currency) : told;
};

const viewOf = (row: ListedPaymentRow): PaymentView => ({
  operationId: row.operation_id,
  operation: row.name,
  paymentId: idOf(row.name, row.operation_id),
  of:
    row.parent_id === null || row.parent_name === null
      ? null
      : {
          operationId: row.parent_id,
          operation: row.parent_name,
          paymentId: idOf(row.parent_name, row.parent_id),
          reference: row.parent_reference,
        },
  reference: row.reference,
  amount: money(row.amount, row.currency),
  captured: row.seen?.captured ?? null,
  refunded: refundedOf(row),
  appId: row.app_id === "" ? null : row.app_id,
  userId: row.user_id,
  keyId: row.key_id,
  provider: row.vendor,
  credentialTier: row.credential_tier,
  state: row.state,
  progress: row.progress,
  status: row.seen?.status ?? null,
  providerStatus: row.seen?.providerStatus ?? null,
  next: nextOf(row),
  seenAt: row.seen_at?.toISOString() ?? null,
  doubt: row.doubt,
  errorCode: row.error_code,
  heldNanos: row.held,
  costNanos: row.cost,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** What nobody has looked at since it was made waits for its payer. */
const nextOf = ({ state, over, seen, name }: ListedPaymentRow): PaymentView["next"] => {
  if (state !== "open" && state !== "to_capture") return null;
  if (over) return null;
  if (seen !== null) return seen.next;
  return name === "payments.refund.create" ? "wait" : "payer";
};

type ListDeps = Pick<Deps, "db">;

/** Payments of an organization, or of one of its apps, with whatever is asked for of them. */
const find = async ({ db }: ListDeps, ctx: CallContext, query: Omit<PaymentQuery, "organizationId">) => {
  const own = appScopeOf(ctx);
  // Another app's are not there.
  if (own !== undefined && query.appId !== undefined && query.appId !== own) return { rows: [], next: undefined };
  return selectPayments(db.pool, { ...query, organizationId: ctx.organizationId, appId: own ?? query.appId });
};

const floorOf = (at: string | undefined, otherwise: string): string =>
  at === undefined ? otherwise : firstIdOf(Date.parse(at));

/** Payments, refunds and changes that the caller sees, newest first, each as it stood when its vendor was last asked. */
export const listPayments = async (
  deps: ListDeps,
  ctx: CallContext,
  input: ListPaymentsInput,
): Promise<ListPaymentsOutput> => {
  const { before, from, to, state, ...query } = parseInput(ListPaymentsInput, input);
  const { rows, next } = await find(deps, ctx, {
    ...query,
    states: state,
    from: floorOf(from, firstIdOf(0)),
    before: [before ?? lastId, floorOf(to, lastId)].sort()[0] ?? lastId,
  });
  return { payments: rows.map(viewOf), next: next ?? null };
};

/** How many changes of one payment are shown. */
const mostChanges = 100;

/** One of them, with what was asked for of it since. */
export const getPayment = async (
  deps: ListDeps,
  ctx: CallContext,
  input: GetPaymentInput,
): Promise<GetPaymentOutput> => {
  const { operationId } = parseInput(GetPaymentInput, input);
  const { rows } = await find(deps, ctx, {
    about: operationId,
    from: firstIdOf(0),
    before: lastId,
    limit: mostChanges + 1,
  });
  const views = rows.map(viewOf);
  const payment = views.find((view) => view.operationId === operationId);
  if (payment === undefined) throw new NexusError("NOT_FOUND", { message: "There is no such payment." });
  return { payment, changes: views.filter((view) => view !== payment) };
};

/** What was asked for of each day, by currency and by what became of it. */
export const sumPayments = async (
  { db }: ListDeps,
  ctx: CallContext,
  input: SumPaymentsInput,
): Promise<SumPaymentsOutput> => {
  const { from, to, timeZone, appId } = parseInput(SumPaymentsInput, input);
  const own = appScopeOf(ctx);
  if (own !== undefined && appId !== undefined && appId !== own) return { sums: [] };
  const rows = await selectPaymentSums(db.pool, {
    organizationId: ctx.organizationId,
    appId: own ?? appId,
    from: firstIdOf(Date.parse(from)),
    to: firstIdOf(Date.parse(to)),
    timeZone,
  });
  const amountOf = SumPaymentsOutput.shape.sums.element.shape.amount;
  return {
    sums: rows.map(({ at, kind, state, count, amount, currency }) => ({
      at: at.toISOString(),
      kind,
      state,
      count: Number(count),
      amount: amountOf.parse({ amount, currency }),
    })),
  };
};
