import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { PriceListDeps } from "./list-prices.ts";
import { loadPriceBook, releasesOf } from "./load-price-book.ts";
import type { PriceBook } from "./price-book.ts";
import type { PriceOverride } from "./price.ts";
import { PriceView, viewOverride } from "./price-view.ts";

/** Input of `listPriceChanges`. */
export const ListPriceChangesInput = z.strictObject({
  after: z.uuid().optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(100).default(20),
});
export type ListPriceChangesInput = z.input<typeof ListPriceChangesInput>;

const PriceChange = z.object({
  id: z.string().describe("Of its first row"),
  vendor: z.string().describe("By its id in the register, such as openai"),
  model: z.string().describe("The vendor's own model id"),
  organizationId: z.string().nullable().describe("For whom; null: for every organization"),
  own: z.boolean().describe("Set by the organization for servers of its own"),
  effectiveFrom: z.iso.datetime().describe("From when on it holds"),
  authorId: z.string().describe("Who set it"),
  state: z
    .enum(["coming", "in_force", "replaced"])
    .describe("coming: holds later; in_force: a price of it holds now; replaced: a later one, or none, took its place"),
  prices: z.array(PriceView).describe("What was set; a price of null ended an override"),
});

export const ListPriceChangesOutput = z.object({
  releases: z.array(z.string()).describe("What the bundled prices come with, on top of which changes are made"),
  changes: z.array(PriceChange).describe("What was set on top, latest to take effect first"),
  next: z.string().nullable().describe("Pass as `after` for the next page; null at the end"),
});
export type ListPriceChangesOutput = z.output<typeof ListPriceChangesOutput>;

/** Rows that were set in one step. */
const stepOf = (row: PriceOverride): string =>
  [row.vendor, row.model, row.organizationId ?? "", row.own, row.effectiveFrom, row.authorId].join("\n");

const stateOf = (book: PriceBook, rows: readonly PriceOverride[], now: number): "coming" | "in_force" | "replaced" => {
  const [first] = rows;
  if (!first) return "replaced";
  if (first.effectiveFrom > now) return "coming";
  const { vendor, model, organizationId, own } = first;
  const set = book.priceSet({ vendor, model, at: now, organizationId: organizationId ?? "", own });
  const inForce = new Set(set?.tiers.flatMap(({ prices }) => prices.map((price) => price?.id)));
  return rows.some(({ id }) => inForce.has(id)) ? "in_force" : "replaced";
};

/** The versions of the price book: what it comes with, and what was set on top of it that the caller may see. */
export const listPriceChanges = async (
  deps: PriceListDeps,
  { organizationId, actor }: Pick<CallContext, "organizationId" | "actor">,
  input: ListPriceChangesInput = {},
): Promise<ListPriceChangesOutput> => {
  const { after, limit } = parseInput(ListPriceChangesInput, input);
  const book = await loadPriceBook(deps.db.pool, deps.vendors);
  const now = deps.clock.now();
  const seesAll = actor.kind === "user" && actor.platformBypass;
  const seen = book.overrides.filter(
    (row) => seesAll || row.organizationId === null || row.organizationId === organizationId,
  );
  const steps = [...Map.groupBy(seen, stepOf).values()].toReversed();
  const from = after === undefined ? 0 : steps.findIndex(([first]) => first?.id === after) + 1;
  const page = steps.slice(from, from + limit);
  return {
    releases: [...releasesOf(deps.vendors)],
    changes: page.flatMap((rows) => {
      const [first] = rows;
      if (!first) return [];
      const { id, vendor, model, own, effectiveFrom, authorId } = first;
      return [
        {
          id,
          vendor,
          model,
          organizationId: first.organizationId,
          own,
          effectiveFrom: new Date(effectiveFrom).toISOString(),
          authorId,
          state: stateOf(book, rows, now),
          prices: rows.map(viewOverride),
        },
      ];
    }),
    next: steps.length > from + limit ? (page.at(-1)?.[0]?.id ?? null) : null,
  };
};
