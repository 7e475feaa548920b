import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { requireVendorName } from "../existence/index.ts";
import type { PriceListDeps } from "./list-prices.ts";
import { loadPriceBook } from "./load-price-book.ts";
import type { PriceBook } from "./price-book.ts";
import { PriceView, viewPrice } from "./price-view.ts";

const mostVersions = 100;

/** Input of `priceHistory`. */
export const PriceHistoryInput = z.strictObject({
  vendor: z.string().min(1).max(64).describe("By its id in the register, such as openai"),
  model: ModelName.describe("The vendor's own model id; dated and aliased names are found"),
});
export type PriceHistoryInput = z.input<typeof PriceHistoryInput>;

const PriceVersion = z.object({
  from: z.iso.datetime().nullable().describe("From when on they hold; null: from the beginning"),
  until: z.iso.datetime().nullable().describe("Until when; null: nothing else is set"),
  present: z.boolean().describe("Whether they hold now"),
  prices: z.array(PriceView).describe("What holds then; empty: the model has no price"),
});

export const PriceHistoryOutput = z.object({
  model: z.string().describe("The model's name in the book"),
  versions: z
    .array(PriceVersion)
    .describe(
      `Newest first, also those to come; empty where the model never had a price. The newest ${mostVersions}. Prices by the time of day are those of its beginning`,
    ),
});
export type PriceHistoryOutput = z.output<typeof PriceHistoryOutput>;

interface OneModel {
  readonly vendor: string;
  readonly model: string;
  readonly organizationId: string;
}

/** When a price of the model changes, for the organization. */
const momentsOf = (book: PriceBook, { vendor, model, organizationId }: OneModel): number[] => {
  const entry = book.find(vendor, model);
  const names = new Set([model, entry?.model ?? model].map((name) => name.toLowerCase()));
  const set = book.overrides.filter(
    (row) =>
      row.vendor === vendor &&
      names.has(row.model.toLowerCase()) &&
      (row.organizationId === null || row.organizationId === organizationId),
  );
  const scheduled = entry?.schedules.flatMap(({ from }) => (from === null ? [] : [from])) ?? [];
  return [...new Set([...set.map(({ effectiveFrom }) => effectiveFrom), ...scheduled])].toSorted((a, b) => a - b);
};

/** What a model has cost the caller's organization, costs now and will cost. */
export const priceHistory = async (
  deps: PriceListDeps,
  { organizationId }: Pick<CallContext, "organizationId">,
  input: PriceHistoryInput,
): Promise<PriceHistoryOutput> => {
  const { vendor, model } = parseInput(PriceHistoryInput, input);
  requireVendorName(deps.vendors, vendor);
  const book = await loadPriceBook(deps.db.pool, deps.vendors);
  const byId = new Map(book.overrides.map((row) => [row.id, row]));
  const now = deps.clock.now();
  const moments = momentsOf(book, { vendor, model, organizationId });
  const pricesAt = (at: number): PriceView[] => {
    const set = book.priceSet({ vendor, model, at, organizationId, own: true });
    const rows = new Map(
      set?.tiers.flatMap(({ prices }) => prices.flatMap((price) => (price ? [[price.id, price] as const] : []))),
    );
    return [...rows.values()].map((price) => viewPrice(vendor, set?.model ?? model, price, byId.get(price.id)));
  };
  const versions = [undefined, ...moments]
    .map((from) => ({ from, prices: pricesAt(from ?? (moments[0] ?? now + 1) - 1) }))
    .filter(({ prices }, at) => at > 0 || prices.length > 0)
    .filter(({ prices }, at, all) => {
      const before = all[at - 1]?.prices.map(({ id }) => id).join();
      return before === undefined || before !== prices.map(({ id }) => id).join();
    })
    .map(({ from, prices }, at, all) => {
      const until = all[at + 1]?.from;
      return {
        from: from === undefined ? null : new Date(from).toISOString(),
        until: until === undefined ? null : new Date(until).toISOString(),
        present: (from ?? 0) <= now && (until === undefined || until > now),
        prices,
      };
    });
  return { model: book.find(vendor, model)?.model ?? model, versions: versions.toReversed().slice(0, mostVersions) };
};
