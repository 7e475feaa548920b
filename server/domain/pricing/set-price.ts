import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { modelName } from "../../contracts/model-name.ts";
import { unitClasses, type UnitClass } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import type { Ground } from "../../platform/ground.ts";
import { newId } from "../../platform/ids.ts";
import { auditedChange } from "../audit/index.ts";
import { maxNanos } from "./cost-of.ts";
import { loadPriceBook } from "./load-price-book.ts";
import { priceRecord, recordOf, type PriceRecord } from "./price-record.ts";
import type { PriceBook } from "./price-book.ts";
import { priceOf } from "./price-set.ts";
import { insertOverrides, selectNow, type NewOverride } from "./store.ts";

const nanosPerMillion = z
  .string()
  .regex(/^\d{1,19}$/, { abort: true, error: "a whole number of nano-USD, as text" })
  .refine((text) => BigInt(text) <= maxNanos, { error: "at most 9223372036854775807" })
  .describe("Nano-USD per million units, as a decimal string; USD 2.50 per million tokens is 2500000000");

/** Input of `setPrice`. */
export const setPriceInput = z.strictObject({
  vendor: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/),
  model: modelName.describe("The vendor's own model id"),
  organizationId: z.string().min(1).max(128).nullable().describe("Null: the price holds for every organization"),
  prices: z
    .partialRecord(z.enum(unitClasses), nanosPerMillion.nullable())
    .refine((prices) => Object.keys(prices).length > 0, { error: "at least one class" })
    .describe("By unit class; an explicit 0 makes it free, null gives the class back to the platform or the catalogue"),
  effectiveFrom: z.iso.datetime({ offset: true }).optional().describe("Not in the past; at once when absent"),
});
export type SetPriceInput = z.infer<typeof setPriceInput>;

/** The rows that were written. */
export const setPriceOutput = z.object({ prices: z.array(priceRecord) });

const lendingTo: Readonly<Record<"input" | "output", readonly UnitClass[]>> = {
  input: ["cacheRead", "cacheWrite5m", "cacheWrite1h", "cacheWrite30m", "cacheWrite12h", "inputImage"],
  output: ["reasoning"],
};

/** Prices decide what platform money is worth, so only a platform administrator in person sets them. */
const requirePlatformAdministrator = ({ actor }: CallContext): string => {
  if (actor.kind === "user" && actor.platformBypass) return actor.userId;
  throw new NexusError("SCOPE_DENIED", { message: "Only a platform administrator sets prices." });
};

/**
 * Rows for the classes named, and for those without a rate of their own that are billed at the input or output rate,
 * so that nothing has to borrow a price when a call is priced.
 */
const rowsToWrite = (input: SetPriceInput, book: PriceBook, at: number): NewOverride[] => {
  const { vendor, model, organizationId } = input;
  const present = book.priceSet({ vendor, model, at, organizationId: organizationId ?? "" });
  return Object.entries(input.prices).flatMap(([name, text]) => {
    const unitClass = unitClasses.find((known) => known === name);
    if (!unitClass || text === undefined) return [];
    const price = text === null ? null : BigInt(text);
    const named: NewOverride = { id: newId(), unitClass, nanosPerMillion: price, billedAs: null };
    if (unitClass !== "input" && unitClass !== "output") return [named];
    const borrowers = lendingTo[unitClass].filter((borrower) => {
      if (input.prices[borrower] !== undefined) return false;
      const own = present && priceOf(present, borrower);
      return !own || own.billedAs === unitClass;
    });
    return [
      named,
      ...borrowers.map((borrower) => ({
        id: newId(),
        unitClass: borrower,
        nanosPerMillion: price,
        billedAs: unitClass,
      })),
    ];
  });
};

/** Adds price rows on top of the catalogue. Nothing is edited: earlier calls keep the rows they were priced by. */
export const setPrice = async (
  ground: Ground,
  ctx: CallContext,
  input: SetPriceInput,
): Promise<{ prices: PriceRecord[] }> => {
  const authorId = requirePlatformAdministrator(ctx);
  return auditedChange(ground, ctx, async (client, audit) => {
    const now = await selectNow(client);
    const effectiveFrom = input.effectiveFrom === undefined ? now : new Date(input.effectiveFrom);
    if (effectiveFrom < now) {
      throw new NexusError("INVALID_INPUT", {
        issues: [{ field: "effectiveFrom", expected: "a moment that has not passed" }],
      });
    }
    const rows = rowsToWrite(input, await loadPriceBook(client), effectiveFrom.getTime());
    const { vendor, model, organizationId } = input;
    const written = await insertOverrides(client, {
      vendor,
      model,
      organizationId,
      effectiveFrom,
      authorId,
      rows,
    });
    const prices = written.map(recordOf);
    await audit({
      action: "price.set",
      target: `${vendor}/${model}`,
      details: {
        organizationId,
        effectiveFrom: effectiveFrom.toISOString(),
        prices: prices.map(({ id, unitClass, nanosPerMillion: nanos }) => ({
          id,
          unitClass,
          nanosPerMillion: nanos,
        })),
      },
    });
    return { prices };
  });
};
