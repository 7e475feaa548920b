/** What the ledger says of every call that was made. */
export interface Books {
  /** Rows by their state. */
  readonly states: Readonly<Record<string, number>>;
  /** Settled rows without exactly one cost entry. */
  readonly bookedOtherwise: number;
  /** The sum of all costs, nano-USD. */
  readonly cost: bigint;
  /** What each budget has spent, nano-USD. */
  readonly spent: readonly bigint[];
  /** Money still set aside on any of them, nano-USD. */
  readonly reserved: bigint;
}

interface Judgement {
  readonly exact: boolean;
  /** What there is, and what is wrong with it. */
  readonly said: string;
}

/**
 * The books against the calls that the vendor has had. A call that it never had is released; one whose line broke is
 * uncertain, with its money held, and the vendor may have had it.
 */
export const judgeBooks = (
  { states, bookedOtherwise, cost, spent, reserved }: Books,
  vendorCalls: number,
): Judgement => {
  const { released = 0, open = 0, uncertain = 0, ...others } = states;
  const told = Object.values(others).reduce((sum, n) => sum + n, 0);
  const lost = Math.max(0, vendorCalls - told - uncertain);
  const doubled = Math.max(0, told - vendorCalls) + bookedOtherwise;
  const apart = spent.filter((one) => one !== cost).length;
  const exact =
    lost === 0 && doubled === 0 && open === 0 && apart === 0 && spent.length > 0 && (reserved === 0n || uncertain > 0);
  const kinds = Object.entries({
    ...others,
    ...(uncertain > 0 && { uncertain }),
    ...(released > 0 && { released }),
    ...(open > 0 && { open }),
  });
  const said = [
    `${vendorCalls} calls at the vendor`,
    `rows: ${kinds.map(([state, n]) => `${n} ${state}`).join(", ") || "none"}`,
    `lost ${lost}, doubled ${doubled}`,
    `budgets that do not add up: ${apart} of ${spent.length}`,
    `still reserved: ${reserved} nano-USD: ${exact ? "exact" : "NOT EXACT"}`,
  ].join("; ");
  return { exact, said };
};
