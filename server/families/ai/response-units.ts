import type { Made } from "../../contracts/made.ts";
import type { UnitClass, Units } from "../../contracts/units.ts";
import { dearestClass, dearestPrice, unpriced } from "../../domain/pricing/index.ts";
import { addUnits } from "./media-units.ts";
import type { ModelRoute } from "./model-route.ts";

/** The classes that a part of a conversation may be billed in. What has a price of its own in the cache has one outside, too. */
const heard = ["inputAudio", "cacheReadAudio"] as const;
const seen = ["inputImage", "cacheReadImage"] as const;
const read = ["input", "cacheRead"] as const;

/**
 * The most that a response of a conversation is metered at: everything that was said, and as much as the model may say. A
 * conversation longer than the model takes is cut by its vendor, nobody says where, so that the dearest of it is held.
 */
export const responseUnits = (route: ModelRoute, made: Extract<Made, { readonly kind: "response" }>): Units => {
  const { priceSet, vendor, model, outputLimit } = route;
  const parts = [
    [made.textTokens, read],
    [made.audioTokens, heard],
    [made.imageTokens, seen],
  ] as const satisfies readonly (readonly [number, readonly [UnitClass, ...UnitClass[]]])[];
  const priced = parts
    .filter(([tokens]) => tokens > 0)
    .map(([tokens, classes]) => ({ tokens, unitClass: dearestClass(classes, priceSet) }))
    .sort((one, other) => Number(priceOf(other.unitClass) - priceOf(one.unitClass)));
  function priceOf(unitClass: UnitClass): bigint {
    return dearestPrice(priceSet, unitClass) ?? 0n;
  }
  let left = vendor.bounds.inputTokensMax(model) ?? Number.POSITIVE_INFINITY;
  let units: Units = {};
  for (const { tokens, unitClass } of priced) {
    const taken = Math.min(tokens, left);
    left -= taken;
    units = addUnits(units, { [unitClass]: taken });
  }
  if (made.sound && dearestPrice(priceSet, "outputAudio") === undefined) throw unpriced(priceSet, "outputAudio");
  const out: readonly [UnitClass, ...UnitClass[]] = made.sound
    ? ["output", "reasoning", "outputAudio"]
    : ["output", "reasoning"];
  return { ...units, [dearestClass(out, priceSet)]: outputLimit };
};
