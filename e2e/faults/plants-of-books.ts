import type { BudgetRow, RunEvidence, JudgedOperation } from "./evidence.ts";
import { doubleRow, firstOf, giveBack, overrun, rebook, rename, reopen } from "./falsify.ts";
import type { Plant } from "./plants.ts";

// What the product's own books could say wrongly: rows, entries, counters, rollups.

const exact = ({ operations, requests }: RunEvidence): readonly JudgedOperation[] => {
  const billed = new Set(requests.flatMap((request) => (request.billed ? [request.operationId] : [])));
  return operations.filter(
    ({ operationId, source, cost }) => billed.has(operationId) && source === "provider" && cost !== null && cost > 1n,
  );
};

const estimated = ({ operations, requests }: RunEvidence, ...doubts: readonly string[]): readonly JudgedOperation[] => {
  const billed = new Set(requests.flatMap((request) => (request.billed ? [request.operationId] : [])));
  return operations.filter(
    ({ operationId, state, source, doubt }) =>
      billed.has(operationId) &&
      state === "settled" &&
      source === "estimated" &&
      (doubts.length === 0 || doubts.includes(doubt ?? "")),
  );
};

const needed = <T>(list: readonly T[], what: string): readonly T[] => {
  firstOf(list, what);
  return list;
};

const oneExact = (sound: RunEvidence): JudgedOperation => firstOf(exact(sound), "row at the vendor's numbers");
const oneEstimated = (sound: RunEvidence): JudgedOperation => firstOf(estimated(sound), "estimated row");
const oneDoubted = (sound: RunEvidence): JudgedOperation =>
  firstOf(
    estimated(sound).filter(({ doubt, resolvedBy }) => doubt !== null && resolvedBy !== null),
    "row whose doubt has ended",
  );

const change = (sound: RunEvidence, row: JudgedOperation, changes: Partial<JudgedOperation>): RunEvidence => ({
  ...sound,
  operations: sound.operations.map((one) => (one === row ? { ...one, ...changes } : one)),
});

const changeBudgets = (
  sound: RunEvidence,
  of: (budget: BudgetRow) => boolean,
  to: (budget: BudgetRow) => Partial<BudgetRow>,
): RunEvidence => {
  firstOf(sound.budgets.filter(of), "such a budget");
  return { ...sound, budgets: sound.budgets.map((budget) => (of(budget) ? { ...budget, ...to(budget) } : budget)) };
};

const used = ({ hard, spent }: BudgetRow): boolean => hard && spent > 1_000n;

/** A budget of a scope that was never counted: in no levels, with nothing on its counters. */
const uncounted = (sound: RunEvidence, scope: BudgetRow["scope"]): RunEvidence => {
  const ids = new Set(sound.budgets.flatMap((budget) => (budget.scope === scope ? [budget.id] : [])));
  return {
    ...changeBudgets(
      sound,
      (budget) => budget.scope === scope,
      () => ({ spent: 0n, reserved: 0n, overrun: 0n, rolledOff: 0n }),
    ),
    operations: sound.operations.map((row) => ({ ...row, levels: row.levels.filter((level) => !ids.has(level)) })),
  };
};

const named = (sound: RunEvidence, name: "appId" | "userId" | "keyId"): readonly JudgedOperation[] => {
  const rows = exact(sound).filter((row) => row[name] !== null);
  firstOf(rows, `row with ${name}`);
  return rows;
};

export const plantsOfBooks: readonly Plant[] = [
  {
    name: "a row that is not there",
    noticedBy: ["I-1", "I-4", "I-10"],
    apply: (sound) => {
      const lost = oneExact(sound);
      return { ...sound, operations: sound.operations.filter((row) => row !== lost) };
    },
  },
  {
    name: "a doubt about what the vendor told in full",
    noticedBy: ["I-2"],
    apply: (sound) => reopen(sound, oneExact(sound)),
  },
  { name: "a row left open", noticedBy: ["I-2"], apply: (sound) => change(sound, oneExact(sound), { state: "open" }) },
  {
    name: "a cost after a release",
    noticedBy: ["I-2"],
    apply: (sound) => change(sound, oneExact(sound), { state: "late" }),
  },
  {
    name: "a release of what the vendor bills",
    noticedBy: ["I-2", "I-4", "money"],
    apply: (sound) => exact(sound).reduce(giveBack, sound),
  },
  {
    name: "an estimate without a reason",
    noticedBy: ["I-2"],
    apply: (sound) => {
      const living = exact(sound).filter(({ processAlive }) => processAlive);
      return change(sound, firstOf(living, "row of a living process"), { source: "estimated" });
    },
  },
  {
    name: "a nano more than the vendor bills, in every book",
    noticedBy: ["I-4"],
    apply: (sound) => rebook(sound, [oneExact(sound)], ({ cost }) => (cost ?? 0n) + 1n),
  },
  {
    name: "recovery booked at 1 nano",
    noticedBy: ["estimates"],
    apply: (sound) => rebook(sound, needed(estimated(sound, "process_lost"), "recovered row"), () => 1n),
  },
  {
    name: "broken streams booked at 1 nano",
    noticedBy: ["estimates"],
    apply: (sound) => rebook(sound, needed(estimated(sound, "cut", "unreadable"), "broken answer"), () => 1n),
  },
  {
    name: "doubt booked at half of its bound",
    noticedBy: ["estimates"],
    apply: (sound) => rebook(sound, [oneDoubted(sound)], ({ held }) => held / 2n),
  },
  {
    name: "estimates a hundred times too high",
    noticedBy: ["estimates"],
    apply: (sound) => rebook(sound, estimated(sound), ({ cost }) => (cost ?? 0n) * 100n),
  },
  {
    name: "holds a hundred times too large",
    noticedBy: ["estimates"],
    apply: (sound) => ({
      ...sound,
      operations: sound.operations.map((row) => (row.source === "estimated" ? { ...row, held: row.held * 100n } : row)),
    }),
  },
  {
    name: "an estimated row twice, in every book",
    noticedBy: ["I-5"],
    apply: (sound) => doubleRow(sound, oneEstimated(sound)),
  },
  {
    name: "a settled row twice, under a request of its own",
    noticedBy: ["I-5"],
    apply: (sound) => doubleRow(sound, oneExact(sound), { requestId: "another request" }),
  },
  {
    name: "a limit passed a hundredfold as overrun, in every book",
    noticedBy: ["I-3"],
    apply: (sound) => {
      const budget = firstOf(sound.budgets.filter(used), "used budget");
      const rows = exact(sound).filter(({ levels }) => levels.includes(budget.id));
      return overrun(sound, [firstOf(rows, "row of that budget")], budget.lim * 100n);
    },
  },
  {
    name: "overrun on a counter alone",
    noticedBy: ["I-3", "I-10"],
    apply: (sound) => changeBudgets(sound, used, ({ lim }) => ({ overrun: lim * 100n })),
  },
  {
    name: "a limit exceeded",
    noticedBy: ["I-3"],
    apply: (sound) => changeBudgets(sound, used, ({ spent, overrun: over }) => ({ lim: spent + over - 1n })),
  },
  {
    name: "a limit below what the vendor bills",
    noticedBy: ["I-3", "money"],
    apply: (sound) => changeBudgets(sound, used, () => ({ lim: 1_000n })),
  },
  { name: "key budgets never counted", noticedBy: ["attribution", "I-10"], apply: (sound) => uncounted(sound, "key") },
  {
    name: "user budgets never counted",
    noticedBy: ["attribution", "I-10"],
    apply: (sound) => uncounted(sound, "user"),
  },
  { name: "app budgets never counted", noticedBy: ["attribution", "I-10"], apply: (sound) => uncounted(sound, "app") },
  {
    name: "keys not written on rows",
    noticedBy: ["attribution"],
    apply: (sound) => rename(sound, named(sound, "keyId"), { keyId: null }),
  },
  {
    name: "users not written on rows",
    noticedBy: ["attribution"],
    apply: (sound) => rename(sound, named(sound, "userId"), { userId: null }),
  },
  {
    name: "a row of another app",
    noticedBy: ["attribution"],
    apply: (sound) => rename(sound, named(sound, "appId").slice(0, 1), { appId: "srv_nobody" }),
  },
  {
    name: "a row that counts against a stranger's budget",
    noticedBy: ["attribution"],
    apply: (sound) => {
      const row = oneExact(sound);
      const other = firstOf(
        sound.budgets.filter(({ id }) => !row.levels.includes(id)),
        "other budget",
      );
      return change(sound, row, { levels: [...row.levels, other.id] });
    },
  },
  {
    name: "a second booking",
    noticedBy: ["I-5", "I-10"],
    apply: (sound) => ({
      ...sound,
      entries: [
        ...sound.entries,
        firstOf(
          sound.entries.filter(({ kind }) => kind === "cost"),
          "booking",
        ),
      ],
    }),
  },
  {
    name: "an entry lost",
    noticedBy: ["I-2", "I-10"],
    apply: (sound) => {
      const lost = oneExact(sound);
      return { ...sound, entries: sound.entries.filter(({ operationId }) => operationId !== lost.operationId) };
    },
  },
  {
    name: "a correction that the row does not know",
    noticedBy: ["I-10"],
    apply: (sound) => {
      const { operationId } = oneEstimated(sound);
      const at = firstOf(sound.entries, "entry").at;
      return { ...sound, entries: [...sound.entries, { operationId, kind: "adjust_down", amount: 1n, at }] };
    },
  },
  {
    name: "a rollup that forgot an entry",
    noticedBy: ["I-10"],
    apply: (sound) => ({
      ...sound,
      rollups: sound.rollups.map((row, at) => (at === 0 ? { ...row, calls: row.calls - 1n } : row)),
    }),
  },
  {
    name: "an hour added up twice",
    noticedBy: ["I-10"],
    apply: (sound) => ({ ...sound, rollups: [...sound.rollups, firstOf(sound.rollups, "hour")] }),
  },
  {
    name: "a rollup in another key's name",
    noticedBy: ["I-10"],
    apply: (sound) => ({
      ...sound,
      rollups: sound.rollups.map((row, at) => (at === 0 ? { ...row, keyId: "key_other", appId: "srv_other" } : row)),
    }),
  },
  {
    name: "a doubt whose hold is smaller than the bill",
    noticedBy: ["estimates"],
    apply: (sound) => {
      const row = oneDoubted(sound);
      return change(sound, row, { state: "uncertain", held: 1n });
    },
  },
  {
    name: "a doubt that holds nothing on its budgets",
    noticedBy: ["I-10"],
    apply: (sound) =>
      changeBudgets(
        reopen(sound, oneDoubted(sound)),
        ({ reserved }) => reserved > 0n,
        () => ({ reserved: 0n }),
      ),
  },
  {
    name: "a doubt that does not say why",
    noticedBy: ["I-2"],
    apply: (sound) => {
      const row = oneDoubted(sound);
      const open = reopen(sound, row);
      return {
        ...open,
        operations: open.operations.map((one) => (one.operationId === row.operationId ? { ...one, doubt: null } : one)),
      };
    },
  },
  {
    name: "a doubt for no known reason",
    noticedBy: ["I-2"],
    apply: (sound) => change(sound, oneDoubted(sound), { doubt: "who knows" }),
  },
  {
    name: "a lost process that lives",
    noticedBy: ["I-2"],
    apply: (sound) => ({
      ...change(sound, oneEstimated(sound), { doubt: "process_lost", processAlive: true }),
      disturbances: sound.disturbances.filter(({ kind }) => kind === "kill"),
    }),
  },
  {
    name: "holds made long after the effects",
    noticedBy: ["money"],
    apply: (sound) => {
      const later = 60_000_000n;
      return {
        ...sound,
        run: [],
        disturbances: sound.disturbances.filter(({ kind }) => kind !== "clock"),
        operations: sound.operations.map((row) => ({ ...row, createdAt: row.createdAt + later })),
        entries: sound.entries.map((entry) => ({ ...entry, at: entry.at + later })),
      };
    },
  },
];
