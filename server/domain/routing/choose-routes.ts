import { NexusError, type ErrorCode } from "../../errors.ts";
import { isAllowed, isNameOf, nameOf, resolveModel, type ModelTarget } from "./resolve-model.ts";
import { routesOfModel } from "./routes-of-model.ts";
import type { RoutableCredential, ChosenRoute, RoutingRequest, RoutingWorld } from "./route.ts";

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

/** The chain written for a name, as it was asked for or as it was resolved. */
const chainOf = <C extends RoutableCredential>(
  world: RoutingWorld<C>,
  request: RoutingRequest,
  target: ModelTarget | undefined,
): ModelTarget[] => {
  const { fallbackModels } = world.preferences;
  const names = [request.requestedModel, ...(target ? [nameOf(target)] : [])];
  const chain = names
    .map((name) => (Object.hasOwn(fallbackModels, name) ? fallbackModels[name] : undefined))
    .find((list) => list !== undefined);
  return (chain ?? []).flatMap((name) => {
    const { value } = attempt(() => resolveModel(world, { ...request, requestedModel: name }));
    return value ? [value] : [];
  });
};

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
 * Orders the ways in which a request can be answered: the requested model, then its fallback chain, then the same model
 * elsewhere; each with its credentials by tier. Never empty: where there is no route it throws the reason
 * of the requested one. Pure: everything it looks at comes in.
 */
export const chooseRoutes = <C extends RoutableCredential>(
  request: RoutingRequest,
  world: RoutingWorld<C>,
): readonly ChosenRoute<C>[] => {
  const target = attempt(() => resolveModel(world, request));
  if (target.error && final.has(target.error.code)) throw target.error;

  const plan = target.value ? [target.value] : [];
  if (world.preferences.fallback) {
    plan.push(...chainOf(world, request, target.value));
    if (target.value) plan.push(...elsewhere(world, target.value));
  }

  const routes: ChosenRoute<C>[] = [];
  const seen = new Set<string>();
  let obstacle = target.error;
  for (const next of plan) {
    const name = nameOf(next);
    if (seen.has(name)) continue;
    seen.add(name);
    const found = attempt(() => routesOfModel(next, request, world));
    if (found.value) routes.push(...found.value);
    obstacle ??= found.error;
  }
  if (routes.length === 0) throw obstacle ?? new NexusError("INTERNAL", { cause: new Error("no route and no reason") });
  return routes;
};
