import type { BudgetView } from "./budget.ts";
import type { BudgetRow } from "./store.ts";

const usedPercent = ({ lim, spent, reserved, overrun }: BudgetRow): number => {
  const limit = BigInt(lim);
  if (limit === 0n) return 100;
  return Number(((BigInt(spent) + BigInt(reserved) + BigInt(overrun)) * 1_000n) / limit) / 10;
};

export const viewBudget = (row: BudgetRow): BudgetView => ({
  id: row.id,
  scope: row.scope,
  scopeId: row.scope_id,
  period: row.period,
  window: row.window_kind,
  hard: row.hard,
  imposed: row.imposed,
  timeZone: row.time_zone,
  limitNanos: row.lim,
  baseLimitNanos: row.base_lim,
  raisedUntil: row.raised_until?.toISOString() ?? null,
  spentNanos: row.spent,
  reservedNanos: row.reserved,
  inDoubtNanos: row.in_doubt,
  overrunNanos: row.overrun,
  usedPercent: usedPercent(row),
  startsAt: row.starts_at?.toISOString() ?? null,
  nextResetAt: row.ends_at?.toISOString() ?? null,
  alertThresholds: row.alert_thresholds,
  alerts: row.alerts.map(({ threshold, crossedAt }) => ({ threshold, crossedAt: new Date(crossedAt).toISOString() })),
  forecastAt: row.forecast_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
