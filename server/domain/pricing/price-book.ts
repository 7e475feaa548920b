import type { UnitClass } from "../../contracts/units.ts";
import { cataloguePricesAt, nextCatalogueChange } from "./import-catalogue.ts";
import { withDashedDate } from "./match-model.ts";
import { arrangeTiers, type PriceSet } from "./price-set.ts";
import type { CatalogueModel, Price, PriceOverride } from "./price.ts";

/** What is asked of the book: a vendor's model, at a moment, for an organization. */
export interface PriceQuestion {
  readonly vendor: string;
  readonly model: string;
  /** Ms since the epoch; settlement uses the set that was admitted under. */
  readonly at: number;
  readonly organizationId: string;
  /** Whether the organization's own key pays: then what it has set for servers of its own counts. */
  readonly own?: boolean;
}

/** All prices at one version: the catalogue and the overrides on top of it. Replaced whole when an override changes. */
export interface PriceBook {
  readonly overrides: readonly PriceOverride[];
  readonly priceSet: (question: PriceQuestion) => PriceSet | null;
  /** The catalogue's entry for a name, dated and aliased names included. */
  readonly find: (vendor: string, model: string) => CatalogueModel | null;
  /** Whether the vendor is known to have the model: from the catalogue or from a price that the organization can see. */
  readonly knows: (vendor: string, model: string, organizationId: string) => boolean;
  /** Model ids of a vendor in the catalogue's order, then those that only an override names that the organization can see. */
  readonly models: (vendor: string, organizationId: string) => readonly string[];
}

interface Shelf {
  readonly models: readonly CatalogueModel[];
  readonly byName: ReadonlyMap<string, CatalogueModel>;
}

/** The names that rules spell out come before the catalogue's own ids, which are not always a vendor's names. */
const shelve = (models: readonly CatalogueModel[]): Shelf => {
  const byName = new Map<string, CatalogueModel>();
  const put = (name: string, model: CatalogueModel): void => {
    if (!byName.has(name)) byName.set(name, model);
  };
  for (const model of models) for (const name of model.exactNames) put(name, model);
  for (const model of models) put(model.model.toLowerCase(), model);
  return { models, byName };
};

/** The exact name, else the first entry of which the name is a version. */
const findOn = ({ models, byName }: Shelf, name: string): CatalogueModel | undefined =>
  byName.get(name) ?? models.find((model) => model.matches(name));

const maxCached = 20_000;

/** Names of one organization's own models are nobody else's business. */
const isSeenBy = (row: PriceOverride, organizationId: string): boolean =>
  row.organizationId === null || row.organizationId === organizationId;

/** A bounded cache: names come from callers, so it must not grow with them. */
const remember = <T>(cache: Map<string, T>, key: string, value: T): T => {
  if (cache.size >= maxCached) cache.clear();
  cache.set(key, value);
  return value;
};

/** Builds the book. Answers are cached until the next moment at which a price may change. */
export const createPriceBook = (
  catalogue: readonly CatalogueModel[],
  overrides: readonly PriceOverride[],
): PriceBook => {
  const shelves = new Map(
    [...Map.groupBy(catalogue, ({ vendor }) => vendor)].map(([vendor, models]) => [vendor, shelve(models)]),
  );
  const inOrder = overrides.toSorted(
    (a, b) => a.effectiveFrom - b.effectiveFrom || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
  );
  const overridesOf = Map.groupBy(inOrder, ({ vendor, model }) => `${vendor}/${model.toLowerCase()}`);
  const organizations = new Set(overrides.map(({ organizationId }) => organizationId));
  /** Organizations without prices of their own share what is remembered. */
  const ownerOf = (organizationId: string): string => (organizations.has(organizationId) ? organizationId : "");
  const found = new Map<string, CatalogueModel | null>();
  const lists = new Map<string, readonly string[]>();
  const sets = new Map<string, { readonly from: number; readonly until: number; readonly set: PriceSet | null }>();

  const find = (vendor: string, model: string): CatalogueModel | null => {
    const key = `${vendor}/${model}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const shelf = shelves.get(vendor);
    const name = model.toLowerCase();
    const entry = shelf && (findOn(shelf, name) ?? findOn(shelf, withDashedDate(name)));
    return remember(found, key, entry ?? null);
  };

  /** Rows of one level at a moment: for each class the newest effective one, which may take its price back. */
  const level = (
    rows: readonly PriceOverride[],
    organizationId: string | null,
    at: number,
    own: boolean,
  ): Map<UnitClass, Price | null> => {
    const prices = new Map<UnitClass, Price | null>();
    for (const row of rows) {
      if (row.organizationId !== organizationId || row.effectiveFrom > at || (row.own && !own)) continue;
      const { id, unitClass, nanosPerMillion, billedAs } = row;
      const source = organizationId === null ? "platform" : "organization";
      const price: Price | null =
        nanosPerMillion === null ? null : { id, unitClass, nanosPerMillion, aboveInputTokens: 0, billedAs, source };
      prices.set(unitClass, price);
    }
    return prices;
  };

  const resolve = ({
    vendor,
    model,
    at,
    organizationId,
    own = false,
  }: PriceQuestion): { until: number; set: PriceSet | null } => {
    const entry = find(vendor, model);
    const names = [...new Set([model.toLowerCase(), ...(entry ? [entry.model.toLowerCase()] : [])])];
    const rows = names.map((name) => overridesOf.get(`${vendor}/${name}`) ?? []);
    const chosen = new Map<UnitClass, readonly Price[]>();
    for (const owner of [organizationId, null]) {
      for (const ofName of rows) {
        for (const [unitClass, price] of level(ofName, owner, at, own)) {
          if (price && !chosen.has(unitClass)) chosen.set(unitClass, [price]);
        }
      }
    }
    if (entry) {
      for (const [unitClass, prices] of Map.groupBy(cataloguePricesAt(entry, at), (price) => price.unitClass)) {
        if (!chosen.has(unitClass)) chosen.set(unitClass, prices);
      }
    }
    const until = Math.min(
      entry ? nextCatalogueChange(entry, at) : Number.POSITIVE_INFINITY,
      ...rows.flat().map(({ effectiveFrom }) => (effectiveFrom > at ? effectiveFrom : Number.POSITIVE_INFINITY)),
    );
    if (chosen.size === 0) return { until, set: null };
    const tiers = arrangeTiers([...chosen.values()].flat());
    return {
      until,
      set: {
        vendor,
        model: entry?.model ?? model,
        tiers,
        contextWindow: entry?.contextWindow ?? null,
      },
    };
  };

  return {
    overrides: inOrder,
    priceSet: (question) => {
      const { vendor, model, at, organizationId, own = false } = question;
      const owner = ownerOf(organizationId);
      const key = `${owner}${own && owner !== "" ? " own" : ""} ${vendor}/${model}`;
      const cached = sets.get(key);
      if (cached && at >= cached.from && at < cached.until) return cached.set;
      return remember(sets, key, { from: at, ...resolve(question) }).set;
    },
    find,
    knows: (vendor, model, organizationId) =>
      find(vendor, model) !== null ||
      (overridesOf.get(`${vendor}/${model.toLowerCase()}`)?.some((row) => isSeenBy(row, organizationId)) ?? false),
    models: (vendor, organizationId) => {
      const key = `${ownerOf(organizationId)} ${vendor}`;
      const known = lists.get(key);
      if (known) return known;
      const listed = shelves.get(vendor)?.models.map(({ model }) => model) ?? [];
      const extra = inOrder
        .filter((row) => row.vendor === vendor && isSeenBy(row, organizationId) && !find(vendor, row.model))
        .map(({ model }) => model);
      return remember(lists, key, [...new Set([...listed, ...extra])]);
    },
  };
};

/** The prices of a model at a moment for an organization: its own overrides, then the platform's, then the catalogue. */
export const priceSetOf = (book: PriceBook, question: PriceQuestion): PriceSet | null => book.priceSet(question);
