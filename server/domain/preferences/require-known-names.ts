import { unknownName, type VendorRegister } from "../existence/index.ts";
import type { PriceBook } from "../pricing/index.ts";
import type { Preferences } from "./preferences.ts";

/** A vendor as far as its names matter here. */
interface NamedVendor {
  /** Its models are the operator's own and stand in no catalogue. */
  readonly customBaseUrl: boolean;
}

interface Names {
  readonly vendors: VendorRegister<NamedVendor>;
  readonly book: PriceBook;
  readonly organizationId: string;
}

const split = (name: string): { readonly vendor: string; readonly model: string } | undefined => {
  const slash = name.indexOf("/");
  return slash < 0 ? undefined : { vendor: name.slice(0, slash), model: name.slice(slash + 1) };
};

const modelsOf = ({ book, organizationId }: Names, vendor: string): string[] =>
  book.models(vendor, organizationId).map((model) => `${vendor}/${model}`);

const offers = ({ book, vendors, organizationId }: Names, vendor: string, model: string): boolean =>
  vendors.get(vendor)?.customBaseUrl === true || book.knows(vendor, model, organizationId);

const requireModel = (names: Names, field: string, name: string): void => {
  const { vendors } = names;
  const parts = split(name);
  if (parts === undefined) {
    const all = [...vendors.keys()];
    if (all.some((vendor) => names.book.knows(vendor, name, names.organizationId))) return;
    throw unknownName(
      field,
      "a model that a vendor offers",
      name,
      all.flatMap((vendor) => names.book.models(vendor, names.organizationId)),
    );
  }
  if (vendors.get(parts.vendor) !== undefined && offers(names, parts.vendor, parts.model)) return;
  const candidates =
    vendors.get(parts.vendor) === undefined
      ? [...vendors.keys()].flatMap((vendor) => modelsOf(names, vendor))
      : modelsOf(names, parts.vendor);
  throw unknownName(field, "a model that a vendor offers, as vendor/model", name, candidates);
};

/** Patterns are compared with `vendor/model`: an exact one must name a model, and every one a vendor. */
const requirePattern = (names: Names, field: string, pattern: string): void => {
  const isExact = !/[*?]/.test(pattern);
  if (isExact && pattern.includes("/")) return requireModel(names, field, pattern);
  if (isExact) {
    const all = [...names.vendors.keys()];
    // Of those that offer just that, the first: the others mostly resell it.
    const offering = all.find((vendor) => names.book.knows(vendor, pattern, names.organizationId));
    const candidates =
      offering === undefined ? all.flatMap((vendor) => modelsOf(names, vendor)) : [`${offering}/${pattern}`];
    throw unknownName(field, "vendor/model, or a pattern over it", pattern, candidates);
  }
  const vendor = split(pattern)?.vendor;
  if (vendor === undefined || /[*?]/.test(vendor) || names.vendors.get(vendor) !== undefined) return;
  throw unknownName(field, "a pattern that begins with a registered vendor", vendor, names.vendors.keys());
};

/** Throws INVALID_INPUT for the first vendor or model among the changes that does not exist, with the one that looks most like it. */
export const requireKnownNames = (names: Names, changes: Partial<Preferences>): void => {
  for (const [index, vendor] of (changes.vendorOrder ?? []).entries())
    if (names.vendors.get(vendor) === undefined)
      throw unknownName(`vendorOrder.${index}`, "the id of a registered vendor", vendor, names.vendors.keys());
  for (const [requested, chain] of Object.entries(changes.fallbackModels ?? {})) {
    requireModel(names, `fallbackModels.${requested}`, requested);
    for (const [index, model] of chain.entries()) requireModel(names, `fallbackModels.${requested}.${index}`, model);
  }
  for (const [index, pattern] of (changes.modelAllowList ?? []).entries())
    requirePattern(names, `modelAllowList.${index}`, pattern);
};
