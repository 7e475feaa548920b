import { createNewIds } from "./new-ids.ts";
import { PaymentEffects } from "./payment-effects.ts";

/** All that one account of a payment vendor holds, of the parts that all vendors have. */
export class PaymentStore {
  readonly effects: PaymentEffects;
  readonly now: () => number;
  /** Letters and figures. */
  readonly newId: (length: number) => string;
  readonly #kept: Map<string, unknown>[] = [];

  constructor(now: () => number) {
    this.now = now;
    this.effects = new PaymentEffects(now);
    this.newId = createNewIds(now);
  }

  /** Objects of one kind, by their ids. */
  protected objects<T>(): Map<string, T> {
    const objects = new Map<string, T>();
    this.#kept.push(objects);
    return objects;
  }

  clear(): void {
    for (const objects of this.#kept) objects.clear();
    this.effects.clear();
  }
}
