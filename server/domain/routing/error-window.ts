/** Whose call failed, so that one caller's failures are not counted as several callers'. */
export interface Witness {
  readonly organizationId: string;
  readonly model: string;
}

/** A failure by time-out. */
export interface Failure extends Witness {
  readonly slow: boolean;
}

export interface WindowRules {
  readonly windowMs: number;
  /** With fewer calls in the window the circuit stays closed. */
  readonly minimumCalls: number;
  readonly errorRatio: number;
  /** So many time-outs without a complete answer between them open it too, at any distance in time. */
  readonly slowInARow: number;
  /** So many organizations and models must have failed. */
  readonly organizations: number;
  readonly models: number;
}

interface Half {
  calls: number;
  errors: number;
  readonly organizations: Set<string>;
  readonly models: Set<string>;
}

const emptyHalf = (): Half => ({ calls: 0, errors: 0, organizations: new Set(), models: new Set() });

/** No rule needs more. */
const maxWitnesses = 8;

const noted = (witnesses: Set<string>, one: string): void => {
  if (witnesses.size < maxWitnesses) witnesses.add(one);
};

/** After so long a pause the time-outs are counted from one again. */
const rowMs = 3_600_000;

/** Calls and errors of the present and of the last half window, and the time-outs since the last complete answer. */
export class ErrorWindow {
  readonly #rules: WindowRules;
  #row = emptyHalf();
  #lastSlow = 0;
  #index = 0;
  #now = emptyHalf();
  #before = emptyHalf();

  constructor(rules: WindowRules) {
    this.#rules = rules;
  }

  count(nowMs: number, failed: Failure | undefined): void {
    const index = Math.floor(nowMs / (this.#rules.windowMs / 2));
    if (index !== this.#index) {
      this.#before = index === this.#index + 1 ? this.#now : emptyHalf();
      this.#now = emptyHalf();
      this.#index = index;
    }
    this.#now.calls += 1;
    if (failed === undefined) return;
    this.#now.errors += 1;
    noted(this.#now.organizations, failed.organizationId);
    noted(this.#now.models, failed.model);
    if (!failed.slow) return;
    if (nowMs - this.#lastSlow > rowMs) this.#row = emptyHalf();
    this.#lastSlow = nowMs;
    this.#row.errors += 1;
    noted(this.#row.organizations, failed.organizationId);
    noted(this.#row.models, failed.model);
  }

  /** A complete answer came in time. */
  endRow(): void {
    if (this.#row.errors > 0) this.#row = emptyHalf();
  }

  tooMany(): boolean {
    const { minimumCalls, errorRatio, slowInARow, organizations, models } = this.#rules;
    const row = this.#row;
    if (row.errors >= slowInARow && row.organizations.size >= organizations && row.models.size >= models) return true;
    const [now, before] = [this.#now, this.#before];
    const calls = now.calls + before.calls;
    return (
      calls >= minimumCalls &&
      now.errors + before.errors >= calls * errorRatio &&
      new Set([...now.organizations, ...before.organizations]).size >= organizations &&
      new Set([...now.models, ...before.models]).size >= models
    );
  }

  clear(): void {
    this.endRow();
    this.#now = emptyHalf();
    this.#before = emptyHalf();
  }
}
