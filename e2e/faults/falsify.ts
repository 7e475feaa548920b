import type { RunEvidence, EntryRow, JudgedOperation, RollupRow } from "./evidence.ts";

// Changes of evidence that stay consistent in themselves: row, entries, counters and rollups all tell the same story, so
// that only what the vendor and the callers know can give a lie away.

/** The first, which a plant needs to have something to falsify. */
export const firstOf = <T>(list: readonly T[], what: string): T => {
  const [first] = list;
  if (first === undefined) throw new Error(`the evidence has no ${what}`);
  return first;
};

const hour = 3_600_000_000n;

const isHourOf = (rollup: RollupRow, row: JudgedOperation): boolean =>
  rollup.orgId === row.orgId &&
  rollup.appId === row.appId &&
  rollup.vendor === row.vendor &&
  rollup.model === row.model &&
  rollup.hour === row.createdAt - (row.createdAt % hour) &&
  (rollup.name === "usage_hour_app" || (rollup.userId === row.userId && rollup.keyId === row.keyId));

/** Adds to the hours a row belongs to; an hour that is not there yet is made. */
const addToRollups = (
  rollups: readonly RollupRow[],
  row: JudgedOperation,
  calls: bigint,
  cost: bigint,
): RollupRow[] => {
  const changed = [...rollups];
  for (const name of ["usage_hour", "usage_hour_app"] as const) {
    const at = changed.findIndex((rollup) => rollup.name === name && isHourOf(rollup, row));
    const found = changed[at];
    if (found) changed[at] = { ...found, calls: found.calls + calls, cost: found.cost + cost };
    else {
      const { orgId, appId, vendor, model } = row;
      const who = name === "usage_hour" ? { userId: row.userId, keyId: row.keyId } : { userId: null, keyId: null };
      changed.push({
        name,
        orgId,
        appId,
        ...who,
        vendor,
        model,
        hour: row.createdAt - (row.createdAt % hour),
        calls,
        cost,
      });
    }
  }
  return changed.filter((rollup) => rollup.calls !== 0n || rollup.cost !== 0n);
};

interface Moved {
  readonly spent?: bigint;
  readonly reserved?: bigint;
  readonly overrun?: bigint;
}

/** Adds to the counters of the levels a row counts against. */
const addToLevels = (
  budgets: RunEvidence["budgets"],
  { levels }: JudgedOperation,
  moved: Moved,
): RunEvidence["budgets"] =>
  budgets.map((budget) =>
    levels.includes(budget.id)
      ? {
          ...budget,
          spent: budget.spent + (moved.spent ?? 0n),
          reserved: budget.reserved + (moved.reserved ?? 0n),
          overrun: budget.overrun + (moved.overrun ?? 0n),
        }
      : budget,
  );

const replaceRow = (
  rows: readonly JudgedOperation[],
  { operationId }: JudgedOperation,
  change: Partial<JudgedOperation>,
): JudgedOperation[] => rows.map((row) => (row.operationId === operationId ? { ...row, ...change } : row));

/** Books the rows at another cost, in every book. */
export const rebook = (
  evidence: RunEvidence,
  rows: readonly JudgedOperation[],
  costOf: (row: JudgedOperation) => bigint,
): RunEvidence => {
  let { operations, entries, budgets, rollups } = evidence;
  for (const row of rows) {
    const [cost, before] = [costOf(row), row.cost ?? 0n];
    operations = replaceRow(operations, row, { cost });
    const isFirst = (entry: EntryRow): boolean => entry.operationId === row.operationId && entry.kind === "cost";
    entries = entries.map((entry) => (isFirst(entry) ? { ...entry, amount: entry.amount + cost - before } : entry));
    budgets = addToLevels(budgets, row, { spent: cost - before });
    rollups = addToRollups(rollups, row, 0n, cost - before);
  }
  return { ...evidence, operations, entries, budgets, rollups };
};

/** Puts a cost above the hold on the rows, as overrun, in every book. */
export const overrun = (evidence: RunEvidence, rows: readonly JudgedOperation[], amount: bigint): RunEvidence => {
  let { operations, entries, budgets, rollups } = evidence;
  for (const row of rows) {
    const at = entries.find(({ operationId }) => operationId === row.operationId)?.at ?? row.createdAt;
    operations = replaceRow(operations, row, { cost: (row.cost ?? 0n) + amount });
    entries = [...entries, { operationId: row.operationId, kind: "overrun", amount, at }];
    budgets = addToLevels(budgets, row, { overrun: amount });
    rollups = addToRollups(rollups, row, 0n, amount);
  }
  return { ...evidence, operations, entries, budgets, rollups };
};

/** Takes an end back: the row is in doubt again, its hold whole. As true as before, where the row was in doubt. */
export const reopen = (evidence: RunEvidence, row: JudgedOperation): RunEvidence => {
  const cost = row.cost ?? 0n;
  return {
    ...evidence,
    operations: replaceRow(evidence.operations, row, {
      state: "uncertain",
      source: "none",
      cost: null,
      resolvedBy: null,
    }),
    entries: evidence.entries.filter(({ operationId }) => operationId !== row.operationId),
    budgets: addToLevels(evidence.budgets, row, { spent: -cost, reserved: row.held }),
    rollups: addToRollups(evidence.rollups, row, -1n, -cost),
  };
};

/** Gives a hold back although the vendor bills it, in every book. */
export const giveBack = (evidence: RunEvidence, row: JudgedOperation): RunEvidence => {
  const cost = row.cost ?? 0n;
  return {
    ...evidence,
    operations: replaceRow(evidence.operations, row, { state: "released", source: "none", cost: 0n }),
    entries: evidence.entries.map((entry) =>
      entry.operationId === row.operationId ? { ...entry, kind: "release", amount: 0n } : entry,
    ),
    budgets: addToLevels(evidence.budgets, row, { spent: -cost }),
    rollups: addToRollups(evidence.rollups, row, 0n, -cost),
  };
};

/** A second row of the same story, booked in every book. */
export const doubleRow = (
  evidence: RunEvidence,
  row: JudgedOperation,
  change: Partial<JudgedOperation> = {},
): RunEvidence => {
  const twin = { ...row, operationId: `${row.operationId}-again`, ...change };
  return {
    ...evidence,
    operations: [...evidence.operations, twin],
    entries: [
      ...evidence.entries,
      ...evidence.entries
        .filter(({ operationId }) => operationId === row.operationId)
        .map((entry) => ({ ...entry, operationId: twin.operationId })),
    ],
    budgets: addToLevels(evidence.budgets, row, { spent: row.cost ?? 0n }),
    rollups: addToRollups(evidence.rollups, row, 1n, row.cost ?? 0n),
  };
};

/** Other names on the rows, with the rollups to match. */
export const rename = (
  evidence: RunEvidence,
  rows: readonly JudgedOperation[],
  change: Partial<Pick<JudgedOperation, "appId" | "userId" | "keyId">>,
): RunEvidence => {
  let { operations, rollups } = evidence;
  for (const row of rows) {
    const booked = evidence.entries.filter(({ operationId }) => operationId === row.operationId);
    const calls = BigInt(booked.filter(({ kind }) => kind === "cost" || kind === "release").length);
    const cost = booked.reduce((sum, { amount }) => sum + amount, 0n);
    operations = replaceRow(operations, row, change);
    rollups = addToRollups(rollups, row, -calls, -cost);
    rollups = addToRollups(rollups, { ...row, ...change }, calls, cost);
  }
  return { ...evidence, operations, rollups };
};
