import type { BatchAnswer } from "../../contracts/ai-vendor-batches.ts";
import type { TierRate } from "../../contracts/ai-vendor.ts";
import { unitClasses, type UnitClass, type Units, type UsageSource } from "../../contracts/units.ts";
import { costOf, type PriceSet } from "../../domain/pricing/index.ts";

/** What a batch is charged at. */
export interface BatchCharge {
  readonly units: Units;
  readonly costNanos: bigint;
  readonly source: Extract<UsageSource, "provider" | "estimated">;
  readonly unpricedClasses: readonly UnitClass[];
  readonly responseModel: string | undefined;
}

interface Charging {
  readonly heldNanos: bigint;
  /** The most that one request can cost. */
  readonly largestNanos: bigint;
  readonly model: string;
  readonly pricesOf: (model: string) => PriceSet | null;
  readonly rateOf: (model: string) => TierRate;
}

/** Adds the answers to a batch up, each priced as the request of its own that it is. */
export class BatchMeter {
  readonly #charging: Charging;
  readonly #units: Partial<Record<UnitClass, number>> = {};
  readonly #unpriced = new Set<UnitClass>();
  #nanos = 0n;
  #answered = 0;
  /** Answers of which nobody knows what they used. */
  #unknown = 0;
  #responseModel: string | undefined;

  constructor(charging: Charging) {
    this.#charging = charging;
  }

  add({ outcome, metered }: BatchAnswer): void {
    // What was refused, cancelled or did not begin in time, vendors do not bill.
    if (outcome !== "succeeded") return;
    this.#answered += 1;
    const { model, pricesOf, rateOf } = this.#charging;
    this.#responseModel ??= metered?.responseModel;
    const set = (metered?.responseModel === undefined ? null : pricesOf(metered.responseModel)) ?? pricesOf(model);
    if (metered?.units === undefined || metered.units === null || !metered.final || set === null) {
      this.#unknown += 1;
      return;
    }
    for (const unitClass of unitClasses) {
      const count = metered.units[unitClass];
      if (count !== undefined) this.#units[unitClass] = (this.#units[unitClass] ?? 0) + count;
    }
    const { nanos, unpriced } = costOf(metered.units, set, rateOf(metered.responseModel ?? model));
    this.#nanos += nanos;
    for (const unitClass of unpriced) this.#unpriced.add(unitClass);
    for (const { units, responseModel } of metered.further ?? []) {
      const own = responseModel === undefined ? null : pricesOf(responseModel);
      if (units !== null) this.#nanos += costOf(units, own ?? set, rateOf(responseModel ?? model)).nanos;
    }
  }

  /** The charge, where the vendor says how many it answered: those whose answers were not there cost the most that one can. */
  total(toldAnswered: number): BatchCharge {
    const { heldNanos, largestNanos } = this.#charging;
    const unknown = this.#unknown + Math.max(toldAnswered - this.#answered, 0);
    let costNanos = this.#nanos;
    if (unknown > 0) {
      const most = costNanos + BigInt(unknown) * largestNanos;
      costNanos = most > heldNanos && costNanos <= heldNanos ? heldNanos : most;
    }
    // Classes without a price are charged at the hold, and rated again later.
    if (this.#unpriced.size > 0 && costNanos < heldNanos) costNanos = heldNanos;
    return {
      units: this.#units,
      costNanos,
      source: unknown > 0 ? "estimated" : "provider",
      unpricedClasses: [...this.#unpriced],
      responseModel: this.#responseModel,
    };
  }
}
