import type { SumDifference } from "../../../server/platform/ledger/index.ts";

/** What a meter has counted, as the vendor has it. */
export interface CountedEvent {
  readonly identifier: string;
  readonly customer: string;
  readonly value: bigint;
}

/** A charge or correction, as the ledger has it. */
export interface ChargedEntry {
  readonly entryId: string;
  readonly stripeCustomer: string;
  readonly charged: bigint;
}

/** A wallet at the end. */
export interface EndedWallet {
  readonly customerId: string;
  readonly stripeCustomer: string;
  readonly credits: bigint;
  readonly spent: bigint;
  readonly held: bigint;
  /** What it was given by hand, once each. */
  readonly given: bigint;
  readonly adjusted: bigint;
}

/** Everything by which a campaign of customers' calls is judged. */
export interface BillingEvidence {
  readonly counted: readonly CountedEvent[];
  readonly entries: readonly ChargedEntry[];
  readonly wallets: readonly EndedWallet[];
  readonly differences: readonly SumDifference[];
  /** Operations with an end that the ledger has, and calls whose caller got an answer. */
  readonly ended: number;
  readonly answered: number;
  readonly unended: number;
  readonly waiting: number;
  readonly stuck: number;
}

export interface BillingFinding {
  readonly verdict: "the meters equal the ledger" | "wallets agree with calls" | "nothing is left over";
  readonly what: string;
}

const sumBy = <T>(list: readonly T[], key: (item: T) => string, value: (item: T) => bigint): Map<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const item of list) sums.set(key(item), (sums.get(key(item)) ?? 0n) + value(item));
  return sums;
};

const ofMeters = ({ counted, entries }: BillingEvidence): readonly string[] => {
  const findings: string[] = [];
  const times = sumBy(
    counted,
    ({ identifier }) => identifier,
    () => 1n,
  );
  for (const [identifier, count] of times) if (count !== 1n) findings.push(`${identifier} was counted ${count} times`);
  const known = new Map(entries.map((entry) => [entry.entryId, entry]));
  for (const { identifier, value, customer } of counted) {
    const entry = known.get(identifier);
    if (entry?.charged !== value || entry.stripeCustomer !== customer)
      findings.push(`${identifier} was counted as ${value} for ${customer}, and is ${entry?.charged ?? "nothing"}`);
  }
  for (const { entryId } of entries) if (!times.has(entryId)) findings.push(`${entryId} was never counted`);
  return findings;
};

const ofWallets = ({ wallets, entries, differences, counted }: BillingEvidence): readonly string[] => {
  const charged = sumBy(
    entries,
    ({ stripeCustomer }) => stripeCustomer,
    (entry) => entry.charged,
  );
  const told = sumBy(
    counted,
    ({ customer }) => customer,
    ({ value }) => value,
  );
  return [
    ...differences.map(({ what, counted: sum, recorded }) => `${what}: ${sum}, recorded ${recorded}`),
    ...wallets.flatMap(({ customerId, stripeCustomer, spent, credits, held, given, adjusted }) => [
      ...(spent === (charged.get(stripeCustomer) ?? 0n)
        ? []
        : [`${customerId} spent ${spent}, by its entries otherwise`]),
      ...(spent === (told.get(stripeCustomer) ?? 0n) ? [] : [`${customerId} spent ${spent}, by the meter otherwise`]),
      ...(given === adjusted ? [] : [`${customerId} was given ${given}, and has ${adjusted}`]),
      ...(spent + held <= credits ? [] : [`${customerId} spent and holds ${spent + held} of ${credits}`]),
    ]),
  ];
};

const ofEnds = ({ unended, waiting, stuck, answered, ended }: BillingEvidence): readonly string[] => [
  ...(unended === 0 ? [] : [`${unended} calls have no end`]),
  ...(waiting === 0 ? [] : [`${waiting} charges are on their way`]),
  ...(stuck === 0 ? [] : [`${stuck} charges are refused or unclear`]),
  ...(answered <= ended ? [] : [`${answered} calls were answered, and ${ended} are in the ledger`]),
];

/** What is wrong; nothing, where every charge was counted once and to the unit. */
export const judgeBilling = (evidence: BillingEvidence): readonly BillingFinding[] => [
  ...ofMeters(evidence).map((what) => ({ verdict: "the meters equal the ledger" as const, what })),
  ...ofWallets(evidence).map((what) => ({ verdict: "wallets agree with calls" as const, what })),
  ...ofEnds(evidence).map((what) => ({ verdict: "nothing is left over" as const, what })),
];
