/** A fault that was made during a run, and how it is known to have happened. */
export interface FaultLine {
  readonly type: "fault";
  readonly name: string;
  /** What it was made on: a gateway's number, the database, the vendor. */
  readonly on: string;
  readonly from: string;
  readonly to: string;
  /** How much of it there was, by its own measure, as "bytes held"; a fault with none has not happened. */
  readonly effect: number;
  readonly measure: string;
}

/** A fault that was asked for and could not be made on this machine: not shown, whatever else passed. */
export interface NotRunLine {
  readonly type: "not-run";
  readonly name: string;
  readonly why: string;
}

/** The counters of every budget at one moment of a run. */
export interface BudgetSample {
  readonly type: "budgets";
  /** Just before the database was asked: what a vendor had received by then is spent or reserved in these numbers. */
  readonly at: string;
  readonly budgets: readonly {
    readonly id: string;
    readonly hard: boolean;
    readonly lim: string;
    readonly reserved: string;
    readonly spent: string;
    readonly overrun: string;
    readonly rolledOff: string;
  }[];
}

/** What a run notes about itself, one JSON line each, in `run.jsonl`. */
export type RunLine = FaultLine | NotRunLine | BudgetSample;
