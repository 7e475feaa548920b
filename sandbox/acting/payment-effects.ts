/** Something that a payment vendor did and that costs somebody money, or opens a way to it. No request shows these. */
export interface PaymentEffect {
  readonly kind:
    | "checkout"
    | "order"
    | "authorize"
    | "capture"
    | "cancel"
    | "expire"
    | "refund"
    | "payment"
    | "customer"
    | "link"
    | "subscription";
  readonly objectId: string;
  /** Nexus' operation, by what the vendor keeps of ours; null for what is none of it. */
  readonly operationId: string | null;
  /** In the vendor's own units. */
  readonly amount: number | null;
  readonly currency: string | null;
  readonly atMs: number;
}

/** The truth about a payment vendor, for tests. */
export class PaymentEffects {
  readonly #now: () => number;
  readonly #all: PaymentEffect[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  get all(): readonly PaymentEffect[] {
    return this.#all;
  }

  did(effect: Omit<PaymentEffect, "atMs">): void {
    this.#all.push({ ...effect, atMs: this.#now() });
  }

  clear(): void {
    this.#all.length = 0;
  }
}
