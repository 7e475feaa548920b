import { expect, test } from "vitest";
import type { FamilyReply } from "./family-caller.ts";
import type { CampaignRow } from "../act/campaign-rows.ts";
import type { FamilyEvidence } from "./family-evidence.ts";
import { familyVerdicts, judgeFamilies, type FamilyVerdict } from "./families-judge.ts";
import { familiesTable } from "./families-table.ts";
import type { FamilyPlan } from "./family-plan.ts";
import type { FamilyEffect, FamilyOperation } from "./family-vendor.ts";
import type { FamilyRun } from "./run-family.ts";

const price = 1_000n;
const idOf = (key: string): string => `operation-${key}`;

const planOf = (key: string, operation: FamilyOperation, more: Partial<FamilyPlan> = {}): FamilyPlan => ({
  n: 1,
  key,
  operation,
  vendor: operation === "email.send" ? "resend" : "stripe",
  fault: undefined,
  provider: undefined,
  faults: {},
  kill: undefined,
  leavesAfterMs: undefined,
  group: key,
  delivery: "at_most_once",
  amount: 100,
  poor: false,
  ...more,
});

const messageIdOf = (key: string): string => `<${key}@example.com>`;
const objectOf = (key: string): string => `object-${key}`;

const done = ({ key, operation, vendor }: FamilyPlan, more: Partial<FamilyReply> = {}): FamilyReply => ({
  status: 200,
  code: null,
  effect: "done",
  operationId: idOf(key),
  objectId: objectOf(key),
  orderId: null,
  next: null,
  messageId: operation === "email.send" ? messageIdOf(key) : null,
  vendor,
  replayed: false,
  duplicatePossible: false,
  ...more,
});
const refused = (plan: FamilyPlan): FamilyReply =>
  done(plan, { status: 422, effect: "none", objectId: null, messageId: null, vendor: null });
const unknown = (plan: FamilyPlan): FamilyReply => ({ ...refused(plan), status: 504, effect: "unknown" });

const effectOf = ({ key, operation, vendor }: FamilyPlan): FamilyEffect => ({
  vendor,
  operation,
  objectId: objectOf(key),
  callKey: operation === "payments.order.capture" ? undefined : key,
  messageId: operation === "email.send" ? messageIdOf(key) : null,
});

const rowOf = ({ key, operation, vendor }: FamilyPlan, more: Partial<CampaignRow> = {}): CampaignRow => ({
  operationId: idOf(key),
  after: null,
  name: operation,
  state: "settled",
  progress: "succeeded",
  vendor,
  held: price,
  cost: price,
  booked: price,
  by: null,
  attempts: [{ vendor, evidence: "done" }],
  ...more,
});
const released = { state: "released", progress: "failed", cost: null, booked: 0n } as const;
const inReview = { state: "uncertain", progress: "needs_review", cost: null, booked: 0n } as const;

const plans = {
  mail: planOf("mail", "email.send"),
  copied: planOf("copied", "email.send", { delivery: "at_least_once" }),
  checkout: planOf("checkout", "payments.checkout.create", { group: "reference" }),
  order: planOf("order", "payments.order.create", { group: "reference" }),
  capture: planOf("capture", "payments.order.capture"),
  refund: planOf("refund", "payments.refund.create"),
  unknown: planOf("unknown", "email.send", { vendor: "smtp" }),
} as const;
type PlanName = keyof typeof plans;

const runOf = (plan: FamilyPlan, ...replies: readonly FamilyReply[]): FamilyRun => ({
  plan,
  call: { key: plan.key, operation: plan.operation, replies },
  objectId: plan.operation === "payments.order.capture" ? objectOf(plan.key) : undefined,
  question: undefined,
});

/** A campaign in which all went as it should: two copies of a mail that may have some, a refusal, one that nobody can tell. */
const sound = (): FamilyEvidence => {
  const { mail, copied, checkout, order, capture, refund } = plans;
  return {
    runs: [
      runOf(mail, unknown(mail), done(mail)),
      runOf(copied, done(copied, { operationId: "operation-second", vendor: "smtp", duplicatePossible: true })),
      runOf(checkout, done(checkout)),
      runOf(order, refused(order)),
      runOf(capture, done(capture)),
      runOf(refund, done(refund)),
      runOf(plans.unknown, unknown(plans.unknown)),
    ],
    others: [],
    effects: [
      ...[mail, copied, checkout, capture, refund].map(effectOf),
      { ...effectOf(copied), vendor: "smtp", objectId: "2" },
    ],
    payments: [{ vendor: "stripe", objectId: "object-paid", captured: 100n, refunded: 40n }],
    rows: [
      rowOf(mail),
      rowOf(copied, inReview),
      rowOf(copied, {
        operationId: "operation-second",
        vendor: "smtp",
        attempts: [{ vendor: "smtp", evidence: "done" }],
      }),
      rowOf(checkout),
      rowOf(order, released),
      rowOf(capture),
      rowOf(refund),
      rowOf(plans.unknown, inReview),
    ],
    budgets: [
      {
        id: 1n,
        root: true,
        hard: true,
        lim: 100n * price,
        reserved: 2n * price,
        spent: 5n * price,
        overrun: 0n,
        mostUsed: 8n * price,
        leastReserved: 0n,
      },
    ],
    refunds: [{ operationId: "operation-paid", paid: 100n, most: 100n }],
    samples: 10,
    listed: [idOf("copied"), idOf("unknown")],
    callOf: new Map([
      ...Object.values(plans).map(({ key }) => [idOf(key), key] as const),
      ["operation-second", "copied"],
    ]),
    met: new Map(),
    kills: {},
    cuts: 1,
    outages: 1,
  };
};

const withRow = (evidence: FamilyEvidence, name: PlanName, change: Partial<CampaignRow>): FamilyEvidence => ({
  ...evidence,
  rows: evidence.rows.map((row) => (row.operationId === idOf(name) ? { ...row, ...change } : row)),
});
const withReply = (evidence: FamilyEvidence, name: PlanName, ...replies: readonly FamilyReply[]): FamilyEvidence => ({
  ...evidence,
  runs: evidence.runs.map((run) =>
    run.plan.key === name && run.call
      ? { ...run, call: { ...run.call, replies: [...run.call.replies, ...replies] } }
      : run,
  ),
});
const withEffect = (evidence: FamilyEvidence, name: PlanName, change: Partial<FamilyEffect> = {}): FamilyEvidence => ({
  ...evidence,
  effects: [...evidence.effects, { ...effectOf(plans[name]), ...change }],
});
const withoutEffect = (evidence: FamilyEvidence, name: PlanName): FamilyEvidence => ({
  ...evidence,
  effects: evidence.effects.filter(({ callKey, objectId }) => callKey !== name && objectId !== objectOf(name)),
});
const withBudget = (evidence: FamilyEvidence, change: Partial<FamilyEvidence["budgets"][number]>): FamilyEvidence => ({
  ...evidence,
  budgets: evidence.budgets.map((row) => ({ ...row, ...change })),
});

/** What each lie is, and the verdict that has to notice it. */
const plants: readonly (readonly [string, FamilyVerdict, (evidence: FamilyEvidence) => FamilyEvidence])[] = [
  ["a mail that arrived twice", "done at most once", (e) => withEffect(e, "mail", { objectId: "again" })],
  [
    "a mail that another vendor sent, too, as another message",
    "done at most once",
    (e) => withEffect(e, "mail", { vendor: "smtp", messageId: "<other@example.com>" }),
  ],
  ["a checkout that was opened twice", "done at most once", (e) => withEffect(e, "checkout", { objectId: "again" })],
  ["a payment that was captured twice", "done at most once", (e) => withEffect(e, "capture")],
  ["a refund that was made twice", "done at most once", (e) => withEffect(e, "refund", { objectId: "again" })],
  [
    "a fourth copy of a mail",
    "a copy of a mail is one that was asked for and said",
    (e) => withEffect(withEffect(e, "copied", { objectId: "3" }), "copied", { objectId: "4" }),
  ],
  [
    "a copy that nobody can recognize",
    "a copy of a mail is one that was asked for and said",
    (e) => withEffect(e, "copied", { messageId: "<other@example.com>" }),
  ],
  [
    "a copy of which its caller was not told",
    "a copy of a mail is one that was asked for and said",
    (e) => withReply(e, "copied", done(plans.copied)),
  ],
  ["a mail that was lost", "every acknowledged success was done", (e) => withoutEffect(e, "mail")],
  ["a capture that was lost", "every acknowledged success was done", (e) => withoutEffect(e, "capture")],
  [
    "a refund with another's id",
    "every acknowledged success was done",
    (e) => withReply(e, "refund", done(plans.refund, { objectId: "object-checkout" })),
  ],
  [
    "an effect without a row",
    "every effect has its row",
    (e) => ({ ...e, rows: e.rows.filter(({ operationId }) => operationId !== idOf("checkout")) }),
  ],
  [
    "a hold that was released too early: the vendor did it all the same",
    "every effect has its row",
    (e) => withEffect(e, "order"),
  ],
  ["a capture whose row was given back", "every effect has its row", (e) => withRow(e, "capture", released)],
  [
    "an effect at a vendor without an attempt",
    "every effect has its row",
    (e) => withRow(e, "refund", { attempts: [] }),
  ],
  [
    "a refund that its caller was told had not been made",
    "nothing that was said not to be done was done",
    (e) => withReply(e, "refund", refused(plans.refund)),
  ],
  [
    "a capture that its caller was told had not been made",
    "nothing that was said not to be done was done",
    (e) => withReply(e, "capture", refused(plans.capture)),
  ],
  [
    "a key with two operations",
    "one key is one operation and one answer",
    (e) => withReply(e, "mail", done(plans.mail, { operationId: idOf("checkout") })),
  ],
  [
    "a key with two answers",
    "one key is one operation and one answer",
    (e) => withReply(e, "checkout", done(plans.checkout, { objectId: "other" })),
  ],
  [
    "a call with two rows",
    "one ledger row a call",
    (e) => ({
      ...e,
      rows: [...e.rows, rowOf(plans.refund, { operationId: "operation-more" })],
      callOf: new Map([...e.callOf, ["operation-more", "refund"]]),
    }),
  ],
  [
    "a row of which no call knows",
    "one ledger row a call",
    (e) => ({ ...e, rows: [...e.rows, rowOf(plans.refund, { operationId: "operation-more" })] }),
  ],
  [
    "an answer whose row is gone",
    "one ledger row a call",
    (e) => ({ ...e, rows: e.rows.filter(({ operationId }) => operationId !== idOf("order")) }),
  ],
  ["a reference that was paid twice", "one reference pays once", (e) => withEffect(e, "order")],
  [
    "refunds above what was captured",
    "refunds never exceed what was captured",
    (e) => ({ ...e, payments: e.payments.map((one) => ({ ...one, refunded: 101n })) }),
  ],
  [
    "refunds that may have come to more, for a while",
    "refunds never exceed what was captured",
    (e) => ({ ...e, refunds: e.refunds.map((one) => ({ ...one, most: 101n })) }),
  ],
  [
    "an operation that still runs",
    "nothing is left running",
    (e) => withRow(e, "order", { state: "open", progress: "attempting" }),
  ],
  [
    "an unknown outcome that nobody is shown",
    "what is unknown is listed, and its money held",
    (e) => ({ ...e, listed: [idOf("copied")] }),
  ],
  [
    "an unknown outcome that nobody resolves",
    "what is unknown is listed, and its money held",
    (e) => withRow(e, "unknown", { progress: "unknown" }),
  ],
  [
    "an unknown outcome whose hold is gone",
    "budgets are never exceeded, and the books are right",
    (e) => withBudget(e, { reserved: price }),
  ],
  [
    "money that is spent nowhere",
    "budgets are never exceeded, and the books are right",
    (e) => withBudget(e, { spent: 4n * price }),
  ],
  [
    "a budget that was exceeded for a moment",
    "budgets are never exceeded, and the books are right",
    (e) => withBudget(e, { mostUsed: 101n * price }),
  ],
  [
    "a hold below nothing, for a moment",
    "budgets are never exceeded, and the books are right",
    (e) => withBudget(e, { leastReserved: -1n }),
  ],
  [
    "a call that cost more than was held for it",
    "budgets are never exceeded, and the books are right",
    (e) => withBudget(withRow(e, "mail", { cost: 2n * price, booked: 2n * price }), { spent: 6n * price }),
  ],
  [
    "a refusal that is booked",
    "budgets are never exceeded, and the books are right",
    (e) => withBudget(withRow(e, "order", { booked: price }), { spent: 6n * price }),
  ],
];

test("the judge has nothing against a campaign in which all went well, and its table counts it", () => {
  expect(judgeFamilies(sound())).toEqual([]);
  const table = familiesTable(sound());
  expect(table.reduce((sum, { tried }) => sum + tried, 0)).toBe(Object.keys(plans).length);
  expect(table.filter(({ doubled, lost }) => doubled + lost > 0)).toEqual([]);
});

test.each(plants)("the judge notices %s", (_, verdict, plant) => {
  expect(judgeFamilies(plant(sound())).map((finding) => finding.verdict)).toContain(verdict);
});

test("there is a lie for every verdict", () => {
  expect(new Set(plants.map(([, verdict]) => verdict))).toEqual(new Set(familyVerdicts));
});

test("the table counts what was doubled and what was lost", () => {
  const doubled = familiesTable(withEffect(sound(), "refund", { objectId: "again" }));
  expect(doubled.filter(({ doubled: n }) => n > 0)).toMatchObject([{ operation: "payments.refund.create" }]);
  const lost = familiesTable(withoutEffect(sound(), "capture"));
  expect(lost.filter(({ lost: n }) => n > 0)).toMatchObject([{ operation: "payments.order.capture" }]);
});
