import { z } from "zod";

/** What a budget counts. */
export const BudgetScope = z.enum(["organization", "app", "user", "key"]);
export type BudgetScope = z.infer<typeof BudgetScope>;

export const BudgetPeriod = z.enum(["hour", "day", "week", "month", "total"]);
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

export const BudgetWindow = z.enum(["calendar", "rolling"]);
export type BudgetWindow = z.infer<typeof BudgetWindow>;

const nanos = z.string().describe("Nano-USD, a decimal string");
const moment = z.iso.datetime();

/** A budget with the counters of its present period. */
export const BudgetView = z.object({
  id: z.string(),
  scope: BudgetScope,
  scopeId: z.string().nullable().describe("Registered app, user or Auth key; null for the organization"),
  period: BudgetPeriod,
  window: BudgetWindow.describe("A rolling month is 30 days"),
  hard: z.boolean().describe("Refuses calls that do not fit; a soft one only alerts"),
  imposed: z.boolean().describe("The platform's own limit for the organization: only its operators change it"),
  timeZone: z.string(),
  limitNanos: nanos.describe("The limit that holds now; nano-USD, a decimal string"),
  baseLimitNanos: nanos.describe(
    "The budget's own limit, which holds again after `raisedUntil`; nano-USD, a decimal string",
  ),
  raisedUntil: moment
    .nullable()
    .describe("Until when a higher limit that was asked for holds; null: the budget's own limit holds"),
  spentNanos: nanos.describe("Booked within the period, without overrun"),
  reservedNanos: nanos.describe("Held for calls that are running or whose outcome is unknown"),
  inDoubtNanos: nanos.describe("The part of it held for calls whose outcome is unknown; the rest is in flight"),
  overrunNanos: nanos.describe("What vendors billed beyond the holds"),
  usedPercent: z
    .number()
    .describe("Spent, overrun and reserved against the limit, one decimal; 100 where the limit is 0"),
  startsAt: moment.nullable(),
  nextResetAt: moment.nullable().describe("Null for rolling and total budgets"),
  alertThresholds: z.array(z.int()),
  alerts: z.array(z.object({ threshold: z.int(), crossedAt: moment })).describe("Thresholds crossed in this period"),
  forecastAt: moment
    .nullable()
    .describe("When it was found, in this period, that the money will run out before its end; null: it was not"),
  createdAt: moment,
  updatedAt: moment,
});
export type BudgetView = z.infer<typeof BudgetView>;
