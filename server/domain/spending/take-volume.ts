import type pg from "pg";
import type { Amount } from "../../contracts/payments/payment-act.ts";
import { limitFor, policyDenied } from "./require-policy.ts";
import { beginDay, recountDay, takeOfDay, type DayUnit, type SpendingPolicyRow } from "./store.ts";

const dayMs = 86_400_000;

/** The smallest UUIDv7 of a moment. */
const floorId = (ms: number): string => {
  const hex = Math.max(ms, 0).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
};

/** When an operation was made: its id, a UUIDv7, begins with the milliseconds. */
const madeAt = (operationId: string): number => Number.parseInt(operationId.replaceAll("-", "").slice(0, 12), 16);

interface Volume {
  readonly operationId: string;
  readonly kind: "payment" | "refund";
  readonly amount: Amount;
}

const kindsOf = { payment: ["order", "checkout", "link"], refund: ["refund"] } as const;

/**
 * Takes an amount of what may be paid or refunded a day, in the transaction that claims the payment: exact for any number
 * of processes, because the day's row is locked. What came to nothing meanwhile is given back where there is no room.
 */
export const takeVolume = async (
  tx: pg.PoolClient,
  policies: readonly SpendingPolicyRow[],
  { operationId, kind, amount: { amount, currency } }: Volume,
): Promise<void> => {
  const start = Math.floor(madeAt(operationId) / dayMs) * dayMs;
  for (const policy of policies) {
    const limit = limitFor(policy.rules.dailyVolume, currency);
    if (limit === undefined) continue;
    const day: DayUnit = {
      organizationId: policy.organizationId,
      appId: policy.appId,
      day: new Date(start).toISOString().slice(0, 10),
      unit: `${kind} ${currency}`,
    };
    if (limit !== null) {
      if (await takeOfDay(tx, day, amount, limit)) continue;
      const kinds = kindsOf[kind];
      // What was paid before there was a limit counts, too.
      await beginDay(tx, day);
      await recountDay(tx, day, { kinds, currency, from: floorId(start), to: floorId(start + dayMs) });
      if (await takeOfDay(tx, day, amount, limit)) continue;
    }
    throw policyDenied({
      policy,
      rule: "dailyVolume",
      message: `The ${kind}s of a day, in UTC, may come to at most ${limit ?? 0n} minor units of ${currency}.`,
      details: { limit: (limit ?? 0n).toString(), currency },
    });
  }
};

/** Takes messages of what may be sent a day. */
export const takeMessages = async (
  db: pg.Pool | pg.PoolClient,
  policies: readonly SpendingPolicyRow[],
  { count, now }: { readonly count: number; readonly now: number },
): Promise<void> => {
  const day = new Date(now).toISOString().slice(0, 10);
  for (const policy of policies) {
    const limit = policy.rules.dailyMessages;
    if (limit === undefined) continue;
    const { organizationId, appId } = policy;
    const of: DayUnit = { organizationId, appId, day, unit: "message" };
    const take = (): Promise<boolean> => takeOfDay(db, of, BigInt(count), BigInt(limit));
    if (await take()) continue;
    await beginDay(db, of);
    if (await take()) continue;
    throw policyDenied({
      policy,
      rule: "dailyMessages",
      message: `At most ${limit} messages may be sent a day, in UTC.`,
      details: { limit },
    });
  }
};
