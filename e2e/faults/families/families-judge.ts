import { isDeepStrictEqual } from "node:util";
import { knows, type AskedCall, type FamilyReply } from "./family-caller.ts";
import type { CampaignRow } from "../act/campaign-rows.ts";
import type { FamilyEvidence } from "./family-evidence.ts";
import type { FamilyEffect } from "./family-vendor.ts";

export const familyVerdicts = [
  "done at most once",
  "a copy of a mail is one that was asked for and said",
  "every acknowledged success was done",
  "every effect has its row",
  "nothing that was said not to be done was done",
  "one key is one operation and one answer",
  "one ledger row a call",
  "one reference pays once",
  "refunds never exceed what was captured",
  "nothing is left running",
  "what is unknown is listed, and its money held",
  "budgets are never exceeded, and the books are right",
] as const;
export type FamilyVerdict = (typeof familyVerdicts)[number];

export interface FamilyFinding {
  readonly verdict: FamilyVerdict;
  readonly what: string;
}

type Judge = (evidence: FamilyEvidence) => readonly string[];

const callsOf = ({ runs, others }: FamilyEvidence): readonly AskedCall[] => [
  ...others,
  ...runs.flatMap(({ call }) => call ?? []),
];

/** What makes two effects the same one: that they were done for one call; a payment is captured once. */
const nameOf = ({ operation, callKey, objectId }: FamilyEffect): string =>
  operation === "payments.order.capture" ? `capture of ${objectId}` : (callKey ?? `${operation} ${objectId}`);

/** Keys of mails of which their callers accepted copies. */
const copiesAccepted = ({ runs }: FamilyEvidence): ReadonlyMap<string, readonly FamilyReply[]> =>
  new Map(
    runs.flatMap(({ plan, call }) =>
      plan.operation === "email.send" && plan.delivery === "at_least_once" ? [[plan.key, call?.replies ?? []]] : [],
    ),
  );

const atMostOnce: Judge = (evidence) => {
  const accepted = copiesAccepted(evidence);
  return [...Map.groupBy(evidence.effects, nameOf)].flatMap(([name, done]) =>
    done.length <= 1 || accepted.has(name)
      ? []
      : [`${name} was done ${done.length} times: ${done.map(({ vendor }) => vendor).join(", ")}`],
  );
};

const mostCopies = 3;

const copies: Judge = (evidence) => {
  const accepted = copiesAccepted(evidence);
  const perCall = Map.groupBy(evidence.effects, nameOf);
  return [...perCall].flatMap(([key, done]) => {
    const replies = accepted.get(key);
    if (replies === undefined || done.length <= 1) return [];
    const ids = new Set(done.flatMap(({ messageId }) => messageId ?? []));
    const acknowledged = replies.filter(({ status }) => status === 200);
    const unsaid = acknowledged.some(({ duplicatePossible }) => !duplicatePossible);
    return [
      ...(done.length > mostCopies ? [`${key} was sent ${done.length} times`] : []),
      ...(ids.size > 1 ? [`copies of ${key} have ${ids.size} Message-IDs`] : []),
      ...(unsaid ? [`${key} was sent ${done.length} times, and its caller was told of one`] : []),
    ];
  });
};

/** A vendor may know checkouts as orders. */
const effectKindOf = (operation: AskedCall["operation"]): string =>
  operation === "payments.checkout.create" ? "payments.order.create" : operation;

const acknowledged: Judge = (evidence) => {
  const known = new Set(
    evidence.effects.map(({ vendor, operation, objectId, callKey }) =>
      operation === "email.send" ? `${callKey} ${vendor}` : `${effectKindOf(operation)} ${vendor} ${objectId}`,
    ),
  );
  return callsOf(evidence).flatMap(({ key, operation, replies }) =>
    replies.flatMap(({ status, vendor, objectId }) => {
      if (status !== 200 || operation === "payments.order.authorize") return [];
      const name = operation === "email.send" ? `${key} ${vendor}` : `${effectKindOf(operation)} ${vendor} ${objectId}`;
      return known.has(name) ? [] : [`${key} was acknowledged by ${vendor}, and not done`];
    }),
  );
};

const rowsOf = ({ rows }: FamilyEvidence): ReadonlyMap<string, CampaignRow> =>
  new Map(rows.map((row) => [row.operationId, row]));

const visible = ({ state }: CampaignRow): boolean => state === "settled" || state === "uncertain";

/** The rows that may stand for an effect: of its operation, of a copy of its mail, or of the capture of its object. */
const rowsFor = (evidence: FamilyEvidence, effect: FamilyEffect): readonly CampaignRow[] => {
  const keys =
    effect.operation === "payments.order.capture"
      ? new Set([
          ...evidence.runs.flatMap(({ plan, objectId }) =>
            plan.operation === effect.operation && objectId === effect.objectId ? [plan.key] : [],
          ),
          ...evidence.others.flatMap(({ key, operation, about }) =>
            operation === effect.operation && about === effect.objectId ? [key] : [],
          ),
        ])
      : new Set([effect.callKey]);
  return evidence.rows.filter(({ operationId }) => keys.has(evidence.callOf.get(operationId)));
};

const accounted: Judge = (evidence) =>
  evidence.effects.flatMap((effect) => {
    const rows = rowsFor(evidence, effect);
    const name = `${effect.vendor}: ${nameOf(effect)}`;
    if (rows.length === 0) return [`${name} is not in the ledger`];
    const fitting = rows.filter(visible);
    if (fitting.length === 0) return [`${name} was done, and is ${rows.map(({ state }) => state).join(", ")}`];
    const tried = fitting.some(({ attempts }) => attempts.some(({ vendor }) => vendor === effect.vendor));
    return tried ? [] : [`${name} was done without an attempt in the ledger`];
  });

/** A call that was told that nothing was done, with what was done for it. */
const notDone: Judge = (evidence) => {
  const byKey = Map.groupBy(evidence.effects, ({ callKey }) => callKey);
  const captured = new Set(
    evidence.effects.flatMap(({ operation, objectId }) => (operation === "payments.order.capture" ? [objectId] : [])),
  );
  const objects = new Map(evidence.runs.map(({ plan, objectId }) => [plan.key, objectId]));
  return callsOf(evidence).flatMap(({ key, operation, replies }) => {
    if (!replies.some(({ effect, operationId }) => effect === "none" && operationId !== null)) return [];
    const object = objects.get(key);
    const done = operation === "payments.order.capture" ? object !== undefined && captured.has(object) : byKey.has(key);
    return done ? [`${key} was said not to be done, and was`] : [];
  });
};

const oneAnswer: Judge = (evidence) => {
  const accepted = copiesAccepted(evidence);
  return callsOf(evidence).flatMap(({ key, replies }) => {
    const operations = new Set(replies.flatMap(({ operationId }) => operationId ?? []));
    const answers = replies.filter(knows).map(({ effect, objectId, messageId }) => ({ effect, objectId, messageId }));
    const [first] = answers;
    return [
      ...(operations.size > 1 && !accepted.has(key) ? [`${key} is ${operations.size} operations`] : []),
      ...(answers.every((one) => isDeepStrictEqual(one, first)) ? [] : [`${key} was given several answers`]),
    ];
  });
};

const oneRow: Judge = (evidence) => {
  const accepted = copiesAccepted(evidence);
  const known = rowsOf(evidence);
  const unknown = evidence.rows
    .filter(({ operationId, attempts }) => !evidence.callOf.has(operationId) && attempts.length > 0)
    .map(({ operationId }) => `${operationId} belongs to no call`);
  const used = Map.groupBy(
    evidence.rows.filter(visible),
    ({ operationId }) => evidence.callOf.get(operationId) ?? operationId,
  );
  const several = [...used].flatMap(([key, rows]) => {
    const most = accepted.has(key) ? mostCopies : 1;
    return rows.length > most ? [`${key} has ${rows.length} rows`] : [];
  });
  const missing = callsOf(evidence).flatMap(({ key, replies }) =>
    replies.some(({ operationId }) => operationId !== null && !known.has(operationId)) ? [`${key} has no row`] : [],
  );
  return [...unknown, ...several, ...missing];
};

const oneReference: Judge = (evidence) => {
  const groups = Map.groupBy(
    evidence.runs.filter(
      ({ plan }) => plan.operation === "payments.checkout.create" || plan.operation === "payments.order.create",
    ),
    ({ plan }) => plan.group,
  );
  return [...groups].flatMap(([group, runs]) => {
    const keys = new Set(runs.map(({ plan }) => plan.key));
    const done = evidence.effects.filter((effect) => keys.has(effect.callKey ?? ""));
    return done.length > 1 ? [`${group} has ${done.length} payments`] : [];
  });
};

const refunds: Judge = ({ payments, refunds: watched }) => [
  ...payments.flatMap(({ objectId, captured, refunded }) =>
    refunded > captured ? [`${refunded} of ${captured} was refunded of ${objectId}`] : [],
  ),
  ...watched.flatMap(({ operationId, paid, most }) =>
    most > paid ? [`refunds of ${operationId} may have come to ${most} of ${paid}`] : [],
  ),
];

const ended: Judge = ({ rows }) =>
  rows.flatMap(({ operationId, state, progress }) =>
    state === "open" || state === "late" ? [`${operationId} is ${state}, ${progress}`] : [],
  );

const resolved: Judge = ({ rows, listed }) => {
  const shown = new Set(listed);
  return rows.flatMap(({ operationId, state, progress, vendor }) => {
    if (state !== "uncertain") return [];
    return [
      ...(shown.has(operationId) ? [] : [`${operationId} is unknown and not listed`]),
      ...(progress === "needs_review" ? [] : [`${operationId} at ${vendor} is still ${progress}`]),
    ];
  });
};

const booked: Judge = ({ rows, budgets }) => {
  const sum = (of: (row: CampaignRow) => bigint): bigint => rows.reduce((total, row) => total + of(row), 0n);
  const held = sum(({ state, held: each }) => (state === "open" || state === "uncertain" ? each : 0n));
  const roots = budgets.filter(({ root }) => root);
  const counted = (of: "reserved" | "spent" | "overrun"): bigint => roots.reduce((total, row) => total + row[of], 0n);
  const spent = sum(({ booked: each }) => each);
  return [
    ...rows.flatMap(({ operationId, state, cost, booked: each, held: most }) => {
      if (state === "settled" && (cost !== each || each > most)) return [`${operationId} is booked at ${each}`];
      return state !== "settled" && each !== 0n ? [`${operationId} is ${state} and booked at ${each}`] : [];
    }),
    ...(counted("reserved") === held ? [] : [`${counted("reserved")} is held, and should be ${held}`]),
    ...(counted("spent") + counted("overrun") === spent ? [] : [`${counted("spent")} is spent, not ${spent}`]),
    ...budgets.flatMap(({ id, hard, lim, mostUsed, leastReserved, overrun }) => [
      ...(hard && mostUsed > lim ? [`budget ${id} of ${lim} was used to ${mostUsed}`] : []),
      ...(hard && overrun > 0n ? [`budget ${id} has an overrun of ${overrun}`] : []),
      ...(leastReserved < 0n ? [`budget ${id} had ${leastReserved} reserved`] : []),
    ]),
  ];
};

/** Everything that is wrong; nothing where all is well. */
export const judgeFamilies = (evidence: FamilyEvidence): readonly FamilyFinding[] => {
  const judges: Readonly<Record<FamilyVerdict, Judge>> = {
    "done at most once": atMostOnce,
    "a copy of a mail is one that was asked for and said": copies,
    "every acknowledged success was done": acknowledged,
    "every effect has its row": accounted,
    "nothing that was said not to be done was done": notDone,
    "one key is one operation and one answer": oneAnswer,
    "one ledger row a call": oneRow,
    "one reference pays once": oneReference,
    "refunds never exceed what was captured": refunds,
    "nothing is left running": ended,
    "what is unknown is listed, and its money held": resolved,
    "budgets are never exceeded, and the books are right": booked,
  };
  return familyVerdicts.flatMap((verdict) => judges[verdict](evidence).map((what) => ({ verdict, what })));
};
