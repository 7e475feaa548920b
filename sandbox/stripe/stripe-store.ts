import { hash } from "node:crypto";

/** Any object of Stripe's, as JSON. */
export interface Thing {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  [field: string]: unknown;
}

/** Something that the vendor did and that costs somebody money, or opens a way to it. No request shows these. */
export interface StripeEffect {
  readonly kind:
    | "checkout"
    | "order"
    | "capture"
    | "cancel"
    | "expire"
    | "refund"
    | "payment"
    | "customer"
    | "subscription";
  readonly objectId: string;
  /** Nexus' operation, by the metadata; null for what is none of it. */
  readonly operationId: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly key: string | null;
  readonly atMs: number;
}

/** The first answer that is kept under a key, or that its request still runs. */
export interface KeptAnswer {
  readonly digest: string;
  readonly atMs: number;
  answer: { readonly status: number; readonly body: string } | undefined;
}

const keyLifetimeMs = 86_400_000;

/** All that one account holds. */
export class StripeStore {
  readonly things = new Map<string, Thing>();
  readonly effects: StripeEffect[] = [];
  readonly #keys = new Map<string, KeptAnswer>();
  readonly #now: () => number;
  #serial = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  nowMs(): number {
    return this.#now();
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

  did(effect: Omit<StripeEffect, "atMs">): void {
    this.effects.push({ ...effect, atMs: this.#now() });
  }

  known(key: string): KeptAnswer | undefined {
    const kept = this.#keys.get(key);
    return kept !== undefined && this.#now() - kept.atMs < keyLifetimeMs ? kept : undefined;
  }

  begin(key: string, digest: string): KeptAnswer {
    const kept: KeptAnswer = { digest, atMs: this.#now(), answer: undefined };
    this.#keys.set(key, kept);
    return kept;
  }

  forget(key: string): void {
    this.#keys.delete(key);
  }

  clear(): void {
    this.things.clear();
    this.effects.length = 0;
    this.#keys.clear();
  }
}
