import type { ModelInfo } from "../contracts/ai.ts";
import type { CallContext } from "../contracts/call-context.ts";
import { unitClasses } from "../contracts/units.ts";
import { priceOf } from "../domain/pricing/index.ts";
import { isAllowed } from "../domain/routing/index.ts";
import type { Clock } from "../platform/clock.ts";
import type { Rooms } from "./open-rooms.ts";
import { routingWorldOf } from "./route-requests.ts";

const maxModels = 5_000;

/** The models an organization may use: allowed, priced, and with a credential that could pay. */
export const listModels =
  (rooms: Rooms, clock: Clock) =>
  (
    { organizationId }: CallContext,
    { vendor: only }: { readonly vendor?: string | undefined } = {},
  ): readonly ModelInfo[] => {
    const world = routingWorldOf(rooms, clock, organizationId);
    const models: ModelInfo[] = [];
    for (const vendor of world.vendors) {
      if (only !== undefined && vendor.id !== only) continue;
      const [payer] = world.credentialsOf(vendor.id);
      for (const model of world.models(vendor.id)) {
        const id = `${vendor.id}/${model}`;
        const priceSet = isAllowed(world, id) ? world.priceSet(vendor.id, model) : null;
        if (!priceSet) continue;
        const prices = Object.fromEntries(
          unitClasses.flatMap((unitClass) => {
            const price = priceOf(priceSet, unitClass);
            return price ? [[unitClass, price.nanosPerMillion.toString()]] : [];
          }),
        );
        models.push({
          id,
          vendor: vendor.id,
          model,
          operations: operationsOf(vendor.operations, prices),
          contextWindow: priceSet.contextWindow,
          credentialTier: payer?.tier ?? null,
          prices,
        });
        if (models.length === maxModels) return models;
      }
    }
    return models;
  };

/** A model without an output price embeds; one with it generates. */
const operationsOf = (offered: ReadonlySet<string>, prices: Readonly<Record<string, string>>): string[] =>
  [...offered].filter((operation) => (operation === "ai.embed") === (prices["output"] === undefined));
