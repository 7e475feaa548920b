import { modelNamePattern } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { alike } from "../existence/index.ts";
import { matchGlob } from "./match-glob.ts";
import { canDo, operationsOf } from "./model-operations.ts";
import type { RoutableCredential, RoutingRequest, RoutingVendor, RoutingWorld } from "./route.ts";

/** A vendor and its own model id. */
export interface ModelTarget {
  readonly vendor: RoutingVendor;
  readonly model: string;
}

export const nameOf = ({ vendor, model }: ModelTarget): string => `${vendor.id}/${model}`;

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
  const ofAskedVendor = (name: string): number =>
    Number(name.startsWith(requested.slice(0, requested.indexOf("/") + 1)));
  const candidates = world.vendors
    .flatMap((vendor) =>
      alike(asked, world.models(vendor.id))
        .filter(({ name: model }) => operationsOf({ vendor, model }).size > 0)
        .map(({ name, score }) => ({ name: `${vendor.id}/${name}`, score })),
    )
    .filter(({ name }) => isAllowed(world, name))
    .sort((a, b) => b.score - a.score || ofAskedVendor(b.name) - ofAskedVendor(a.name) || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name);
  return new NexusError("MODEL_UNKNOWN", {
    message: `No vendor offers ${requested}.${candidates[0] === undefined ? "" : ` Did you mean ${candidates[0]}?`}`,
    details: { model: requested, candidates },
  });
};

/** The first slash splits; undefined for a bare id. */
const split = (name: string): { vendor: string; model: string } | undefined => {
  const slash = name.indexOf("/");
  return slash < 0 ? undefined : { vendor: name.slice(0, slash), model: name.slice(slash + 1) };
};

const isHome = ({ vendor }: ModelTarget, dialect: string): boolean =>
  vendor.models.home?.some((spoken) => spoken === dialect) === true;

const ambiguous = (requested: string, offers: readonly ModelTarget[]): NexusError =>
  new NexusError("INVALID_INPUT", {
    message: `Several vendors offer ${requested}: name one.`,
    issues: [{ field: "model", expected: "vendor/model" }],
    details: { model: requested, candidates: offers.map(nameOf) },
  });

/**
 * Whose model a bare id means: the vendor of the door's dialect, then the one the organization ranks first, then the
 * model's maker, then the only one there is. Only among those that can do what is asked, and that somebody can pay.
 */
const pickVendor = <C extends RoutableCredential>(
  world: RoutingWorld<C>,
  { requestedModel, operation, dialect }: ModelQuestion,
  offers: readonly ModelTarget[],
): ModelTarget => {
  const able = offers.filter((offer) => canDo(offer, operation));
  const capable = able.length > 0 ? able : offers;
  const payable = capable.filter(({ vendor }) => world.credentialsOf(vendor.id).length > 0);
  const pool = payable.length > 0 ? payable : capable;
  const [only] = pool;
  const chosen =
    pool.find((offer) => isHome(offer, dialect)) ??
    world.preferences.vendorOrder.flatMap((id) => pool.find(({ vendor }) => vendor.id === id) ?? [])[0] ??
    pool.find(({ vendor, model }) => vendor.models.makes?.test(model) === true) ??
    (pool.length === 1 ? only : undefined);
  if (!chosen) throw ambiguous(requestedModel, pool);
  return chosen;
};

const invalidName = (expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field: "model", expected }] });

const maxNames = 10_000;
/** Asked at every call; what callers write must not make it grow. */
const namesOf = new WeakMap<RoutingVendor, Map<string, boolean>>();

/** Whether the vendor could have a model of this name at all. */
export const isNameOf = (vendor: RoutingVendor, model: string): boolean => {
  let names = namesOf.get(vendor);
  if (!names) namesOf.set(vendor, (names = new Map()));
  const known = names.get(model);
  if (known !== undefined) return known;
  const isName = modelNamePattern.test(model) && vendor.models.name.test(model);
  if (names.size >= maxNames) names.clear();
  names.set(model, isName);
  return isName;
};

/** What a name is asked for, and where. */
export type ModelQuestion = Pick<RoutingRequest, "requestedModel" | "operation" | "dialect">;

/**
 * What a name stands for. Throws MODEL_UNKNOWN, MODEL_NOT_ALLOWED, or INVALID_INPUT where the name is none of its
 * vendor's, or a bare id is ambiguous.
 */
export const resolveModel = <C extends RoutableCredential>(
  world: RoutingWorld<C>,
  question: ModelQuestion,
): ModelTarget => {
  const { requestedModel: requested } = question;
  const named = split(requested);
  if (named) {
    const vendor = world.vendors.find(({ id }) => id === named.vendor);
    if (!vendor || named.model === "") throw unknownModel(world, requested);
    if (!isNameOf(vendor, named.model)) throw invalidName(vendor.models.nameExpected);
    const target = { vendor, model: named.model };
    if (!vendor.openModelList && !world.knows(vendor.id, named.model)) throw unknownModel(world, requested);
    if (!isAllowed(world, requested)) throw notAllowed(world, requested);
    return target;
  }
  if (!modelNamePattern.test(requested)) throw invalidName("vendor/model");
  const offers = world.vendors
    .filter((vendor) => isNameOf(vendor, requested) && world.knows(vendor.id, requested))
    .map((vendor) => ({ vendor, model: requested }));
  const [first] = offers;
  if (!first) throw unknownModel(world, requested);
  const allowed = offers.filter((offer) => isAllowed(world, nameOf(offer)));
  if (allowed.length === 0) throw notAllowed(world, nameOf(first));
  return pickVendor(world, question, allowed);
};
