import { createHash } from "node:crypto";
import { z } from "zod";
import { Money } from "../../contracts/payments/money.ts";
import { plainText, ProviderName, ReturnUrl } from "../../contracts/payments/input-parts.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { billedApp, ofApp, type BillingCaller } from "./billed-app.ts";
import { AppCustomerId } from "./customer-id.ts";
import { requireCustomer } from "./customers.ts";
import { endTopUp, insertTopUp, selectDueRefunds, selectTopUp, selectTopUps, type TopUpRow } from "./store-top-ups.ts";
import { moveWallet } from "./store-wallets.ts";

const usd = Money.refine(({ currency }) => currency === "USD", { error: "an amount of USD", path: ["currency"] });

/** Input of `topUp`. */
export const TopUpInput = z.strictObject({
  ...ofApp,
  customerId: AppCustomerId,
  amount: usd.describe("What is paid, and credited: USD, in cents"),
  successUrl: ReturnUrl.optional().describe("The app's first registered origin where absent"),
  cancelUrl: ReturnUrl.optional(),
  description: plainText(250).default("Credit"),
  provider: ProviderName,
});
export type TopUpInput = z.infer<typeof TopUpInput>;

const topUpId = z.string().regex(/^topup:[a-p]{40}$/, { error: "the id of a top-up" });

/** A top-up of a customer's wallet. */
export const TopUp = z.object({
  topUpId: topUpId.describe("The business reference of its checkout"),
  customerId: AppCustomerId,
  appId: z.string(),
  creditNanos: z.string().describe("Nano-USD, a decimal string"),
  status: z.enum(["open", "credited", "over"]).describe("over: nobody can pay it any more"),
  checkoutId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  creditedAt: z.iso.datetime().nullable(),
});
export type TopUp = z.infer<typeof TopUp>;

export const TopUpOfInput = z.strictObject({ ...ofApp, topUpId });
export type TopUpOfInput = z.infer<typeof TopUpOfInput>;

export const ListTopUpsInput = z.strictObject({
  ...ofApp,
  customerId: AppCustomerId,
  limit: z.int().min(1).max(100).default(20),
});
export type ListTopUpsInput = z.input<typeof ListTopUpsInput>;
export const ListTopUpsOutput = z.object({ topUps: z.array(TopUp) });
export type ListTopUpsOutput = z.infer<typeof ListTopUpsOutput>;

export const viewTopUp = (row: TopUpRow): TopUp => ({
  topUpId: row.reference,
  customerId: row.customerId,
  appId: row.appId,
  creditNanos: row.credit.toString(),
  status: row.creditedAt !== null ? "credited" : row.lookAt === null ? "over" : "open",
  checkoutId: row.operationId === null ? null : `chk_${row.operationId}`,
  createdAt: row.createdAt.toISOString(),
  creditedAt: row.creditedAt?.toISOString() ?? null,
});

const nanosPerCent = 10_000_000n;

/** The same top-up for the same key; in letters, so that it is no number of a card. */
const referenceOf = (walletId: string, key: string): string => {
  const digest = createHash("sha256").update(`${walletId}\n${key}`).digest("hex").slice(0, 40);
  return `topup:${[...digest].map((digit) => "abcdefghijklmnop".charAt(Number.parseInt(digit, 16))).join("")}`;
};

/** Notes a top-up before its checkout is made: no payment is ever without one. */
export const beginTopUp = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  {
    appId: named,
    customerId,
    amount,
    key,
  }: Pick<TopUpInput, "appId" | "customerId" | "amount"> & { readonly key: string },
): Promise<TopUpRow> => {
  const appId = billedApp(ctx, named);
  const { organizationId } = ctx;
  const { wallet_id: walletId } = await requireCustomer(db.pool, ctx, { appId: named, customerId });
  const reference = referenceOf(walletId, key);
  await insertTopUp(db.pool, {
    organizationId,
    appId,
    reference,
    walletId,
    credit: BigInt(amount.amount) * nanosPerCent,
  });
  return requireTopUp({ db }, ctx, { appId, topUpId: reference });
};

/** A top-up of an app's customer; throws NOT_FOUND. */
export const requireTopUp = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  { appId: named, topUpId: reference }: TopUpOfInput,
): Promise<TopUpRow> => {
  const row = await selectTopUp(db.pool, ctx.organizationId, billedApp(ctx, named), reference);
  if (row === undefined) throw new NexusError("NOT_FOUND", { message: "There is no such top-up." });
  return row;
};

/** A customer's top-ups, newest first. */
export const listTopUps = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: ListTopUpsInput,
): Promise<ListTopUpsOutput> => {
  const { limit, ...of } = parseInput(ListTopUpsInput, input);
  const { wallet_id: walletId } = await requireCustomer(db.pool, ctx, of);
  return { topUps: (await selectTopUps(db.pool, walletId, limit)).map(viewTopUp) };
};

interface SeenCheckout {
  /** It was paid, with what its vendor shows that it came to. */
  readonly paid: boolean;
  readonly over: boolean;
  readonly total: { readonly amount: string; readonly currency: string } | null;
}

/** What was paid, where that is less than was asked for. */
const creditOf = ({ credit }: TopUpRow, { total }: SeenCheckout): bigint => {
  if (total?.currency !== "USD") return credit;
  const paid = BigInt(total.amount) * nanosPerCent;
  return paid < credit ? paid : credit;
};

/** Credits a top-up whose checkout was paid: once, however often it is seen. Says whether this was the time. */
export const takeTopUp = async ({ db }: Pick<Deps, "db">, row: TopUpRow, seen: SeenCheckout): Promise<boolean> => {
  const { organizationId, walletId, operationId } = row;
  if (seen.paid && operationId !== null) {
    const amount = creditOf(row, seen);
    const reply =
      amount > 0n
        ? await moveWallet(db.pool, { organizationId, walletId, kind: "top_up", amount, source: operationId })
        : "same";
    if (reply === "invalid" || reply === "unknown")
      throw new NexusError("INTERNAL", { cause: new Error(`a top-up was not credited: ${reply}`) });
    await endTopUp(db.pool, row, true);
    return reply === "booked";
  }
  if (seen.over) await endTopUp(db.pool, row, false);
  return false;
};

const book = async ({ db }: Pick<Deps, "db">, due: Awaited<ReturnType<typeof selectDueRefunds>>): Promise<number> => {
  for (const { organizationId, walletId, operationId, amount, failed } of due)
    await moveWallet(db.pool, {
      organizationId,
      walletId,
      kind: failed ? "refund_failed" : "refund",
      amount: (failed ? amount : -amount) * nanosPerCent,
      source: operationId,
    });
  return due.length;
};

/** Books refunds of top-ups: each once. Says how many. */
export const takeRefunds = async (deps: Pick<Deps, "db">, limit = 200): Promise<number> =>
  book(deps, await selectDueRefunds(deps.db.pool, limit));

/** Books a refund, if it is one of a top-up. */
export const takeRefund = async (deps: Pick<Deps, "db">, operationId: string): Promise<void> => {
  await book(deps, await selectDueRefunds(deps.db.pool, 1, operationId));
};
