import { hash } from "node:crypto";
import type { RequestLog } from "../request-log.ts";

/** Something that a vendor did and cannot take back by itself. */
export interface Effect {
  readonly id: string;
  /** Of the caller's choosing; what it is looked up by. */
  readonly reference: string;
  readonly key: string | null;
  readonly amount: number;
  readonly atMs: number;
  /** When a look-up shows it. */
  readonly visibleAtMs: number;
  canceled: boolean;
}

interface OpenEffectStore {
  readonly vendor: string;
  readonly now: () => number;
  readonly visibleAfterMs: number;
  /** Every effect and its end; read by tests alone. */
  readonly truth: RequestLog;
}

/** The vendor's memory of what it did. */
export class EffectStore {
  readonly #options: OpenEffectStore;
  readonly #effects: Effect[] = [];

  constructor(options: OpenEffectStore) {
    this.#options = options;
  }

  /** Effects that were not canceled, oldest first. */
  get effects(): readonly Effect[] {
    return this.#effects.filter(({ canceled }) => !canceled);
  }

  async execute(reference: string, key: string | null, amount: number): Promise<Effect> {
    const { vendor, now, visibleAfterMs, truth } = this.#options;
    const position = this.#effects.length + 1;
    const atMs = now();
    const effect: Effect = {
      id: `eff_${hash("sha256", `${vendor} ${position} ${reference}`).slice(0, 20)}`,
      reference,
      key,
      amount,
      atMs,
      visibleAtMs: atMs + visibleAfterMs,
      canceled: false,
    };
    this.#effects.push(effect);
    await truth.append({ type: "effect", vendor, ...effect });
    return effect;
  }

  /** What a look-up shows now. */
  find(reference: string): readonly Effect[] {
    const now = this.#options.now();
    return this.effects.filter((effect) => effect.reference === reference && effect.visibleAtMs <= now);
  }

  /** Takes back what was done under a key; nothing where nothing was. */
  async cancel(key: string): Promise<void> {
    const { vendor, truth } = this.#options;
    for (const effect of this.#effects) {
      if (effect.key !== key || effect.canceled) continue;
      effect.canceled = true;
      await truth.append({ type: "canceled", vendor, id: effect.id, reference: effect.reference });
    }
  }
}
