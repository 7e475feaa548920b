import { z } from "zod";
import { plainText } from "../../contracts/payments/input-parts.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { billedApp, ofApp, type BillingCaller } from "./billed-app.ts";
import { MeterEventState } from "./meter-events.ts";
import { listedApp } from "./plans.ts";
import { countMeterEvents, resolveStuck, selectMeterEvents, selectStuck } from "./store-meter-events.ts";

/** Input of `billingExport`. */
export const BillingExportInput = z.strictObject({
  ...ofApp,
  state: MeterEventState.exclude(["sent"]).optional(),
  after: z
    .string()
    .regex(/^[1-9][0-9]{0,17}$/, { error: "`next` of the page before" })
    .optional()
    .describe("`next` of the page before"),
  limit: z.int().min(1).max(200).default(50),
});
export type BillingExportInput = z.input<typeof BillingExportInput>;

export const BillingExportOutput = z.object({
  waiting: z.int(),
  refused: z.int(),
  unclear: z.int(),
  oldestWaitingAt: z.iso.datetime().nullable(),
  events: z
    .array(
      z.object({
        entryId: z.uuid().describe("Of the wallet's entry; the event's identifier at Stripe"),
        appId: z.string(),
        customerId: z.string(),
        eventName: z.string(),
        stripeCustomerId: z.string(),
        valueNanos: z.string().describe("Nano-USD, a decimal string; below zero where it corrects"),
        at: z.iso.datetime(),
        state: MeterEventState,
        tries: z.int(),
        error: z.string().nullable(),
      }),
    )
    .describe("Those that Stripe does not have, or not for certain, in the order in which they were charged"),
  next: z.string().nullable().describe("Pass as `after`; null at the end"),
});
export type BillingExportOutput = z.infer<typeof BillingExportOutput>;

/** What of the charges Stripe has still to be told. */
export const billingExport = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: BillingExportInput = {},
): Promise<BillingExportOutput> => {
  const { appId, state, after, limit } = parseInput(BillingExportInput, input);
  const { organizationId } = ctx;
  const counts = await countMeterEvents(db.pool, organizationId);
  const rows = await selectMeterEvents(db.pool, {
    organizationId,
    appId: listedApp(ctx, appId),
    state,
    after,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  return {
    waiting: counts.waiting,
    refused: counts.refused,
    unclear: counts.unclear,
    oldestWaitingAt: counts.oldest?.toISOString() ?? null,
    events: page.map((row) => ({
      entryId: row.entry_id,
      appId: row.app_id,
      customerId: row.customer_id,
      eventName: row.event_name,
      stripeCustomerId: row.stripe_customer_id,
      valueNanos: row.value,
      at: row.at.toISOString(),
      state: row.state,
      tries: row.tries,
      error: row.error,
    })),
    next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
  };
};

/** Input of `resolveBillingExport`. */
export const ResolveBillingExportInput = z.strictObject({
  entryIds: z.array(z.uuid().toLowerCase()).min(1).max(1_000),
  as: z
    .enum(["send_again", "counted"])
    .describe("send_again: once what Stripe refused has been put right; counted: Stripe has it, do not send it"),
  reason: plainText(1_000),
});
export type ResolveBillingExportInput = z.input<typeof ResolveBillingExportInput>;

export const ResolveBillingExportOutput = z.object({ resolved: z.int() });
export type ResolveBillingExportOutput = z.infer<typeof ResolveBillingExportOutput>;

/** Decides by hand about events that Stripe refused, or may have counted. */
export const resolveBillingExport = async (
  deps: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: ResolveBillingExportInput,
): Promise<ResolveBillingExportOutput> => {
  const { entryIds, as, reason } = parseInput(ResolveBillingExportInput, input);
  const { organizationId } = ctx;
  return auditedChange(deps, ctx, async (tx, audit) => {
    const stuck = await selectStuck(tx, organizationId, entryIds);
    for (const { appId } of stuck) billedApp(ctx, appId);
    if (stuck.length === 0)
      throw new NexusError("NOT_FOUND", { message: "None of these events is refused or unclear." });
    const ids = stuck.map(({ entryId }) => entryId);
    const resolved = await resolveStuck(tx, organizationId, ids, as === "counted" ? "sent" : "waiting");
    await audit({ action: "billing_export.resolve", target: as, details: { organizationId, entryIds: ids, reason } });
    return { resolved };
  });
};
