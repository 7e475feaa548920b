import type { z } from "zod";
import { ai } from "../contracts/ai.ts";
import type { ModelInfo, ModelsInput } from "../contracts/ai/models.ts";
import type { AiOperation } from "../contracts/ai-operation.ts";
import type { CallContext } from "../contracts/call-context.ts";
import { unitClasses, type UnitClass } from "../contracts/units.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import { NexusError } from "../errors.ts";
import { priceOf, type PriceSet } from "../domain/pricing/index.ts";
import {
  hasSkillsOf,
  isAllowed,
  isNameOf,
  operationsOf,
  resolveModel,
  searchesWeb,
  type RoutingWorld,
  type ModelTarget,
} from "../domain/routing/index.ts";
import { modelOperationOf } from "../families/ai/index.ts";
import type { RuntimeState } from "./open-runtime-state.ts";
import { routingWorldOf, type RoutingSettings } from "./route-requests.ts";

/** The models that an organization may call. */
export interface ModelCatalogue {
  /** The models that are allowed, priced and callable; each with the operations it can be called for. */
  readonly list: (ctx: CallContext, filter?: z.output<typeof ModelsInput>) => readonly ModelInfo[];
  /** The model that a call in this dialect would reach by this name; throws what the call would. */
  readonly find: (ctx: CallContext, name: string, dialect: string) => ModelInfo;
}

const maxModels = 5_000;

const isPriced = (priceSet: PriceSet, operation: string, ruled: boolean): boolean => {
  const { unitClasses: classes = [], madeIn }: Partial<AiOperation> = modelOperationOf(operation) ?? {};
  const has = (unitClass: UnitClass): boolean => priceOf(priceSet, unitClass) !== undefined;
  // Without a rule for the model its prices tell what it does: what has a price for output writes, and that for input is of a
  // prompt. Under a rule they do not: lists price the output of models that have none.
  const writes = !ruled && has("output");
  if (madeIn !== undefined) return classes.every(has) && madeIn.some(has) && !(writes && madeIn.includes("input"));
  return classes.every(has) && (ruled || classes.includes("output") === writes);
};

const infoOf = (world: RoutingWorld<CredentialRef>, target: ModelTarget): ModelInfo | undefined => {
  const { vendor, model } = target;
  const [payer] = world.credentialsOf(vendor.id);
  const priceSet = world.priceSet(vendor.id, model, payer?.tier);
  const ruled = hasSkillsOf(target);
  const operations = priceSet
    ? [...operationsOf(target)].filter((operation) => isPriced(priceSet, operation, ruled))
    : [];
  if (!priceSet || operations.length === 0) return undefined;
  return {
    id: `${vendor.id}/${model}`,
    vendor: vendor.id,
    model,
    operations,
    contextWindow: priceSet.contextWindow,
    webSearch: operations.includes(ai.streamText.id) && searchesWeb(target),
    credentialTier: payer?.tier ?? null,
    prices: Object.fromEntries(
      unitClasses.flatMap((unitClass) => {
        const price = priceOf(priceSet, unitClass);
        return price ? [[unitClass, price.nanosPerMillion.toString()]] : [];
      }),
    ),
  };
};

/** The models as routing sees them: one source for the lists of all API surfaces. */
export const modelCatalogue = (runtime: RuntimeState, settings: RoutingSettings): ModelCatalogue => ({
  list(ctx, { vendor: only, search = "", limit = maxModels } = {}) {
    const world = routingWorldOf(runtime, settings, ctx);
    const wanted = search.toLowerCase();
    const models: ModelInfo[] = [];
    for (const vendor of world.vendors) {
      if (only !== undefined && vendor.id !== only) continue;
      for (const model of world.models(vendor.id)) {
        if (!isNameOf(vendor, model) || vendor.models.retired?.test(model) === true) continue;
        const id = `${vendor.id}/${model}`;
        if (!id.toLowerCase().includes(wanted) || !isAllowed(world, id)) continue;
        const info = infoOf(world, { vendor, model });
        if (info) models.push(info);
        if (models.length === limit) return models;
      }
    }
    return models;
  },
  find(ctx, name, dialect) {
    const world = routingWorldOf(runtime, settings, ctx);
    const target = resolveModel(world, { requestedModel: name, operation: ai.generateText.id, dialect });
    const info = infoOf(world, target);
    if (info) return info;
    throw new NexusError("MODEL_UNKNOWN", {
      message: `${target.vendor.id}/${target.model} cannot be called here.`,
      issues: [{ field: "model", expected: "a model of GET /v1/models" }],
    });
  },
});
