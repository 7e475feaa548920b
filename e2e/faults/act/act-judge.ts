import { documentedFaults } from "../../../sandbox/acting/acting-rules.ts";
import { isDefinite, type ActReply } from "./act-caller.ts";
import type { ActEvidence } from "./act-evidence.ts";
import type { CampaignRow } from "./campaign-rows.ts";
import { killPoints, priceNanos } from "./acting-family.ts";
import { actingVendors } from "./acting-vendors.ts";

export const actVerdicts = [
  "done at most once",
  "every acknowledged success was done",
  "every effect has its row",
  "nothing that was said not to be done was done",
  "one key is one operation and one answer",
  "nothing is left running",
  "what can be known is known, the rest is listed",
  "holds and books are right",
  "enough was seen",
] as const;
export type ActVerdict = (typeof actVerdicts)[number];

export interface ActFinding {
  readonly verdict: ActVerdict;
  readonly what: string;
}

type Judge = (evidence: ActEvidence) => readonly string[];

const atMostOnce: Judge = ({ effects }) =>
  [...Map.groupBy(effects, ({ reference }) => reference)].flatMap(([reference, done]) =>
    done.length > 1
      ? [`${reference} was done ${done.length} times: ${done.map(({ vendor }) => vendor).join(", ")}`]
      : [],
  );

const repliesOf = ({ runs }: ActEvidence): readonly ActReply[] => runs.flatMap(({ replies }) => replies);

const acknowledged: Judge = (evidence) => {
  const known = new Map(evidence.effects.map((effect) => [`${effect.vendor} ${effect.id}`, effect]));
  return repliesOf(evidence).flatMap(({ status, vendor, id, operationId }) => {
    if (status !== 200) return [];
    const effect = known.get(`${vendor ?? ""} ${id ?? ""}`);
    return effect?.reference === operationId
      ? []
      : [`${operationId ?? "?"} was acknowledged as ${id ?? "?"}, and not done`];
  });
};

const rowOf = ({ rows }: ActEvidence): ReadonlyMap<string, CampaignRow> =>
  new Map(rows.map((row) => [row.operationId, row]));

const accounted: Judge = (evidence) => {
  const rows = rowOf(evidence);
  return evidence.effects.flatMap(({ reference, vendor, atMs }) => {
    const row = rows.get(reference);
    if (row === undefined) return [`${vendor} did ${reference}, which the ledger does not know`];
    if (row.state !== "settled" && row.state !== "uncertain") return [`${reference} was done and is ${row.state}`];
    if (row.state === "settled" && row.vendor !== vendor)
      return [`${reference} was done by ${vendor}, not by ${row.vendor}`];
    const tried = row.attempts.some((attempt) => attempt.vendor === vendor);
    return tried ? [] : [`${vendor} did ${reference} at ${atMs} without an attempt in the ledger`];
  });
};

const notDone: Judge = (evidence) => {
  const done = new Set(evidence.effects.map(({ reference }) => reference));
  const denied = repliesOf(evidence).flatMap(({ effect, operationId }) =>
    effect === "none" && operationId !== null ? [operationId] : [],
  );
  return [...new Set(denied)].flatMap((id) => (done.has(id) ? [`${id} was said not to be done, and was`] : []));
};

const oneAnswer: Judge = ({ runs }) =>
  runs.flatMap(({ plan, replies }) => {
    const operations = new Set(replies.flatMap(({ operationId }) => operationId ?? []));
    const answers = new Set(replies.filter(isDefinite).map(({ id, effect }) => `${effect ?? ""} ${id ?? ""}`));
    return [
      ...(operations.size > 1 ? [`${plan.note} is ${operations.size} operations`] : []),
      ...(answers.size > 1 ? [`${plan.note} was given ${answers.size} answers`] : []),
    ];
  });

const ended: Judge = ({ rows }) =>
  rows.flatMap(({ operationId, state, progress }) =>
    state === "open" || state === "late" ? [`${operationId} is ${state}, ${progress}`] : [],
  );

const canBeKnown = (vendor: string): boolean =>
  Object.entries(actingVendors).some(
    ([name, { rules }]) => name === vendor && (rules.lookUp === "strong" || rules.keyLifetimeMs !== undefined),
  );

const resolved: Judge = ({ rows, listed }) => {
  const shown = new Set(listed);
  return rows.flatMap(({ operationId, state, progress, attempts }) => {
    if (state !== "uncertain") return [];
    const last = attempts.at(-1)?.vendor ?? "";
    return [
      ...(shown.has(operationId) ? [] : [`${operationId} is unknown and not listed`]),
      ...(canBeKnown(last) && progress !== "needs_review" ? [`${operationId} at ${last} is still ${progress}`] : []),
    ];
  });
};

const booked: Judge = ({ rows, budgets, effects }) => {
  const done = new Set(effects.map(({ reference }) => reference));
  const sum = (of: (row: CampaignRow) => bigint): bigint => rows.reduce((total, row) => total + of(row), 0n);
  const held = sum(({ state, held: each }) => (state === "open" || state === "uncertain" ? each : 0n));
  const spent = sum(({ booked: each }) => each);
  const counted = (of: "reserved" | "spent" | "overrun"): bigint => budgets.reduce((total, row) => total + row[of], 0n);
  return [
    ...rows.flatMap(({ operationId, state, cost, booked: each }) => {
      if (state === "settled" && (cost !== priceNanos || each !== priceNanos))
        return [`${operationId} is booked at ${each}`];
      if (state === "settled" && !done.has(operationId)) return [`${operationId} is paid for and was not done`];
      return state !== "settled" && each !== 0n ? [`${operationId} is ${state} and booked at ${each}`] : [];
    }),
    ...(counted("reserved") === held ? [] : [`${counted("reserved")} is held, and should be ${held}`]),
    ...(counted("spent") + counted("overrun") === spent
      ? []
      : [`${counted("spent")} is spent, and should be ${spent}`]),
  ];
};

/** In so many runs each thing that can happen happens so often; fewer runs show less. */
const leastShares = {
  effects: 0.3,
  unknown: 0.1,
  byReplay: 0.02,
  byLookup: 0.02,
  failedOver: 0.01,
  review: 0.005,
} as const;

const enough =
  (wanted: number): Judge =>
  ({ runs, effects, rows, faults, kills, cuts, outages }) => {
    const least = (name: string, seen: number, of: number): readonly string[] =>
      seen < Math.max(Math.floor(of), 1) ? [`${name}: ${seen}, at least ${Math.max(Math.floor(of), 1)}`] : [];
    const by = (who: string): number => rows.filter((row) => row.by === who).length;
    return [
      ...least("runs that were answered", runs.filter(({ replies }) => replies.length > 0).length, wanted),
      ...least("effects", effects.length, wanted * leastShares.effects),
      ...least("operations", rows.length, wanted * 0.95),
      ...least(
        "unknown outcomes",
        rows.filter(({ by: who, state }) => who !== null || state === "uncertain").length,
        wanted * leastShares.unknown,
      ),
      ...least("known by a repeat", by("replay"), wanted * leastShares.byReplay),
      ...least("known by a look-up", by("lookup"), wanted * leastShares.byLookup),
      ...least(
        "for review",
        rows.filter(({ progress }) => progress === "needs_review").length,
        wanted * leastShares.review,
      ),
      ...least(
        "done by the second vendor",
        rows.filter(({ state, attempts }) => state === "settled" && attempts.length > 1).length,
        wanted * leastShares.failedOver,
      ),
      ...least("cut connections", cuts, wanted / 100),
      ...least("outages", outages, wanted / 200),
      ...documentedFaults.flatMap((name) => least(name, faults[name] ?? 0, wanted / 200)),
      ...killPoints.flatMap((name) => least(`killed at ${name}`, kills[name] ?? 0, wanted / 300)),
    ];
  };

/** Everything that is wrong; nothing where all is well and enough was seen to say so. */
export const judgeActs = (evidence: ActEvidence, wanted: number): readonly ActFinding[] => {
  const judges: Readonly<Record<ActVerdict, Judge>> = {
    "done at most once": atMostOnce,
    "every acknowledged success was done": acknowledged,
    "every effect has its row": accounted,
    "nothing that was said not to be done was done": notDone,
    "one key is one operation and one answer": oneAnswer,
    "nothing is left running": ended,
    "what can be known is known, the rest is listed": resolved,
    "holds and books are right": booked,
    "enough was seen": enough(wanted),
  };
  return actVerdicts.flatMap((verdict) => judges[verdict](evidence).map((what) => ({ verdict, what })));
};
