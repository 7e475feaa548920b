import { isCount, numberOf } from "./counts.ts";
import { isRecord, type JsonRecord } from "./json.ts";

/** Deeper, wider or longer than any vendor's usage is; what is beyond is not kept. */
const maxDepth = 4;
const maxFields = 100;
const maxText = 200;

/** As vendors write: nothing in it to cut or to take out. */
const plain = /^[\x20-\x7e]{0,200}$/;

const text = (value: string): string =>
  plain.test(value) ? value : value.slice(0, maxText).toWellFormed().replaceAll("\0", "");

/** A value as a row can keep it: bounded, and without characters that PostgreSQL refuses. */
const kept = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return text(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth <= 0) return undefined;
  return Array.isArray(value)
    ? value.slice(0, maxFields).map((one: unknown) => kept(one, depth - 1) ?? null)
    : isRecord(value)
      ? mergeUsage({}, value, depth - 1)
      : undefined;
};

/** Told, and larger than nothing: amounts of money have fractions, counts have none. */
const amountOf = (name: string, value: unknown): number | undefined => {
  const number = numberOf(value);
  return (name.includes("cost") ? number >= 0 : isCount(number)) ? number : undefined;
};

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

const merged = (name: string, before: unknown, now: unknown, depth: number): unknown => {
  if (isNothing(before) || isNothing(now)) return kept(isNothing(now) ? (before ?? now) : now, depth);
  // What was understood once is not given up for something of another kind.
  if (isRecord(before)) return isRecord(now) ? mergeUsage(before, now, depth - 1) : before;
  const [most, next] = [amountOf(name, before), amountOf(name, now)];
  return most !== undefined && (next === undefined || next <= most) ? before : kept(now, depth);
};

/**
 * Usage reported in several places or at several times. Counts only grow while an answer goes on: of each the largest is
 * kept, and a null or a zero does not undo an earlier number.
 */
export const mergeUsage = (before: JsonRecord, now: JsonRecord, depth: number = maxDepth): JsonRecord => {
  const together: Record<string, unknown> = { ...before };
  let fields = 0;
  for (const key in now) {
    if (!Object.hasOwn(now, key)) continue;
    fields += 1;
    if (fields > maxFields) break;
    const name = text(key);
    // It would reach the object's own workings, and is no name of a count.
    if (name === "__proto__") continue;
    const next = depth < 0 ? undefined : merged(name, together[name], now[key], depth);
    if (next !== undefined) together[name] = next;
  }
  return together;
};
