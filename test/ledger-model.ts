import type { UsageSource } from "../server/contracts/units.ts";
import type { HoldState, ReserveCall, ReserveReply, SettleReply } from "../server/platform/ledger/index.ts";

/** Where the numbers of a row come from. */
export type BookedSource = UsageSource | "operator" | "import";

/** One operation as the model knows it. */
export interface ModelOperation {
  readonly call: ReserveCall;
  readonly held: bigint;
  readonly key: number | undefined;
  state: HoldState;
  cost: bigint;
  source: BookedSource;
  units: number;
  /** Ended by policy, not by its process. */
  byPolicy: boolean;
  /** What it was released as, where it was: a late cost leaves that as it is. */
  releasedAs: BookedSource | undefined;
  /** Booked so long ago that rolling windows have left it behind. */
  aged: boolean;
}

/** How an operation is said to have ended. */
interface Told {
  readonly end: "settled" | "released" | "uncertain";
  readonly cost: bigint;
  readonly source: BookedSource;
  readonly policy: boolean;
  readonly force: boolean;
}

const covered = ({ state, cost, held }: ModelOperation): bigint =>
  state !== "settled" ? 0n : cost < held ? cost : held;
const beyond = (operation: ModelOperation): bigint => operation.cost - covered(operation);
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
const isExact = (source: BookedSource): boolean => source === "provider" || source === "drained";

/** The ledger in a few lines: what each step must answer, and what the counters must be. */
export class LedgerModel {
  readonly operations: ModelOperation[] = [];
  readonly limits: readonly (bigint | undefined)[];

  constructor(limits: readonly (bigint | undefined)[]) {
    this.limits = limits;
  }

  counters() {
    return {
      reserved: sum(
        this.operations.filter(({ state }) => state === "open" || state === "uncertain").map(({ held }) => held),
      ),
      spent: sum(this.operations.map(covered)),
      overrun: sum(this.operations.map(beyond)),
    };
  }

  rolling() {
    const within = this.operations.filter(({ aged }) => !aged);
    const gone = this.operations.filter(({ aged }) => aged);
    return {
      reserved: this.counters().reserved,
      spent: sum(within.map(covered)),
      overrun: sum(within.map(beyond)),
      rolled_off: sum(gone.map(({ cost }) => cost)),
    };
  }

  /** What people are shown of it, by where the numbers come from. */
  usage() {
    const sums: Record<string, { calls: number; failed: number; cost: number; overrun: number; input: number }> = {};
    const add = (
      source: BookedSource,
      calls: number,
      failed: number,
      cost: bigint,
      overrun: bigint,
      input: number,
    ): void => {
      const of = (sums[source] ??= { calls: 0, failed: 0, cost: 0, overrun: 0, input: 0 });
      of.calls += calls;
      of.failed += failed;
      of.cost += Number(cost);
      of.overrun += Number(overrun);
      of.input += input;
    };
    for (const each of this.operations) {
      if (each.releasedAs) add(each.releasedAs, 1, 1, 0n, 0n, 0);
      if (each.state === "settled") add(each.source, 1, 0, each.cost, beyond(each), each.units);
      if (each.state === "late") add(each.source, 0, 0, each.cost, each.cost, 0);
    }
    return Object.fromEntries(
      Object.entries(sums).filter(([, values]) => Object.values(values).some((value) => value !== 0)),
    );
  }

  reserve(held: bigint, key: number | undefined): ReserveReply["status"] {
    if (key !== undefined && this.operations.some((each) => each.key === key && each.state !== "released"))
      return "replay";
    const { reserved, spent, overrun } = this.counters();
    return this.limits.every((limit) => limit === undefined || limit - reserved - spent - overrun >= held)
      ? "held"
      : "refused";
  }

  age(): void {
    for (const each of this.operations) each.aged ||= each.state === "settled" || each.state === "late";
  }

  #outranks({ source, policy, force }: Told, booked: ModelOperation, same: boolean): boolean {
    if (isExact(source)) return booked.source === "estimated" || booked.source === "operator";
    if (source === "operator") return booked.source === "estimated" || (booked.source === "operator" && !same);
    if (source === "import") {
      if (booked.source === "estimated" || booked.source === "operator") return true;
      return !same && (booked.source === "import" || force);
    }
    return booked.byPolicy && !policy;
  }

  end(operation: ModelOperation, told: Told): SettleReply {
    const { state } = operation;
    const { end, source } = told;
    const cost = end === "settled" ? told.cost : 0n;
    const byHand = source === "operator" || source === "import";
    const book = (to: HoldState): void => {
      operation.state = to;
      operation.cost = cost;
      operation.source = source;
      operation.byPolicy = told.policy;
      if (!told.policy && !byHand) operation.units = to === "uncertain" ? 0 : Number(told.cost);
    };
    if (state === "open" && byHand) return "unknown";
    if ((state === "open" || state === "uncertain") && end !== "uncertain") {
      book(end);
      if (end === "released") operation.releasedAs = source;
      return end;
    }
    if (state === "open") {
      book("uncertain");
      return "uncertain";
    }
    if (state === "released" && end === "settled" && cost > 0n) {
      book("late");
      operation.aged = false;
      return "late";
    }
    const same = (state === end || (state === "late" && end === "settled")) && operation.cost === cost;
    if ((state === "settled" || state === "late") && end !== "uncertain" && this.#outranks(told, operation, same)) {
      if (end === "released" && state === "settled") operation.releasedAs = source;
      book(end === "released" ? "released" : state);
      return "corrected";
    }
    if (same || (byHand && state === "released" && cost === 0n)) return "same";
    return "conflict";
  }
}
