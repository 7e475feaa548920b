import { killPoints } from "../act/acting-family.ts";
import type { FamilyEvidence } from "./family-evidence.ts";
import { nameOfCell } from "./family-plan.ts";
import { lastWord } from "./run-family.ts";

/** In so many runs each thing that can happen happens so often; fewer runs show less. */
const leastShares = { answered: 0.97, effects: 0.3, unknown: 0.1, resolved: 0.05, review: 0.002, failedOver: 0.005 };
/** What a campaign has not seen enough of to say anything. */
export const shortfalls = (evidence: FamilyEvidence, runs: number): readonly string[] => {
  const { rows, effects, met, kills, cuts, outages, samples } = evidence;
  const least = (name: string, seen: number, wanted: number): readonly string[] =>
    seen < Math.max(Math.floor(wanted), 1) ? [`${name}: ${seen}, at least ${Math.max(Math.floor(wanted), 1)}`] : [];
  const planned = new Set(evidence.runs.flatMap(({ plan }) => (plan.fault === undefined ? [] : [nameOfCell(plan)])));
  return [
    ...least(
      "runs that were answered",
      evidence.runs.filter((run) => lastWord(run) !== undefined).length,
      runs * leastShares.answered,
    ),
    ...least("effects", effects.length, runs * leastShares.effects),
    ...least(
      "unknown outcomes",
      rows.filter(({ by, state }) => by !== null || state === "uncertain").length,
      runs * leastShares.unknown,
    ),
    ...least("known in the end", rows.filter(({ by }) => by !== null).length, runs * leastShares.resolved),
    ...least("for review", rows.filter(({ state }) => state === "uncertain").length, runs * leastShares.review),
    ...least(
      "done by another vendor",
      rows.filter(({ state, attempts }) => state === "settled" && attempts.length > 1).length,
      runs * leastShares.failedOver,
    ),
    ...killPoints.flatMap((name) => least(`killed at ${name}`, kills[name] ?? 0, runs / 300)),
    ...least("cut connections", cuts, runs / 100),
    ...least("outages", outages, runs / 300),
    ...least("looks at the money", samples, runs / 20),
    ...[...planned].flatMap((name) => least(name, met.get(name) ?? 0, 1)),
  ];
};
