import { findProvider, type ConditionalPrice, type ModelInfo, type Provider } from "@pydantic/genai-prices";
import type { PriceCatalogue, PricedVendor } from "../../contracts/price-catalogue.ts";
import type { VendorRegister } from "../existence/index.ts";
import { classPricesOf } from "./catalogue-rows.ts";
import { compileMatch, exactNames } from "./match-model.ts";
import type { CatalogueModel, CataloguePrice, PriceSchedule } from "./price.ts";

/** Names the release of the catalogue in every price id; changes together with the dependency. */
export const catalogueRelease = "genai-prices@0.1.8";

const dayMs = 86_400_000;
const timeOfDay = /^(\d{2}):(\d{2}):(\d{2})(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Ms after midnight UTC. */
const timeOfDayMs = (text: string): number => {
  const parts = timeOfDay.exec(text);
  if (!parts) throw new RangeError(`not a time of day: ${text}`);
  const [hours, minutes, seconds, offsetHours, offsetMinutes] = [1, 2, 3, 5, 6].map((index) =>
    Number(parts[index] ?? 0),
  );
  const offsetMs = ((offsetHours ?? 0) * 60 + (offsetMinutes ?? 0)) * 60_000 * (parts[4] === "-" ? -1 : 1);
  const localMs = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000;
  return (localMs - offsetMs + dayMs) % dayMs;
};

type When = Pick<PriceSchedule, "from" | "daily"> & { readonly label: string };

const whenOf = (constraint: ConditionalPrice["constraint"]): When => {
  if (!constraint) return { from: null, daily: null, label: "" };
  if (constraint.type === "start_date") {
    return {
      from: Date.parse(`${constraint.start_date}T00:00:00Z`),
      daily: null,
      label: `@${constraint.start_date}`,
    };
  }
  const daily = {
    startMs: timeOfDayMs(constraint.start_time),
    endMs: timeOfDayMs(constraint.end_time),
  };
  return { from: null, daily, label: `@${constraint.start_time}-${constraint.end_time}` };
};

const importModel = (
  book: string,
  vendor: string,
  { billedAsInput, billedAsOutput, unpriced, searchesAt }: PriceCatalogue,
  origin: string,
  info: ModelInfo,
): CatalogueModel => {
  const leftOut = unpriced?.(info.id) ?? [];
  const searches = searchesAt?.(info.id);
  const listed = searches === undefined ? {} : { web_searches_kcount: searches };
  const conditional = Array.isArray(info.prices) ? info.prices : [{ prices: info.prices }];
  const schedules = conditional.map(({ constraint, prices }): PriceSchedule => {
    const { from, daily, label } = whenOf(constraint);
    const rows = classPricesOf({ ...listed, ...prices }, billedAsInput?.(info.id), billedAsOutput?.(info.id)).filter(
      ({ unitClass }) => !leftOut.includes(unitClass),
    );
    return {
      from,
      daily,
      prices: rows.map((row): CataloguePrice => {
        const tier = row.aboveInputTokens === 0 ? "" : `>${row.aboveInputTokens}`;
        const id = `${book}:${origin}/${info.id}:${row.unitClass}${tier}${label}`;
        return { id, vendor, model: info.id, source: "catalogue", ...row };
      }),
    };
  });
  return {
    vendor,
    model: info.id,
    matches: compileMatch(info.match),
    exactNames: exactNames(info.match),
    contextWindow: info.context_window ?? null,
    schedules,
  };
};

/** The package falls back to a fuzzy search; only the vendor that was asked for will do. */
const providerOf = (catalogueId: string): Provider | undefined => {
  const provider = findProvider({ providerId: catalogueId });
  return provider?.id === catalogueId ? provider : undefined;
};

/** Tokens in and whole requests: whichever of them the vendor tells. */
const free: ModelInfo["prices"] = { input_mtok: 0, requests_kcount: 0 };

/** Every model of the vendors that are in the catalogue, in its order, which decides between matches. */
export const importCatalogue = (vendors: VendorRegister<PricedVendor>): CatalogueModel[] =>
  [...vendors.keys()].flatMap((vendor) => {
    const catalogue = vendors.get(vendor)?.catalogue;
    if (catalogue === undefined) return [];
    const provider = catalogue.id === undefined ? undefined : providerOf(catalogue.id);
    const makers =
      catalogue.resells === true
        ? (provider?.fallback_model_providers ?? []).flatMap((id) => providerOf(id) ?? [])
        : [];
    return [
      ...(catalogue.free ?? []).map((id) =>
        importModel("free", vendor, catalogue, vendor, { id, match: { equals: id }, prices: free }),
      ),
      ...(catalogue.listed ?? []).map(({ model: id, prices }) =>
        importModel("listed", vendor, catalogue, vendor, { id, match: { equals: id }, prices }),
      ),
      ...(provider?.models ?? []).map((info) => importModel(catalogueRelease, vendor, catalogue, vendor, info)),
      ...makers.flatMap(({ id, models }) =>
        models.map((info) => importModel(catalogueRelease, vendor, catalogue, `${vendor}~${id}`, info)),
      ),
    ];
  });

const holds = ({ from, daily }: PriceSchedule, at: number): boolean => {
  if (from !== null) return at >= from;
  if (daily === null) return true;
  const time = ((at % dayMs) + dayMs) % dayMs;
  const { startMs, endMs } = daily;
  return endMs < startMs ? time >= startMs || time < endMs : time >= startMs && time < endMs;
};

/** The prices of a model at a moment. */
export const cataloguePricesAt = (model: CatalogueModel, at: number): readonly CataloguePrice[] =>
  (model.schedules.findLast((schedule) => holds(schedule, at)) ?? model.schedules[0])?.prices ?? [];

/** The first moment after `at` at which a model's prices may change; Infinity if they never do. */
export const nextCatalogueChange = (model: CatalogueModel, at: number): number => {
  const midnight = at - (((at % dayMs) + dayMs) % dayMs);
  const moments = model.schedules.flatMap(({ from, daily }) => [
    ...(from === null ? [] : [from]),
    ...(daily === null ? [] : [daily.startMs, daily.endMs].flatMap((ms) => [midnight + ms, midnight + dayMs + ms])),
  ]);
  return Math.min(...moments.filter((moment) => moment > at), Number.POSITIVE_INFINITY);
};
