import { NexusError, type ErrorCode } from "../../errors.ts";
import { isAllowed, isNameOf, nameOf, resolveModel, type ModelTarget } from "./resolve-model.ts";
import { routesOfModel } from "./routes-of-model.ts";
import type { ChosenRoute, RoutableCredential, RoutingRequest, RoutingWorld } from "./route.ts";

/** Why a model is looked at: it was asked for, stands in the chain written for it, or is the same model at another vendor. */
export const consideredBecause = ["requested", "fallback_chain", "same_model_elsewhere"] as const;

/** A model that a request was compared with, and what came of it. */
export interface ConsideredModel<C extends RoutableCredential> {
  /** `vendor/model`; as it was written, where it stands for no model. */
  readonly name: string;
  readonly because: (typeof consideredBecause)[number];
  /** None where the name stands for no model that may be called. */
  readonly target: ModelTarget | undefined;
  /** A route a credential; empty where there is a refusal. */
  readonly routes: readonly ChosenRoute<C>[];
  readonly refusal: NexusError | undefined;
}

/** Refusals that no other route may answer around: the request itself is not allowed, or says too little. */
const final: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["MODEL_NOT_ALLOWED", "INVALID_INPUT"]);

type Attempt<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: NexusError };

const attempt = <T>(work: () => T): Attempt<T> => {
  try {
    return { value: work() };
  } catch (error) {
    if (NexusError.is(error)) return { error };
    throw error;
  }
};

type Because = ConsideredModel<RoutableCredential>["because"];

const none = [] as const;

const refused = <C extends RoutableCredential>(
  name: string,
  because: Because,
  refusal: NexusError,
): ConsideredModel<C> => ({ name, because, target: undefined, routes: none, refusal });

const consider = <C extends RoutableCredential>(
  target: ModelTarget,
  because: Because,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): ConsideredModel<C> => {
  const { value = none, error } = attempt(() => routesOfModel(target, request, world));
  return { name: nameOf(target), because, target, routes: value, refusal: error };
};

/** The names of the chain written for a model, as it was asked for or as it was resolved. */
const chainOf = <C extends RoutableCredential>(
  { preferences: { fallbackModels } }: RoutingWorld<C>,
  requested: string,
  target: ModelTarget | undefined,
): readonly string[] =>
  [requested, ...(target ? [nameOf(target)] : [])]
    .map((name) => (Object.hasOwn(fallbackModels, name) ? fallbackModels[name] : undefined))
    .find((list) => list !== undefined) ?? none;

/** The same model id at the vendors that the organization ranks. */
const elsewhere = <C extends RoutableCredential>(
  world: RoutingWorld<C>,
  { vendor, model }: ModelTarget,
): ModelTarget[] =>
  world.preferences.vendorOrder.flatMap((id) => {
    const other = world.vendors.find((known) => known.id === id);
    if (
      !other ||
      id === vendor.id ||
      !isNameOf(other, model) ||
      !world.knows(id, model) ||
      !isAllowed(world, `${id}/${model}`)
    )
      return [];
    return [{ vendor: other, model }];
  });

/**
 * Every model that a request is compared with, in the order in which they would answer: the requested one, then its
 * fallback chain, then the same model elsewhere, each once. Never empty; the first is the requested one. Pure: everything
 * it looks at comes in.
 */
export const considerModels = <C extends RoutableCredential>(
  request: RoutingRequest,
  world: RoutingWorld<C>,
): readonly ConsideredModel<C>[] => {
  const { value: target, error } = attempt(() => resolveModel(world, request));
  const requested = error
    ? refused<C>(request.requestedModel, "requested", error)
    : consider(target, "requested", request, world);
  if (!world.preferences.fallback || (error && final.has(error.code))) return [requested];

  const considered = [requested];
  const seen = new Set([requested.name]);
  const add = (name: string, make: () => ConsideredModel<C>): void => {
    if (seen.has(name)) return;
    seen.add(name);
    considered.push(make());
  };
  for (const written of chainOf(world, request.requestedModel, target)) {
    const next = attempt(() => resolveModel(world, { ...request, requestedModel: written }));
    if (next.error) add(written, () => refused(written, "fallback_chain", next.error));
    else add(nameOf(next.value), () => consider(next.value, "fallback_chain", request, world));
  }
  if (target)
    for (const other of elsewhere(world, target))
      add(nameOf(other), () => consider(other, "same_model_elsewhere", request, world));
  return considered;
};
