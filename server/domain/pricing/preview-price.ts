import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { unitClasses } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { requireVendorName } from "../existence/index.ts";
import { loadPriceBook, priceBookWith } from "./load-price-book.ts";
import type { PriceBook } from "./price-book.ts";
import { priceOf } from "./price-set.ts";
import { authorOf, rowsToWrite, SetPriceInput, type PriceDeps } from "./set-price.ts";
import { selectCallsOf } from "./store.ts";

const nanos = z.string().nullable().describe("Nano-USD per million units; null: no price");

export const PreviewPriceOutput = z.object({
  effectiveFrom: z.iso.datetime().describe("From when on it would hold"),
  changes: z
    .array(
      z.object({
        unitClass: z.enum(unitClasses).describe("What is metered"),
        before: nanos,
        after: nanos,
      }),
    )
    .describe("Classes whose price for requests of any size would change, those billed at another's rate included"),
  callsOfMonth: z
    .int()
    .nullable()
    .describe("Calls of the model in the last 30 days by the organization; null: the price is for every organization"),
});
export type PreviewPriceOutput = z.output<typeof PreviewPriceOutput>;

/** What setting prices would change; the same input, and the same refusals, as setting them. */
export const previewPrice = async (
  deps: PriceDeps,
  ctx: CallContext,
  input: z.input<typeof SetPriceInput>,
): Promise<PreviewPriceOutput> => {
  const parsed = parseInput(SetPriceInput, input);
  const { authorId, own } = authorOf(deps, ctx, parsed);
  const { vendor, model, organizationId } = parsed;
  requireVendorName(deps.vendors, vendor);
  const now = deps.clock.now();
  const at = parsed.effectiveFrom === undefined ? now : Date.parse(parsed.effectiveFrom);
  if (at < now)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "effectiveFrom", expected: "a moment that has not passed" }],
    });
  const book = await loadPriceBook(deps.db.pool, deps.vendors);
  const rows = rowsToWrite(parsed, book, at, own);
  const would = priceBookWith(deps.vendors, [
    ...book.overrides,
    ...rows.map((row) => ({ ...row, vendor, model, organizationId, own, effectiveFrom: at, authorId, createdAt: now })),
  ]);
  const priceIn = (one: PriceBook, unitClass: (typeof unitClasses)[number]): string | null => {
    const set = one.priceSet({ vendor, model, at, organizationId: organizationId ?? "", own });
    return (set && priceOf(set, unitClass)?.nanosPerMillion.toString()) ?? null;
  };
  return {
    effectiveFrom: new Date(at).toISOString(),
    changes: unitClasses
      .map((unitClass) => ({ unitClass, before: priceIn(book, unitClass), after: priceIn(would, unitClass) }))
      .filter(({ before, after }) => before !== after),
    callsOfMonth:
      organizationId === null ? null : await selectCallsOf(deps.db.pool, { organizationId, vendor, model, now }),
  };
};
