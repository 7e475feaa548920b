import type { OperationAttribution, BudgetRow } from "../evidence.ts";
import type { BudgetSample } from "../run-log.ts";
import { concerns, covers, isHeld, isOverbilled, signed, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";

/** An operation with whom it is counted for, and the money it moved, moment by moment. */
interface Movement {
  readonly operationId: string;
  readonly who: OperationAttribution;
  /** When it was admitted: decides the period it counts in. */
  readonly at: bigint;
  /** What is held or booked from then on; in time order. */
  readonly kept: readonly { readonly at: bigint; readonly change: bigint; readonly admits: boolean }[];
  /** What the vendor bills but for the excess, and when it was asked. */
  readonly bills: readonly { readonly at: bigint; readonly amount: bigint }[];
  /** What a vendor that was told to bill too much bills above the hold: no budget can know it before. */
  readonly excess: bigint;
}

/** Logs of the vendor count ms: the end of that ms is when the effect has begun for certain. */
const vendorMoment = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000n + 999n;

const smallest = (...amounts: readonly [bigint, ...bigint[]]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const movementsOf = (dossier: Dossier): Movement[] => {
  const { operations, rows, entriesOf, billed, owed, callerOf } = dossier;
  const known = operations.map((row): Movement => {
    const kept = [{ at: row.createdAt, change: row.held, admits: true }];
    for (const [index, entry] of (entriesOf.get(row.operationId) ?? [])
      .toSorted((a, b) => Number(a.at - b.at))
      .entries())
      kept.push({ at: entry.at, change: signed(entry) - (index === 0 ? row.held : 0n), admits: false });
    const bill = owed(row.operationId);
    const overbilled = isOverbilled(dossier, row.operationId);
    const inTheEnd = kept.reduce((sum, { change }) => sum + change, 0n);
    // Of a bill that nobody could expect, as much as was expected.
    const amount = overbilled ? smallest(bill, row.held, inTheEnd) : bill;
    const bills = (billed.get(row.operationId) ?? []).slice(0, 1).map(({ at }) => ({ at: vendorMoment(at), amount }));
    return {
      operationId: row.operationId,
      who: callerOf(row.operationId) ?? row,
      at: row.createdAt,
      kept,
      bills,
      excess: overbilled ? larger(bill - row.held, 0n) : 0n,
    };
  });
  // Without a row there is still a bill, and somebody who asked for it.
  const strays = [...billed].flatMap(([operationId, [first]]): Movement[] => {
    const who = callerOf(operationId);
    if (rows.has(operationId) || who === undefined || first === undefined) return [];
    const at = vendorMoment(first.at);
    return [{ operationId, who, at, kept: [], bills: [{ at, amount: owed(operationId) }], excess: 0n }];
  });
  return [...known, ...strays];
};

const micros = {
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 604_800_000_000n,
  month: 2_592_000_000_000n,
} as const;

/** Whether all that is counted lies within one window, so that nothing rolls off. */
const fitsWindow = ({ rolling, period }: BudgetRow, members: readonly Movement[]): boolean => {
  if (!rolling) return true;
  const span = Object.entries(micros).find(([name]) => name === period)?.[1] ?? 0n;
  const moments = members.flatMap(({ kept }) => kept.map(({ at }) => at));
  const [first, last] = [moments[0] ?? 0n, moments.reduce(larger, 0n)];
  return last - first < span;
};

const nameOf = ({ id, scope, scopeId, period }: BudgetRow): string =>
  scope === null ? `root ${id}` : `budget ${id} (${scope}${scopeId === null ? "" : ` ${scopeId}`}, ${period})`;

/** Ends free money before holds of the same moment take it. */
const inOrder = <T extends { readonly at: bigint; readonly change: bigint }>(events: readonly T[]): T[] =>
  events.toSorted((a, b) => (a.at === b.at ? (a.change < b.change ? -1 : 1) : a.at < b.at ? -1 : 1));

/** I-3: no counter is above a hard limit, and no call was admitted for which rows and entries leave no room. */
const withinLimit = (members: readonly Movement[], budget: BudgetRow, ordered: boolean, finding: Finding): void => {
  const { hard, lim, spent, reserved, overrun } = budget;
  if (!hard) return;
  const name = nameOf(budget);
  finding.check(spent + reserved <= lim, () => `${name}: ${spent} spent and ${reserved} reserved of ${lim}`);
  const excess = members.reduce((sum, member) => sum + member.excess, 0n);
  finding.check(
    spent + reserved + overrun <= lim + excess,
    () =>
      `${name}: ${spent} spent, ${reserved} reserved and ${overrun} overrun of ${lim}, of which the vendor explains ${excess}`,
  );
  if (!ordered || !fitsWindow(budget, members)) return;
  let used = 0n;
  for (const { operationId, at, change, admits } of inOrder(
    members.flatMap((one) => one.kept.map((event) => ({ ...event, operationId: one.operationId }))),
  )) {
    used += change;
    if (admits)
      finding.check(used <= lim, () => `${name}: ${operationId} was admitted at ${at}, which made ${used} of ${lim}`);
  }
};

/** The vendor's own money: within each hard limit, and never above what is booked and held for it. */
const vendorMoney = (members: readonly Movement[], budget: BudgetRow, ordered: boolean, finding: Finding): void => {
  const name = nameOf(budget);
  const billed = members.reduce((sum, { bills }) => sum + bills.reduce((all, { amount }) => all + amount, 0n), 0n);
  if (budget.hard && fitsWindow(budget, members))
    finding.check(billed <= budget.lim, () => `${name}: the vendor bills ${billed} of ${budget.lim}`);
  const kept = members.flatMap((member) => member.kept.map((event) => ({ ...event, bill: 0n })));
  const bills = members.flatMap((member) => member.bills.map(({ at, amount }) => ({ at, change: 0n, bill: amount })));
  let [owed, covered, worst, when] = [0n, 0n, 0n, 0n];
  for (const event of inOrder([...kept, ...bills])) {
    covered += event.change;
    owed += event.bill;
    if (ordered && owed - covered > worst) [worst, when] = [owed - covered, event.at];
  }
  if (owed - covered > worst) worst = owed - covered;
  finding.check(
    worst <= 0n,
    () => `${name}: the vendor bills ${worst} more than is booked and held${when === 0n ? "" : `, at ${when}`}`,
  );
};

/** The counters as they stood at a moment of the run: within the limit, and not below what the vendor had billed by then. */
const countersAtMoments = (
  members: readonly Movement[],
  budget: BudgetRow,
  samples: readonly BudgetSample[],
  money: Finding,
): void => {
  const excess = members.reduce((sum, member) => sum + member.excess, 0n);
  for (const { at, budgets } of samples) {
    const counters = budgets.find(({ id }) => id === String(budget.id));
    if (!counters) continue;
    const used = BigInt(counters.spent) + BigInt(counters.reserved) + BigInt(counters.overrun);
    const until = BigInt(Date.parse(at)) * 1_000n;
    let billed = 0n;
    for (const { bills } of members) for (const bill of bills) if (bill.at < until) billed += bill.amount;
    money.check(
      billed <= used + BigInt(counters.rolledOff),
      () => `${nameOf(budget)}: at ${at} the vendor had billed ${billed}, booked and held were ${used}`,
    );
    if (counters.hard)
      money.check(
        used <= BigInt(counters.lim) + excess,
        () => `${nameOf(budget)}: at ${at} booked and held were ${used} of ${counters.lim}`,
      );
  }
};

/** What each budget's own scope and period say counts against it. */
export const limitsHold = (dossier: Dossier) => {
  const limits = new Finding(
    "I-3",
    "spent, reserved and overrun never exceed a hard limit but by what the vendor billed above a hold",
  );
  const money = new Finding(
    "money",
    "what the vendor bills stays within each hard budget, and within what is booked and held, at any time",
  );
  const movements = movementsOf(dossier);
  const ordered = !dossier.disturbances.some(({ kind }) => kind === "clock");
  for (const { operationId, held } of dossier.operations) {
    const bill = dossier.owed(operationId);
    if (!isOverbilled(dossier, operationId))
      limits.check(held >= bill, () => `${operationId} held ${held}, and the vendor bills ${bill}`);
  }
  const samples = dossier.run.filter((line) => line.type === "budgets");
  for (const budget of dossier.budgets) {
    const members = movements.filter(({ who, at }) => concerns(budget, who) && covers(budget, at));
    withinLimit(members, budget, ordered, limits);
    vendorMoney(members, budget, ordered, money);
    if (ordered) countersAtMoments(members, budget, samples, money);
  }
  return { limits, money };
};

/** I-10: levels, entries, rows and rollups agree; a row's levels are those its attribution demands. */
export const levelsAgree = ({ budgets, operations, booked }: Dossier, finding: Finding): void => {
  for (const budget of budgets) {
    let [held, used] = [0n, 0n];
    for (const row of operations) {
      if (!concerns(budget, row) || !covers(budget, row.createdAt)) continue;
      if (isHeld(row)) held += row.held;
      used += booked(row.operationId);
    }
    const name = nameOf(budget);
    finding.check(
      budget.reserved === held,
      () => `${name} reserves ${budget.reserved}, the holds of its scope are ${held}`,
    );
    const counted = budget.spent + budget.overrun + budget.rolledOff;
    finding.check(counted === used, () => `${name} has spent ${counted}, the entries of its scope are ${used}`);
  }
};
