/** An event of a meter, as it was counted. */
interface CountedUsage {
  readonly identifier: string;
  readonly eventName: string;
  readonly customer: string;
  readonly value: bigint;
  readonly at: number;
}

const day = 86_400;

/** What meters have counted: the truth, for tests. */
export class UsageMeters {
  readonly #counted: CountedUsage[] = [];
  /** When each identifier came last. */
  readonly #seen = new Map<string, number>();

  /** Unique within 24 hours. https://docs.stripe.com/api/billing/meter-event/create */
  isKnown(identifier: string, now: number): boolean {
    const at = this.#seen.get(identifier);
    return at !== undefined && now - at < day;
  }

  count(usage: CountedUsage, now: number): void {
    this.#seen.set(usage.identifier, now);
    this.#counted.push(usage);
  }

  get all(): readonly CountedUsage[] {
    return this.#counted;
  }

  total(eventName: string, customer?: string): bigint {
    return this.#counted
      .filter((one) => one.eventName === eventName && (customer === undefined || one.customer === customer))
      .reduce((sum, { value }) => sum + value, 0n);
  }

  clear(): void {
    this.#counted.length = 0;
    this.#seen.clear();
  }
}
