import { NexusError } from "../../errors.ts";
import { priceOf, type PriceSet } from "../pricing/index.ts";
import { canDo } from "./model-operations.ts";
import { noPayer, payersOf } from "./payers-of.ts";
import { nameOf, type ModelTarget } from "./resolve-model.ts";
import { shutError } from "./shut-error.ts";
import type { RoutableCredential, ChosenRoute, RoutingRequest, RoutingWorld } from "./route.ts";

/** The first thing that is asked of the vendor and that it cannot do. */
const missingCapability = (target: ModelTarget, { operation, needs }: RoutingRequest): string | undefined => {
  const { vendor } = target;
  if (!canDo(target, operation)) return operation;
  if (needs.tools && !vendor.tools) return "tools";
  if (needs.images && !vendor.images) return "images";
  if (needs.json && !vendor.json) return "json";
  return needs.dialect === null || vendor.dialects.has(needs.dialect) ? undefined : needs.dialect;
};

/** Who may search the web is a question of what that can cost. */
export const searchesWeb = ({ vendor, model }: ModelTarget): boolean =>
  vendor.models.webSearch?.models?.test(model) === true;

const requireSearch = (target: ModelTarget): void => {
  if (searchesWeb(target)) return;
  const { others } = target.vendor.models.webSearch ?? {};
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${nameOf(target)} cannot search the web here: ${others ?? "its vendor has no search whose cost could be bounded"}.`,
    details: { model: nameOf(target), missing: "web search" },
  });
};

/** A model that speaks, for those who asked another one. */
const speakerAmong = <C extends RoutableCredential>({ vendors, models }: RoutingWorld<C>): string | undefined => {
  for (const { id, models: rules } of vendors) {
    const speaker = models(id).find((model) => rules.speaks?.test(model));
    if (speaker !== undefined) return `${id}/${speaker}`;
  }
  return undefined;
};

const requireVoice = <C extends RoutableCredential>(
  target: ModelTarget,
  field: string,
  world: RoutingWorld<C>,
): void => {
  if (target.vendor.models.speaks?.test(target.model) === true) return;
  const speaker = speakerAmong(world);
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${nameOf(target)} does not speak its answers here (${field}).`,
    issues: [
      { field, expected: `text alone, or a model that speaks${speaker === undefined ? "" : `, such as ${speaker}`}` },
    ],
    details: { model: nameOf(target), missing: "spoken answers" },
  });
};

const requireCapability = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): void => {
  const { search, spoken } = request.needs;
  if (search === true) requireSearch(target);
  if (spoken !== undefined) requireVoice(target, spoken, world);
  const missing = missingCapability(target, request);
  if (missing === undefined) return;
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${nameOf(target)} cannot do ${missing}.`,
    details: { model: nameOf(target), missing },
  });
};

/** Whether every class that the request needs has a price. */
export const isPricedFor = (request: RoutingRequest, priceSet: PriceSet | null): priceSet is PriceSet =>
  priceSet !== null && request.unitClasses.every((unitClass) => priceOf(priceSet, unitClass));

const unpriced = (target: ModelTarget, request: RoutingRequest, priceSet: PriceSet | null): NexusError => {
  const missing = request.unitClasses.filter((unitClass) => !priceSet || !priceOf(priceSet, unitClass));
  const name = nameOf(target);
  return new NexusError("MODEL_UNPRICED", {
    message: `${name} has no price${missing.length > 0 ? ` for ${missing.join(", ")}` : ""}; an administrator can set one.`,
    details: { model: name, unpriced: missing },
  });
};

/** The field that names something kept in one account at the vendor. */
const ownedField = ({ vendor, model }: ModelTarget, { heldField }: RoutingRequest): string | undefined =>
  vendor.models.owned?.test(model) === true ? "model" : heldField;

/** Those who may reach what is asked for: whoever shares the platform's key would reach what is another's. */
export const ownersOf = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  payers: readonly C[],
): readonly C[] =>
  ownedField(target, request) === undefined ? payers : payers.filter(({ tier }) => tier !== "platform_default");

/** What does without it. */
const instead = (field: string): string => {
  if (field.endsWith(".audio")) return "its transcript as the message's content, or an organization key";
  if (field.endsWith(".voice")) return "a voice of the vendor's own by its name, or an organization key";
  return "nothing kept at the vendor, or an organization key";
};

const requireOwner = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  payers: readonly C[],
): readonly C[] => {
  const owners = ownersOf(target, request, payers);
  if (owners.length > 0 || payers.length === 0) return owners;
  const { vendor } = target;
  const field = ownedField(target, request) ?? "model";
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${field} names something kept in one account at ${vendor.id}: only the organization's own key may reach it.`,
    issues: [{ field, expected: instead(field) }],
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
  const all = requireOwner(target, request, payersOf(target.vendor.id, world));
  const payers = all.flatMap((credential): Payer<C>[] => {
    const priceSet = pricesFor(credential);
    return isPricedFor(request, priceSet) ? [{ credential, priceSet }] : [];
  });
  if (payers.length > 0) return payers;
  const priceSet = pricesFor(all[0]);
  throw all.length === 0 && isPricedFor(request, priceSet)
    ? noPayer(target.vendor.id, world.admitted)
    : unpriced(target, request, priceSet);
};

/** The routes of one model, a route a credential; throws the reason why there is none. */
export const routesOfModel = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): ChosenRoute<C>[] => {
  requireCapability(target, request, world);
  const { vendor, model } = target;
  const payers = requirePayers(target, request, world);
  const circuits = payers.map(({ credential }) => world.circuit(vendor.id, model, credential));
  const able = payers.filter((_, index) => circuits[index]?.state !== "open");
  if (able.length === 0) throw shutError(circuits, { vendor: vendor.id, model: nameOf(target) });
  return able.map(({ credential, priceSet }) => ({
    vendor: vendor.id,
    model,
    credential,
    priceSet,
  }));
};
