import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { FamilyName } from "../../contracts/operation.ts";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import type { Deps } from "../../platform/deps.ts";
import type { VendorRegister } from "../existence/index.ts";
import { loadPriceBook } from "./load-price-book.ts";
import type { PriceBook } from "./price-book.ts";
import { PriceView, viewPrice } from "./price-view.ts";

/** Input of `listPrices`. */
export const ListPricesInput = z.strictObject({
  vendor: z.string().min(1).max(64).optional(),
  model: z.string().min(1).max(256).optional().describe("With `vendor`; dated and aliased names are found"),
  search: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe("Models in whose name, with the vendor's before it, all these words are"),
  at: z.iso.datetime({ offset: true }).optional().describe("Prices as they were or will be; now when absent"),
  after: z.string().max(321).optional().describe("`next` of the page before"),
  limit: z.int().min(1).max(200).default(50).describe("Models a page"),
});
export type ListPricesInput = z.infer<typeof ListPricesInput>;

/** The prices in force for the caller's organization: those of models first, by vendor and model. */
export const ListPricesOutput = z.object({
  prices: z.array(PriceView),
  next: z.string().nullable().describe("Pass as `after` for the next page; null at the end"),
});
export type ListPricesOutput = z.infer<typeof ListPricesOutput>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What the verb needs. */
export interface PriceListDeps extends Deps {
  readonly vendors: VendorRegister<PricedVendor>;
}

/** Models come before what mail and payments cost: most people look for them. */
const familyRank: Readonly<Record<FamilyName, number>> = { ai: 0, email: 1, payments: 2 };

/** A model that may be listed, by its place in the list. */
interface PlacedModel {
  readonly vendor: string;
  readonly model: string;
  readonly key: string;
}

const inOrder =
  (vendors: PriceListDeps["vendors"]) =>
  (a: PlacedModel, b: PlacedModel): number => {
    const rank = ({ vendor }: PlacedModel): number => familyRank[vendors.get(vendor)?.family ?? "ai"];
    return rank(a) - rank(b) || compare(a.key, b.key);
  };

const placed = (key: string): PlacedModel => {
  const [vendor = "", ...model] = key.split("/");
  return { vendor, model: model.join("/"), key };
};

const modelsOf = (
  { book, vendors: registered }: { readonly book: PriceBook; readonly vendors: PriceListDeps["vendors"] },
  vendor: string | undefined,
  organizationId: string,
): PlacedModel[] => {
  const vendors =
    vendor === undefined ? new Set([...registered.keys(), ...book.overrides.map((row) => row.vendor)]) : [vendor];
  return [...vendors]
    .flatMap((name) =>
      book.models(name, organizationId).map((model) => ({ vendor: name, model, key: `${name}/${model}` })),
    )
    .sort(inOrder(registered));
};

/** Lists effective prices: the organization's own where it has them, else the platform's, else the catalogue's. */
export const listPrices = async (
  deps: PriceListDeps,
  { organizationId }: Pick<CallContext, "organizationId">,
  input: ListPricesInput,
): Promise<ListPricesOutput> => {
  if (input.model !== undefined && input.vendor === undefined) {
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "vendor", expected: "the vendor of the model" }],
    });
  }
  const book = await loadPriceBook(deps.db.pool, deps.vendors);
  const at = input.at === undefined ? deps.clock.now() : Date.parse(input.at);
  const byId = new Map(book.overrides.map((row) => [row.id, row]));
  const pricesOf = (vendor: string, model: string): PriceView[] => {
    const set = book.priceSet({ vendor, model, at, organizationId, own: true });
    const rows = new Map(
      set?.tiers.flatMap(({ prices }) => prices.flatMap((price) => (price ? [[price.id, price] as const] : []))),
    );
    return [...rows.values()].map((price) => viewPrice(vendor, model, price, byId.get(price.id)));
  };
  if (input.vendor !== undefined && input.model !== undefined) {
    return { prices: pricesOf(input.vendor, input.model), next: null };
  }
  const { after, limit } = input;
  const words = input.search?.toLowerCase().split(/\s+/) ?? [];
  const later = inOrder(deps.vendors);
  const from = after === undefined ? undefined : placed(after);
  const rest = modelsOf({ book, vendors: deps.vendors }, input.vendor, organizationId).filter(
    (one) =>
      (from === undefined || later(from, one) < 0) && words.every((word) => one.key.toLowerCase().includes(word)),
  );
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    prices: page.flatMap(({ vendor, model }) => pricesOf(vendor, model)),
    next: rest.length > page.length && last ? last.key : null,
  };
};
