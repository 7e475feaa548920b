import type { RunEvidence, JudgedOperation } from "./evidence.ts";
import { attributionIsTrue } from "./verdicts/attribution.ts";
import { openDossier } from "./verdicts/dossier.ts";
import { oneEffectEach } from "./verdicts/effects.ts";
import { enoughEvidence, leastDemand, type Demand } from "./verdicts/enough.ts";
import type { InvariantVerdict } from "./verdicts/finding.ts";
import { operationBeforeEffect, oneEndEach } from "./verdicts/lifecycle.ts";
import { limitsHold } from "./verdicts/limits.ts";
import { authenticatedOnly, everyCallAnswered, nothingLost, typedEffects } from "./verdicts/replies.ts";
import { sumsAgree } from "./verdicts/sums-agree.ts";
import { estimatesHold, vendorTruth } from "./verdicts/vendor-truth.ts";

/** All verdicts, with the sums people ask for. */
export interface Judgement {
  readonly passed: boolean;
  readonly verdicts: readonly InvariantVerdict[];
  readonly summary: {
    readonly vendorRequests: number;
    readonly billed: number;
    readonly missing: number;
    readonly doubled: number;
    readonly wrongCost: number;
    readonly overBudget: number;
    /** Budgets whose vendor's bill is above their limit, or above what is booked and held. */
    readonly overMoney: number;
    readonly late: number;
    readonly unexplained: number;
    readonly settled: number;
    readonly estimated: number;
    readonly uncertain: number;
    /** Rows that were in doubt at some time, however they ended. */
    readonly doubted: number;
    readonly released: number;
    readonly acknowledged: number;
    /** Nano-USD: what the vendor billed for rows whose numbers never came, and what was booked for them. */
    readonly estimatedVendorCost: string;
    readonly estimatedBooked: string;
  };
}

/** Judges the evidence by the vendor's bill and the caller's log; asks nobody, and nothing of the product. */
export const judge = (evidence: RunEvidence, demand: Demand = leastDemand): Judgement => {
  const dossier = openDossier(evidence);
  const ends = oneEndEach(dossier);
  const { limits, money } = limitsHold(dossier);
  const truth = vendorTruth(dossier);
  const estimates = estimatesHold(dossier, demand.estimateFactor, demand.estimatesForFactor);
  const effects = oneEffectEach(dossier);
  const acknowledgements = nothingLost(dossier);
  const verdicts = [
    operationBeforeEffect(dossier),
    ends.finding,
    limits,
    truth.finding,
    effects.finding,
    acknowledgements.finding,
    authenticatedOnly(dossier),
    typedEffects(dossier),
    sumsAgree(dossier),
    money,
    estimates.finding,
    attributionIsTrue(dossier),
    everyCallAnswered(dossier),
    enoughEvidence(dossier, demand),
  ].map((finding) => finding.verdict());
  const count = (is: (row: JudgedOperation) => boolean): number => evidence.operations.filter(is).length;
  return {
    passed: verdicts.every(({ passed }) => passed),
    verdicts,
    summary: {
      vendorRequests: evidence.requests.length,
      billed: [...dossier.billed.values()].reduce((sum, { length }) => sum + length, 0),
      missing: truth.missing,
      doubled: effects.doubled,
      wrongCost: truth.wrongCost + estimates.wrong,
      overBudget: limits.violations,
      overMoney: money.violations,
      late: ends.late,
      unexplained: ends.unexplained,
      settled: count(({ state }) => state === "settled"),
      estimated: count(({ source }) => source === "estimated"),
      uncertain: count(({ state }) => state === "uncertain"),
      doubted: count(({ doubt }) => doubt !== null),
      released: count(({ state }) => state === "released"),
      acknowledged: acknowledgements.acknowledged,
      estimatedVendorCost: String(estimates.vendor),
      estimatedBooked: String(estimates.booked),
    },
  };
};
