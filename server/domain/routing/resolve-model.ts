import { NexusError } from "../../errors.ts";
import { alike } from "./alike.ts";
import { matchGlob } from "./match-glob.ts";
import type { RoutableCredential, RoutingVendor, RoutingWorld } from "./route.ts";

/** A vendor and its own model id. */
export interface Target {
  readonly vendor: RoutingVendor;
  readonly model: string;
}

export const nameOf = ({ vendor, model }: Target): string => `${vendor.id}/${model}`;

/** Whether the organization's list, or the platform's in its place, has the model. */
export const isAllowed = <C extends RoutableCredential>(world: RoutingWorld<C>, name: string): boolean =>
  (world.preferences.modelAllowList ?? world.platformAllowList).some((pattern) => matchGlob(pattern, name));

export const notAllowed = <C extends RoutableCredential>(world: RoutingWorld<C>, name: string): NexusError => {
  const list = world.preferences.modelAllowList === null ? "platform" : "organization";
  return new NexusError("MODEL_NOT_ALLOWED", {
    message: `The ${list}'s model list does not allow ${name}.`,
    details: { model: name, list },
  });
};

/** MODEL_UNKNOWN with the allowed names that come nearest. */
export const unknownModel = <C extends RoutableCredential>(world: RoutingWorld<C>, requested: string): NexusError => {
  const asked = requested.slice(requested.indexOf("/") + 1);
  const candidates = world.vendors
    .flatMap(({ id }) => alike(asked, world.models(id)).map(({ name, score }) => ({ name: `${id}/${name}`, score })))
    .filter(({ name }) => isAllowed(world, name))
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name);
  return new NexusError("MODEL_UNKNOWN", {
    message: `No vendor offers ${requested}.`,
    details: { model: requested, candidates },
  });
};

/** The first slash splits; undefined for a bare id. */
const split = (name: string): { vendor: string; model: string } | undefined => {
  const slash = name.indexOf("/");
  return slash < 0 ? undefined : { vendor: name.slice(0, slash), model: name.slice(slash + 1) };
};

/** Of several vendors the one that the organization ranks first, else the only one it has a credential for. */
const pickVendor = <C extends RoutableCredential>(
  world: RoutingWorld<C>,
  requested: string,
  offers: readonly Target[],
): Target => {
  const payable = offers.filter(({ vendor }) => world.credentialsOf(vendor.id).length > 0);
  const pool = payable.length > 0 ? payable : offers;
  for (const id of world.preferences.vendorOrder) {
    const ranked = pool.find(({ vendor }) => vendor.id === id);
    if (ranked) return ranked;
  }
  const [only] = pool;
  if (only && pool.length === 1) return only;
  throw new NexusError("INVALID_INPUT", {
    message: `Several vendors offer ${requested}: name one.`,
    issues: [{ field: "model", expected: "vendor/model" }],
    details: { model: requested, candidates: pool.map(nameOf) },
  });
};

/** What a name stands for. Throws MODEL_UNKNOWN, MODEL_NOT_ALLOWED, or INVALID_INPUT where a bare id is ambiguous. */
export const resolveModel = <C extends RoutableCredential>(world: RoutingWorld<C>, requested: string): Target => {
  const named = split(requested);
  if (named) {
    const vendor = world.vendors.find(({ id }) => id === named.vendor);
    if (!vendor || named.model === "") throw unknownModel(world, requested);
    const target = { vendor, model: named.model };
    if (!vendor.openModelList && !world.knows(vendor.id, named.model)) throw unknownModel(world, requested);
    if (!isAllowed(world, requested)) throw notAllowed(world, requested);
    return target;
  }
  const offers = world.vendors
    .filter(({ id }) => world.knows(id, requested))
    .map((vendor) => ({ vendor, model: requested }));
  const [first] = offers;
  if (!first) throw unknownModel(world, requested);
  const allowed = offers.filter((offer) => isAllowed(world, nameOf(offer)));
  if (allowed.length === 0) throw notAllowed(world, nameOf(first));
  return pickVendor(world, requested, allowed);
};
