import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { unitClasses } from "../../contracts/units.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { PriceListDeps } from "./list-prices.ts";
import { loadPriceBook } from "./load-price-book.ts";
import { priceOf } from "./price-set.ts";
import { selectUnpricedClasses } from "./store.ts";

const mostLooked = 10_000;

/** Input of `listUnpriced`. */
export const ListUnpricedInput = z.strictObject({
  days: z.int().min(1).max(30).default(7).describe("How far back, at most"),
});
export type ListUnpricedInput = z.input<typeof ListUnpricedInput>;

export const ListUnpricedOutput = z.object({
  unpriced: z
    .array(
      z.object({
        vendor: z.string().describe("By its id in the register, such as openai"),
        model: z.string().describe("The vendor's own model id"),
        unitClass: z.enum(unitClasses).describe("What was metered and had no price"),
        calls: z.int().describe("How many of the looked-at operations it concerns"),
        lastOperationId: z.string().describe("The latest of them"),
        pricedNow: z.boolean().describe("Whether it has a price now, so that later calls cost what they cost"),
      }),
    )
    .describe(
      `Most calls first; looked for among the newest ${mostLooked.toLocaleString("en-US")} calls of the organization`,
    ),
});
export type ListUnpricedOutput = z.output<typeof ListUnpricedOutput>;

/** What calls of the organization used that had no price, by model and class. Such calls are booked at what was held. */
export const listUnpriced = async (
  deps: PriceListDeps,
  { organizationId }: Pick<CallContext, "organizationId">,
  input: ListUnpricedInput = {},
): Promise<ListUnpricedOutput> => {
  const { days } = parseInput(ListUnpricedInput, input);
  const now = deps.clock.now();
  const [rows, book] = await Promise.all([
    selectUnpricedClasses(deps.db.pool, { organizationId, days, now, limit: mostLooked }),
    loadPriceBook(deps.db.pool, deps.vendors),
  ]);
  return {
    unpriced: rows.flatMap(({ vendor, model, unit_class: name, calls, last }) => {
      const unitClass = unitClasses.find((one) => one === name);
      if (unitClass === undefined) return [];
      const set = book.priceSet({ vendor, model, at: now, organizationId, own: true });
      const pricedNow = set !== null && priceOf(set, unitClass) !== undefined;
      return [{ vendor, model, unitClass, calls, lastOperationId: last, pricedNow }];
    }),
  };
};
