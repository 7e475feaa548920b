import { credentialTiers } from "../../contracts/units.ts";
import { NexusError, type ErrorCode } from "../../errors.ts";
import { priceOf, type PriceSet } from "../pricing/index.ts";
import { canDo } from "./model-operations.ts";
import { nameOf, type ModelTarget } from "./resolve-model.ts";
import type { Circuit, CircuitReason, RoutableCredential, ChosenRoute, RoutingRequest, RoutingWorld } from "./route.ts";

/** The first thing that is asked of the vendor and that it cannot do. */
const missingCapability = (target: ModelTarget, { operation, needs }: RoutingRequest): string | undefined => {
  const { vendor } = target;
  if (!canDo(target, operation)) return operation;
  if (needs.tools && !vendor.tools) return "tools";
  if (needs.images && !vendor.images) return "images";
  if (needs.json && !vendor.json) return "json";
  return needs.dialect === null || vendor.dialects.has(needs.dialect) ? undefined : needs.dialect;
};

const requireCapability = (target: ModelTarget, request: RoutingRequest): void => {
  const missing = missingCapability(target, request);
  if (missing === undefined) return;
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${nameOf(target)} cannot do ${missing}.`,
    details: { model: nameOf(target), missing },
  });
};

/** The prices, where every class that the request needs has one. */
const complete = (request: RoutingRequest, priceSet: PriceSet | null): PriceSet | undefined =>
  priceSet && request.unitClasses.every((unitClass) => priceOf(priceSet, unitClass)) ? priceSet : undefined;

const unpriced = (target: ModelTarget, request: RoutingRequest, priceSet: PriceSet | null): NexusError => {
  const missing = request.unitClasses.filter((unitClass) => !priceSet || !priceOf(priceSet, unitClass));
  const name = nameOf(target);
  return new NexusError("MODEL_UNPRICED", {
    message: `${name} has no price${missing.length > 0 ? ` for ${missing.join(", ")}` : ""}; an administrator can set one.`,
    details: { model: name, unpriced: missing },
  });
};

/** By tier; where the organization has a key of its own and has not consented, no other tier pays. */
const payersOf = <C extends RoutableCredential>({ vendor }: ModelTarget, world: RoutingWorld<C>): readonly C[] => {
  const all = world.credentialsOf(vendor.id);
  if (all.length <= 1) return all;
  const byTier = all.toSorted((a, b) => credentialTiers.indexOf(a.tier) - credentialTiers.indexOf(b.tier));
  const own = byTier.filter(({ tier }) => tier === "byok");
  return own.length > 0 && world.preferences.byokPolicy === "strict" ? own : byTier;
};

/** Nobody but the organization uses its own key; whoever shares the platform's would reach what is another's. */
const requireOwner = <C extends RoutableCredential>(
  { vendor, model }: ModelTarget,
  { heldField }: RoutingRequest,
  payers: readonly C[],
): readonly C[] => {
  const field = vendor.models.owned?.test(model) === true ? "model" : heldField;
  if (field === undefined || payers.length === 0) return payers;
  const owners = payers.filter(({ tier }) => tier !== "platform_default");
  if (owners.length > 0) return owners;
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${field} names something kept in one account at ${vendor.id}: only the organization's own key may reach it.`,
    issues: [{ field, expected: "nothing kept at the vendor, or an organization key" }],
    details: { vendor: vendor.id },
  });
};

const noPayer = ({ vendor }: ModelTarget, admitted: boolean): NexusError => {
  if (!admitted)
    return new NexusError("NOT_ADMITTED", {
      message: `The organization has no key of its own for ${vendor.id}, and the platform does not pay for it yet: store a key, or ask a platform operator to admit the organization.`,
      details: { vendor: vendor.id },
    });
  return new NexusError("CREDENTIAL_MISSING", {
    message: `No credential for ${vendor.id}: store an organization key or ask the platform for a default.`,
    details: { vendor: vendor.id },
  });
};

interface Payer<C> {
  readonly credential: C;
  readonly priceSet: PriceSet;
}

/** Who could pay, each with its prices. One for whom the model has none is passed over, unless there is no other. */
const requirePayers = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): readonly Payer<C>[] => {
  const pricesFor = (payer: C | undefined): PriceSet | null =>
    world.priceSet(target.vendor.id, target.model, payer?.tier);
  const all = requireOwner(target, request, payersOf(target, world));
  const payers = all.flatMap((credential): Payer<C>[] => {
    const priceSet = complete(request, pricesFor(credential));
    return priceSet ? [{ credential, priceSet }] : [];
  });
  if (payers.length > 0) return payers;
  const priceSet = pricesFor(all[0]);
  throw all.length === 0 && complete(request, priceSet)
    ? noPayer(target, world.admitted)
    : unpriced(target, request, priceSet);
};

const openErrors = {
  credential: "PROVIDER_AUTH_FAILED",
  account: "PROVIDER_ACCOUNT_EXHAUSTED",
  access: "PROVIDER_REJECTED",
  rate: "PROVIDER_RATE_LIMITED",
  errors: "PROVIDER_UNAVAILABLE",
  unreachable: "PROVIDER_UNAVAILABLE",
} as const satisfies Record<CircuitReason, ErrorCode>;

/** What keeps a model shut: the circuit that opens again first. */
const shut = (target: ModelTarget, circuits: readonly Circuit[]): NexusError => {
  const open = circuits.flatMap((circuit) => (circuit.state === "open" ? [circuit] : []));
  const [first] = open.sort((a, b) => a.retryAfterMs - b.retryAfterMs);
  if (first === undefined) return new NexusError("PROVIDER_UNAVAILABLE", { details: { vendor: target.vendor.id } });
  const { scope, reason, retryAfterMs } = first;
  return new NexusError(openErrors[reason], {
    details: { vendor: target.vendor.id, model: nameOf(target), circuit: "open", scope, reason },
    retryAfterMs,
    ...(reason === "access"
      ? { http: 403, message: `The vendor does not let this credential use ${nameOf(target)}.` }
      : {}),
  });
};

/** The routes of one model, a route a credential; throws the reason why there is none. */
export const routesOfModel = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): ChosenRoute<C>[] => {
  requireCapability(target, request);
  const { vendor, model } = target;
  const payers = requirePayers(target, request, world);
  const circuits = payers.map(({ credential }) => world.circuit(vendor.id, model, credential));
  const able = payers.filter((_, index) => circuits[index]?.state !== "open");
  if (able.length === 0) throw shut(target, circuits);
  return able.map(({ credential, priceSet }) => ({
    vendor: vendor.id,
    model,
    credential,
    priceSet,
  }));
};
