import { expect, test } from "vitest";
import { documentedFaults } from "../../../sandbox/acting/acting-rules.ts";
import type { ActReply } from "./act-caller.ts";
import type { ActEvidence } from "./act-evidence.ts";
import type { CampaignRow } from "./campaign-rows.ts";
import { actVerdicts, judgeActs, type ActVerdict } from "./act-judge.ts";
import { killPoints, priceNanos } from "./acting-family.ts";
import { planRun } from "./run-plan.ts";

const wanted = 60;
const seed = 7;

const idOf = (n: number): string => `operation-${n}`;

const done = (n: number): ActReply => ({
  status: 200,
  code: null,
  effect: "done",
  operationId: idOf(n),
  id: `eff-${n}`,
  vendor: "courier",
  replayed: false,
});
const refused = (n: number): ActReply => ({ ...done(n), status: 422, effect: "none", id: null, vendor: null });
const unknown = (n: number): ActReply => ({ ...done(n), status: 504, effect: "unknown", id: null, vendor: null });

const rowOf = (n: number): CampaignRow => ({
  after: null,
  name: "payments.act",
  operationId: idOf(n),
  state: "settled",
  progress: "succeeded",
  vendor: "courier",
  held: priceNanos,
  cost: priceNanos,
  booked: priceNanos,
  by: n % 3 === 0 ? "replay" : n % 3 === 1 ? "lookup" : null,
  attempts:
    n % 5 === 0
      ? [
          { vendor: "carrier", evidence: "not_sent" },
          { vendor: "courier", evidence: "done" },
        ]
      : [{ vendor: "courier", evidence: "done" }],
});

/** A campaign in which all went as it should: 40 done, 10 refused, 10 that nobody can tell. */
const sound = (): ActEvidence => {
  const numbers = Array.from({ length: wanted }, (_, at) => at + 1);
  const kind = (n: number): "done" | "refused" | "unknown" => (n <= 40 ? "done" : n <= 50 ? "refused" : "unknown");
  return {
    runs: numbers.map((n) => ({
      plan: planRun(seed, n),
      replies: kind(n) === "done" ? [unknown(n), done(n)] : kind(n) === "refused" ? [refused(n)] : [unknown(n)],
    })),
    effects: numbers
      .filter((n) => kind(n) === "done")
      .map((n) => ({
        id: `eff-${n}`,
        vendor: "courier" as const,
        reference: idOf(n),
        key: `key-${n}`,
        amount: 1,
        atMs: n,
        visibleAtMs: n,
        canceled: false,
      })),
    rows: numbers.map((n) => {
      const row = rowOf(n);
      if (kind(n) === "done") return row;
      const rest = { ...row, cost: null, booked: 0n, by: null };
      return kind(n) === "refused"
        ? { ...rest, state: "released", progress: "failed" }
        : {
            ...rest,
            state: "uncertain",
            progress: "needs_review",
            attempts: [{ vendor: "bottle", evidence: "unknown" }],
          };
    }),
    budgets: [{ id: 1n, reserved: 10n * priceNanos, spent: 40n * priceNanos, overrun: 0n }],
    listed: numbers.filter((n) => kind(n) === "unknown").map(idOf),
    faults: Object.fromEntries(documentedFaults.map((name) => [name, 3])),
    kills: Object.fromEntries(killPoints.map((name) => [name, 2])),
    cuts: 5,
    outages: 3,
  };
};

const withRow = (evidence: ActEvidence, n: number, change: Partial<CampaignRow>): ActEvidence => ({
  ...evidence,
  rows: evidence.rows.map((row) => (row.operationId === idOf(n) ? { ...row, ...change } : row)),
});
const withReply = (evidence: ActEvidence, n: number, ...replies: readonly ActReply[]): ActEvidence => ({
  ...evidence,
  runs: evidence.runs.map((run) => (run.plan.n === n ? { ...run, replies: [...run.replies, ...replies] } : run)),
});
const again = (evidence: ActEvidence, n: number, change: object): ActEvidence => ({
  ...evidence,
  effects: [
    ...evidence.effects,
    ...evidence.effects.filter(({ reference }) => reference === idOf(n)).map((effect) => ({ ...effect, ...change })),
  ],
});

/** What each lie is, and the verdict that has to notice it. */
const plants: readonly (readonly [string, ActVerdict, (evidence: ActEvidence) => ActEvidence])[] = [
  ["the same vendor did one operation twice", "done at most once", (e) => again(e, 1, { id: "eff-again" })],
  ["two vendors did one operation", "done at most once", (e) => again(e, 1, { id: "eff-b", vendor: "carrier" })],
  [
    "a success that no vendor knows",
    "every acknowledged success was done",
    (e) => ({ ...e, effects: e.effects.slice(1) }),
  ],
  [
    "a success with another's id",
    "every acknowledged success was done",
    (e) => withReply(e, 1, { ...done(1), id: "eff-2" }),
  ],
  ["an effect without a row", "every effect has its row", (e) => ({ ...e, rows: e.rows.slice(1) })],
  [
    "an effect whose row was given back",
    "every effect has its row",
    (e) => withRow(e, 1, { state: "released", progress: "failed" }),
  ],
  [
    "an effect at a vendor without an attempt",
    "every effect has its row",
    (e) => withRow(e, 2, { attempts: [{ vendor: "carrier", evidence: "done" }] }),
  ],
  [
    "an effect that is booked for another vendor",
    "every effect has its row",
    (e) => withRow(e, 1, { vendor: "carrier" }),
  ],
  [
    "an effect that its caller was told had not been",
    "nothing that was said not to be done was done",
    (e) => withReply(e, 3, refused(3)),
  ],
  ["a key with two operations", "one key is one operation and one answer", (e) => withReply(e, 1, done(2))],
  [
    "a key with two answers",
    "one key is one operation and one answer",
    (e) => withReply(e, 1, { ...done(1), id: "eff-other" }),
  ],
  [
    "an operation that still runs",
    "nothing is left running",
    (e) => withRow(e, 41, { state: "open", progress: "attempting" }),
  ],
  [
    "a cost after a release",
    "nothing is left running",
    (e) => withRow(e, 41, { state: "late", progress: "succeeded" }),
  ],
  [
    "an unknown outcome that nobody is shown",
    "what can be known is known, the rest is listed",
    (e) => ({ ...e, listed: e.listed.slice(1) }),
  ],
  [
    "an unknown outcome at a vendor that could be asked",
    "what can be known is known, the rest is listed",
    (e) => withRow(e, 60, { progress: "unknown", attempts: [{ vendor: "courier", evidence: "unknown" }] }),
  ],
  [
    "a hold that is too small",
    "holds and books are right",
    (e) => ({ ...e, budgets: e.budgets.map((row) => ({ ...row, reserved: 0n })) }),
  ],
  [
    "money that is spent nowhere",
    "holds and books are right",
    (e) => ({ ...e, budgets: e.budgets.map((row) => ({ ...row, spent: row.spent - 1n })) }),
  ],
  ["a refused operation that is booked", "holds and books are right", (e) => withRow(e, 41, { booked: 1n })],
  [
    "a payment for nothing",
    "holds and books are right",
    (e) => withRow(e, 41, { state: "settled", cost: priceNanos, booked: priceNanos }),
  ],
  [
    "a run in which nothing happened",
    "enough was seen",
    (e) => ({ ...e, runs: [], effects: [], rows: [], listed: [], budgets: [] }),
  ],
  ["a run without kills", "enough was seen", (e) => ({ ...e, kills: {} })],
  ["a run without faults", "enough was seen", (e) => ({ ...e, faults: {} })],
  ["a run without outages", "enough was seen", (e) => ({ ...e, outages: 0, cuts: 0 })],
];

test("the judge has nothing against a campaign in which all went well", () => {
  expect(judgeActs(sound(), wanted)).toEqual([]);
});

test.each(plants)("the judge notices %s", (_, verdict, plant) => {
  expect(judgeActs(plant(sound()), wanted).map((finding) => finding.verdict)).toContain(verdict);
});

test("there is a lie for every verdict", () => {
  expect(new Set(plants.map(([, verdict]) => verdict))).toEqual(new Set(actVerdicts));
});
