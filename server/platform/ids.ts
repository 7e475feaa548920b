import { V7Generator } from "uuidv7";
import type { Clock } from "./clock.ts";

/** Random numbers made by the thousand: asking the system for a few at a time costs more than the rest of an id. */
const bulkRandom = (): { readonly nextUint32: () => number } => {
  const numbers = new Uint32Array(1_024);
  let next = numbers.length;
  return {
    nextUint32: () => {
      if (next === numbers.length) {
        crypto.getRandomValues(numbers);
        next = 0;
      }
      const number = numbers[next] ?? 0;
      // Nothing that went into an id stays behind.
      numbers[next] = 0;
      next += 1;
      return number;
    },
  };
};

const generator = new V7Generator(bulkRandom());
/** Ids of processes on several hosts are compared with each other, and with the database's time. */
let wall: () => number = Date.now;
/** A clock that goes back further than this begins a new order. */
const rollbackMs = 10_000;
const uuidv7 = (): string => generator.generateOrResetCore(wall(), rollbackMs).toString();

/** Takes the time in all ids of this process from the clock. */
export const timeIdsBy = ({ now }: Pick<Clock, "now">): void => {
  wall = now;
};

/** When an id was made, ms since the epoch. */
export const timeOfId = (id: string): number => Number.parseInt(id.replace("-", "").slice(0, 12), 16);

/** The smallest UUIDv7 of a moment, ms since the epoch. */
export const firstIdOf = (atMs: number): string => {
  const ms = Math.max(atMs, 0).toString(16).padStart(12, "0");
  return `${ms.slice(0, 8)}-${ms.slice(8, 12)}-0000-0000-000000000000`;
};

/** A new UUIDv7, strictly increasing within the process: the id of ledger rows and requests. */
export const newId = (): string => uuidv7();

/** A UUIDv7 behind a prefix, for example `key_019a…`. */
export const newPrefixedId = (prefix: string): string => `${prefix}_${uuidv7().replaceAll("-", "")}`;
