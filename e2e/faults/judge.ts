import type { RequestRecord } from "../../sandbox/request-log.ts";
import { errorTable } from "../../server/errors.ts";
import { publishedCost } from "../../test/published-prices.ts";
import type { Evidence, IntentRow, ReplyLine } from "./evidence.ts";

/** One invariant's verdict. */
export interface Verdict {
  readonly invariant: string;
  readonly says: string;
  readonly passed: boolean;
  /** How many facts were looked at. */
  readonly checked: number;
  readonly violations: number;
  readonly examples: readonly string[];
}

/** All of them, with the sums people ask for. */
export interface Judgement {
  readonly passed: boolean;
  readonly verdicts: readonly Verdict[];
  readonly summary: {
    readonly vendorRequests: number;
    readonly billed: number;
    readonly missing: number;
    readonly doubled: number;
    readonly wrongCost: number;
    readonly overBudget: number;
    readonly late: number;
    readonly unexplained: number;
    readonly settled: number;
    readonly estimated: number;
    readonly uncertain: number;
    readonly released: number;
    readonly acknowledged: number;
    /** Nano-USD: what the vendor billed for rows whose numbers never came, and what was booked for them. */
    readonly estimatedVendorCost: string;
    readonly estimatedBooked: string;
  };
}

const maxExamples = 5;

/** Collects what breaks one invariant. */
class Finding {
  readonly invariant: string;
  readonly says: string;
  checked = 0;
  #violations = 0;
  readonly #examples: string[] = [];

  constructor(invariant: string, says: string) {
    this.invariant = invariant;
    this.says = says;
  }

  check(holds: boolean, otherwise: () => string): void {
    this.checked += 1;
    if (holds) return;
    this.#violations += 1;
    if (this.#examples.length < maxExamples) this.#examples.push(otherwise());
  }

  get violations(): number {
    return this.#violations;
  }

  verdict(): Verdict {
    const { invariant, says, checked } = this;
    return {
      invariant,
      says,
      passed: this.#violations === 0,
      checked,
      violations: this.#violations,
      examples: this.#examples,
    };
  }
}

const isExact = ({ source }: IntentRow): boolean => source === "provider" || source === "drained";
const modelOf = ({ model }: RequestRecord): string => model;

const sumBy = <T>(list: readonly T[], keyOf: (one: T) => string, amountOf: (one: T) => bigint): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const one of list) sums.set(keyOf(one), (sums.get(keyOf(one)) ?? 0n) + amountOf(one));
  return sums;
};

const groupBy = <T>(list: readonly T[], keyOf: (one: T) => string | null): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
};

const intentBeforeEffect = ({ sightings, requests, intents }: Evidence): Finding => {
  const finding = new Finding("I-1", "no vendor effect without an intent committed before its first byte");
  const known = new Set(intents.map(({ iid }) => iid));
  for (const { operationId, visible } of sightings) {
    if (visible !== null) finding.check(visible, () => `${operationId} was not visible when the vendor received it`);
  }
  for (const { operationId, seq } of requests)
    finding.check(operationId !== null && known.has(operationId), () => `vendor request ${seq} has no intent`);
  return finding;
};

const oneEndEach = (
  { intents, answers, requests }: Evidence,
  billed: ReadonlyMap<string, readonly RequestRecord[]>,
) => {
  const finding = new Finding("I-2", "each intent ends once: settled, released with proof, or uncertain and explained");
  const unexplained = new Finding("", "");
  const endings = new Map(answers.map((answer) => [answer.seq, answer]));
  const bySeq = groupBy(requests, ({ operationId }) => operationId);
  let late = 0;
  for (const row of intents) {
    if (row.state === "late") late += 1;
    finding.check(row.state !== "open" && row.state !== "late", () => `${row.iid} is ${row.state}`);
    if (row.state === "released")
      finding.check(!billed.has(row.iid), () => `${row.iid} was released, but the vendor bills it`);
    if (row.state !== "uncertain" && row.source !== "estimated") continue;
    // Doubt needs a reason: its process died, or the vendor never told its numbers in full.
    const told = (bySeq.get(row.iid) ?? []).some(
      ({ seq, reported }) => reported !== null && endings.get(seq)?.usageSent === true,
    );
    unexplained.check(!row.processAlive || !told, () => row.iid);
    finding.check(
      !row.processAlive || !told,
      () => `${row.iid} is ${row.state}/${row.source} though its process lives and the vendor told its numbers`,
    );
  }
  return { finding, late, unexplained: unexplained.violations };
};

const withinLimit = ({ budgets }: Evidence): Finding => {
  const finding = new Finding("I-3", "spent and reserved never exceed a hard limit");
  for (const { id, hard, lim, spent, reserved } of budgets) {
    if (hard)
      finding.check(spent + reserved <= lim, () => `budget ${id}: ${spent} spent and ${reserved} reserved of ${lim}`);
  }
  return finding;
};

const vendorTruth = ({ intents }: Evidence, billed: ReadonlyMap<string, readonly RequestRecord[]>) => {
  const finding = new Finding("I-4", "what the vendor bills is what the ledger booked");
  const rows = new Map(intents.map((row) => [row.iid, row]));
  let missing = 0;
  let wrongCost = 0;
  let vendorEstimated = 0n;
  let bookedEstimated = 0n;
  for (const [operationId, requests] of billed) {
    const row = rows.get(operationId);
    const owed = requests.reduce((sum, one) => sum + publishedCost(modelOf(one), { ...one.units }), 0n);
    const present = row !== undefined && (row.state === "settled" || row.state === "uncertain" || row.state === "late");
    finding.check(present, () => `${operationId} is billed, but its row is ${row?.state ?? "not there"}`);
    if (!present) {
      missing += 1;
      continue;
    }
    if (isExact(row)) {
      finding.check(row.cost === owed, () => `${operationId} cost ${owed}, booked ${row.cost}`);
      if (row.cost !== owed) wrongCost += 1;
    } else {
      vendorEstimated += owed;
      bookedEstimated += row.cost ?? 0n;
    }
  }
  for (const row of intents) {
    if (row.state !== "settled") continue;
    if (isExact(row)) {
      finding.check(billed.has(row.iid), () => `${row.iid} is booked at the vendor's numbers, which bills nothing`);
      if (!billed.has(row.iid)) wrongCost += 1;
    } else {
      const fair = row.cost !== null && row.cost > 0n && row.cost <= row.held;
      finding.check(fair, () => `${row.iid} is estimated at ${row.cost} of ${row.held} held`);
      if (!fair) wrongCost += 1;
    }
  }
  return { finding, missing, wrongCost, vendorEstimated, bookedEstimated };
};

const oneEffectEach = ({ requests, client, entries }: Evidence) => {
  const finding = new Finding("I-5", "one call, repeated or not, has at most one effect and one answer");
  let doubled = 0;
  const once = (holds: boolean, otherwise: () => string): void => {
    finding.check(holds, otherwise);
    if (!holds) doubled += 1;
  };
  // Every call's text is its own, so that equal bodies at the vendor are the same call.
  for (const [digest, same] of groupBy(
    requests.filter(({ billed }) => billed),
    ({ bodyDigest }) => bodyDigest,
  )) {
    once(
      same.length === 1,
      () =>
        `${same.length} effects of one call, body ${digest.slice(0, 12)}: ${same.map(({ operationId }) => operationId).join(", ")}`,
    );
  }
  for (const [iid, costs] of groupBy(
    entries.filter(({ kind }) => kind === "cost"),
    (entry) => entry.iid,
  )) {
    once(costs.length === 1, () => `${iid} is booked ${costs.length} times`);
  }
  const acknowledged = client.filter(
    (line): line is ReplyLine => line.type === "reply" && line.status === 200 && line.wellFormed,
  );
  for (const [call, same] of groupBy(acknowledged, (line) => line.call)) {
    const answers = new Set(same.map(({ contentDigest }) => contentDigest));
    once(answers.size === 1, () => `call ${call} was answered in ${answers.size} ways`);
  }
  return { finding, doubled };
};

const nothingLost = ({ client, intents }: Evidence) => {
  const finding = new Finding("I-6", "every acknowledged call has its row, at the cost that was told");
  const rows = new Map(intents.map((row) => [row.iid, row]));
  let acknowledged = 0;
  for (const line of client) {
    if (line.type !== "reply" || line.status !== 200 || !line.wellFormed) continue;
    acknowledged += 1;
    const row = line.operationId === null ? undefined : rows.get(line.operationId);
    finding.check(
      row?.state === "settled",
      () => `call ${line.call}: operation ${line.operationId} is ${row?.state ?? "not there"}`,
    );
    if (row)
      finding.check(
        line.costNanoUsd === String(row.cost),
        () => `call ${line.call}: told ${line.costNanoUsd}, booked ${row.cost}`,
      );
  }
  return { finding, acknowledged };
};

const authenticatedOnly = ({ client }: Evidence): Finding => {
  const finding = new Finding("I-8", "no success without a valid credential");
  const without = new Set(
    client.flatMap((line) => (line.type === "sent" && !line.authenticated ? [`${line.call}/${line.attempt}`] : [])),
  );
  for (const line of client) {
    if (line.type !== "reply" || !without.has(`${line.call}/${line.attempt}`)) continue;
    finding.check(line.status >= 400, () => `call ${line.call} was answered ${line.status}`);
  }
  return finding;
};

const typedEffects = (
  { client, intents }: Evidence,
  billed: ReadonlyMap<string, readonly RequestRecord[]>,
): Finding => {
  const finding = new Finding("I-9", "every reply is a success or a typed error whose effect is true");
  const byRequest = groupBy(intents, ({ requestId }) => requestId);
  const rows = new Map(intents.map((row) => [row.iid, row]));
  for (const line of client) {
    if (line.type !== "reply") continue;
    finding.check(line.wellFormed, () => `call ${line.call}: a reply with status ${line.status} cannot be read`);
    if (line.code === null) continue;
    finding.check(
      Object.hasOwn(errorTable, line.code) && /^(none|done|unknown)$/.test(line.effect ?? ""),
      () => `call ${line.call}: ${line.code} with effect ${line.effect}`,
    );
    const made = line.requestId === null ? [] : (byRequest.get(line.requestId) ?? []);
    if (line.effect === "none")
      finding.check(
        made.every(({ iid }) => !billed.has(iid)),
        () => `call ${line.call}: ${line.code} says none, the vendor bills ${made.map(({ iid }) => iid).join(", ")}`,
      );
    if (line.effect === "done") {
      const state = line.operationId === null ? undefined : rows.get(line.operationId)?.state;
      finding.check(
        state === "settled",
        () => `call ${line.call}: ${line.code} says done, the row is ${state ?? "not there"}`,
      );
    }
  }
  return finding;
};

const sumsAgree = ({ budgets, intents, entries, rollups }: Evidence): Finding => {
  const finding = new Finding("I-10", "levels, entries, rows and rollups agree");
  const booked = sumBy(
    entries,
    ({ iid }) => iid,
    ({ amount }) => amount,
  );
  const held = new Map<string, bigint>();
  const spent = new Map<string, bigint>();
  for (const row of intents) {
    const total = booked.get(row.iid) ?? 0n;
    finding.check((row.cost ?? 0n) === total, () => `${row.iid} cost ${row.cost}, entries say ${total}`);
    for (const level of row.levels) {
      if (row.state === "open" || row.state === "uncertain")
        held.set(String(level), (held.get(String(level)) ?? 0n) + row.held);
      spent.set(String(level), (spent.get(String(level)) ?? 0n) + total);
    }
  }
  for (const level of budgets) {
    const id = String(level.id);
    finding.check(
      level.reserved === (held.get(id) ?? 0n),
      () => `level ${id} reserves ${level.reserved}, its holds are ${held.get(id) ?? 0n}`,
    );
    const used = level.spent + level.overrun + level.rolledOff;
    finding.check(
      used === (spent.get(id) ?? 0n),
      () => `level ${id} has spent ${used}, its entries are ${spent.get(id) ?? 0n}`,
    );
  }
  const total = entries.reduce((sum, { amount }) => sum + amount, 0n);
  const ends = BigInt(entries.filter(({ kind }) => kind === "cost" || kind === "release").length);
  for (const { name, calls, cost } of rollups) {
    finding.check(cost === total, () => `${name} sums to ${cost}, entries to ${total}`);
    finding.check(calls === ends, () => `${name} counts ${calls} calls, entries ${ends}`);
  }
  return finding;
};

/** Judges the evidence; asks nobody. */
export const judge = (evidence: Evidence): Judgement => {
  const billed = groupBy(
    evidence.requests.filter((request) => request.billed),
    ({ operationId }) => operationId,
  );
  const ends = oneEndEach(evidence, billed);
  const truth = vendorTruth(evidence, billed);
  const effects = oneEffectEach(evidence);
  const acknowledgements = nothingLost(evidence);
  const limits = withinLimit(evidence);
  const verdicts = [
    intentBeforeEffect(evidence),
    ends.finding,
    limits,
    truth.finding,
    effects.finding,
    acknowledgements.finding,
    authenticatedOnly(evidence),
    typedEffects(evidence, billed),
    sumsAgree(evidence),
  ].map((finding) => finding.verdict());
  const count = (is: (row: IntentRow) => boolean): number => evidence.intents.filter(is).length;
  return {
    passed: verdicts.every(({ passed }) => passed),
    verdicts,
    summary: {
      vendorRequests: evidence.requests.length,
      billed: [...billed.values()].reduce((sum, { length }) => sum + length, 0),
      missing: truth.missing,
      doubled: effects.doubled,
      wrongCost: truth.wrongCost,
      overBudget: limits.violations,
      late: ends.late,
      unexplained: ends.unexplained,
      settled: count(({ state }) => state === "settled"),
      estimated: count(({ source }) => source === "estimated"),
      uncertain: count(({ state }) => state === "uncertain"),
      released: count(({ state }) => state === "released"),
      acknowledged: acknowledgements.acknowledged,
      estimatedVendorCost: String(truth.vendorEstimated),
      estimatedBooked: String(truth.bookedEstimated),
    },
  };
};
