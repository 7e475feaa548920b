import { z } from "zod";
import { plainText } from "../../contracts/payments/input-parts.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { ofApp, type BillingCaller } from "./billed-app.ts";
import { AppCustomerId } from "./customer-id.ts";
import { BilledCustomer, getBilledCustomer, requireCustomer } from "./customers.ts";
import { moveWallet, selectDays, selectEntries } from "./store-wallets.ts";
import { WalletEntryKind } from "./wallet-entry-kind.ts";

/** One movement of a wallet. */
export const WalletEntry = z.object({
  entryId: z.uuid().describe("Also the identifier of the meter event at Stripe"),
  at: z.iso.datetime(),
  kind: WalletEntryKind,
  amountNanos: z.string().describe("Nano-USD, a decimal string; below zero where it takes from the wallet"),
  operationId: z
    .string()
    .nullable()
    .describe("The call that was charged, or the payment that was credited or refunded"),
  operation: z.string().nullable(),
  model: z.string().nullable(),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
});
export type WalletEntry = z.infer<typeof WalletEntry>;

/** Input of `listWalletEntries`. */
export const ListWalletEntriesInput = z.strictObject({
  ...ofApp,
  customerId: AppCustomerId,
  before: z
    .string()
    .regex(/^[1-9][0-9]{0,18}$/)
    .optional()
    .describe("`next` of the page before"),
  limit: z.int().min(1).max(200).default(50),
});
export type ListWalletEntriesInput = z.input<typeof ListWalletEntriesInput>;

export const ListWalletEntriesOutput = z.object({
  entries: z.array(WalletEntry),
  next: z.string().nullable().describe("Pass as `before`; null at the end"),
});
export type ListWalletEntriesOutput = z.infer<typeof ListWalletEntriesOutput>;

/** A wallet's movements, newest first. */
export const listWalletEntries = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: ListWalletEntriesInput,
): Promise<ListWalletEntriesOutput> => {
  const { limit, before, ...of } = parseInput(ListWalletEntriesInput, input);
  const { wallet_id: walletId } = await requireCustomer(db.pool, ctx, of);
  const rows = await selectEntries(db.pool, walletId, before, limit + 1);
  const page = rows.slice(0, limit);
  return {
    entries: page.map((row) => ({
      entryId: row.entry_id,
      at: row.at.toISOString(),
      kind: row.kind,
      amountNanos: row.amount,
      operationId: row.operation_id,
      operation: row.operation,
      model: row.model === "" ? null : row.model,
      actor: row.actor,
      reason: row.reason,
    })),
    next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
  };
};

/** Input of `customerSpend`. */
export const CustomerSpendInput = z.strictObject({
  ...ofApp,
  customerId: AppCustomerId,
  days: z.int().min(1).max(92).default(30),
});
export type CustomerSpendInput = z.input<typeof CustomerSpendInput>;

export const CustomerSpendOutput = z.object({
  days: z.array(
    z.object({
      day: z.iso.date().describe("In UTC"),
      chargedNanos: z.string().describe("Nano-USD, a decimal string"),
      calls: z.int(),
    }),
  ),
});
export type CustomerSpendOutput = z.infer<typeof CustomerSpendOutput>;

/** What a customer was charged, day by day, up to today. */
export const customerSpend = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: CustomerSpendInput,
): Promise<CustomerSpendOutput> => {
  const { days, ...of } = parseInput(CustomerSpendInput, input);
  const { wallet_id: walletId } = await requireCustomer(db.pool, ctx, of);
  const rows = await selectDays(db.pool, walletId, days);
  return { days: rows.map(({ day, charged, calls }) => ({ day, chargedNanos: charged, calls })) };
};

/** Input of `adjustWallet`. */
export const AdjustWalletInput = z.strictObject({
  ...ofApp,
  customerId: AppCustomerId,
  amountNanos: z
    .string()
    .regex(/^-?[1-9][0-9]{0,17}$/, { error: "nano-USD as a decimal string, not 0" })
    .describe("Nano-USD, a decimal string; below zero to take from the wallet, which may leave it below zero"),
  reason: plainText(1_000),
  adjustmentId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: "1 to 64 letters, digits, _ and -" })
    .optional()
    .describe("An id of yours: the same one adjusts once"),
});
export type AdjustWalletInput = z.input<typeof AdjustWalletInput>;

export const AdjustWalletOutput = z.object({
  booked: z.boolean().describe("False: this adjustment was booked before"),
  customer: BilledCustomer,
});
export type AdjustWalletOutput = z.infer<typeof AdjustWalletOutput>;

/** Adds to a wallet, or takes from it, by hand and with a reason. */
export const adjustWallet = async (
  deps: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: AdjustWalletInput,
): Promise<AdjustWalletOutput> => {
  const { amountNanos, reason, adjustmentId, ...of } = parseInput(AdjustWalletInput, input);
  const { organizationId } = ctx;
  const booked = await auditedChange(deps, ctx, async (tx, audit, unchanged) => {
    const { wallet_id: walletId, app_id: appId } = await requireCustomer(tx, ctx, of);
    const reply = await moveWallet(tx, {
      organizationId,
      walletId,
      kind: "adjustment",
      amount: BigInt(amountNanos),
      source: adjustmentId ?? newId(),
      actor: actorIdOf(ctx.actor),
      reason,
    });
    if (reply === "invalid")
      throw new NexusError("INVALID_INPUT", {
        issues: [{ field: "amountNanos", expected: "an amount with which the wallet stays within its bounds" }],
      });
    if (reply === "same") {
      unchanged();
      return false;
    }
    await audit({
      action: "wallet.adjust",
      target: of.customerId,
      details: { organizationId, appId, amountNanos, reason },
    });
    return true;
  });
  return { booked, customer: await getBilledCustomer(deps, ctx, of) };
};
