import { hash } from "node:crypto";
import { UsageMeters } from "./usage-meters.ts";
import { PaymentEffects } from "../acting/payment-effects.ts";

/** Any object of Stripe's, as JSON. */
export interface Thing {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  [field: string]: unknown;
}

/** All that one account holds. */
export class StripeStore {
  readonly things = new Map<string, Thing>();
  readonly effects: PaymentEffects;
  readonly usage = new UsageMeters();
  /** Where the emulator's pages are, as it was asked last. */
  origin = "";
  readonly #now: () => number;
  #serial = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.effects = new PaymentEffects(now);
  }

  /** Seconds, as Stripe counts. */
  now(): number {
    return Math.floor(this.#now() / 1_000);
  }

  newId(prefix: string): string {
    this.#serial += 1;
    return `${prefix}_${hash("sha256", `${prefix} ${this.#serial} ${this.#now()}`).slice(0, 24)}`;
  }

  put(prefix: string, object: string, fields: Readonly<Record<string, unknown>>): Thing {
    const thing: Thing = { id: this.newId(prefix), object, created: this.now(), livemode: false, ...fields };
    this.things.set(thing.id, thing);
    return thing;
  }

  of(object: string, id: string | undefined): Thing | undefined {
    const thing = id === undefined ? undefined : this.things.get(id);
    return thing?.object === object ? thing : undefined;
  }

  /** Newest first, as Stripe lists. */
  all(object: string): readonly Thing[] {
    return [...this.things.values()].filter((thing) => thing.object === object).reverse();
  }

  clear(): void {
    this.things.clear();
    this.effects.clear();
    this.usage.clear();
  }
}
