/** One verdict: an invariant, or another thing that must be so. */
export interface InvariantVerdict {
  readonly invariant: string;
  readonly says: string;
  readonly passed: boolean;
  /** How many facts were looked at. */
  readonly checked: number;
  readonly violations: number;
  readonly examples: readonly string[];
}

const maxExamples = 5;

/** Collects what breaks one invariant. */
export class Finding {
  readonly invariant: string;
  readonly says: string;
  checked = 0;
  #violations = 0;
  readonly #examples: string[] = [];

  constructor(invariant: string, says: string) {
    this.invariant = invariant;
    this.says = says;
  }

  /** Notes a fact; returns whether it holds. */
  check(holds: boolean, otherwise: () => string): boolean {
    this.checked += 1;
    if (holds) return true;
    this.#violations += 1;
    if (this.#examples.length < maxExamples) this.#examples.push(otherwise());
    return false;
  }

  get violations(): number {
    return this.#violations;
  }

  verdict(): InvariantVerdict {
    const { invariant, says, checked } = this;
    const passed = this.#violations === 0;
    return { invariant, says, passed, checked, violations: this.#violations, examples: this.#examples };
  }
}
