import { z } from "zod";

const nanos = z.string().regex(/^\d{1,19}$/, { error: "whole nano-USD" });

/** What a service tells of a budget that has crossed a threshold, or will run out. */
export const ToldAlert = z.strictObject({
  id: z.uuid().describe("Of the alert: told again, it is the same one"),
  kind: z.enum(["budget.threshold", "budget.forecast"]),
  organizationId: z.string().min(1).max(100),
  budgetId: z.uuid().describe("By which the dashboard shows the budget"),
  administrators: z.boolean().describe("Whether the owners and administrators of the organization are mailed"),
  addresses: z.array(z.email().max(254)).max(10).describe("Who else is mailed"),
  scope: z.enum(["organization", "app", "user", "key"]).describe("What the budget counts"),
  name: z.string().max(200).describe("What people call the app, user or key"),
  period: z.enum(["hour", "day", "week", "month", "total"]),
  rolling: z.boolean(),
  hard: z.boolean().describe("Whether calls beyond the limit are refused"),
  percents: z.array(z.int().min(1).max(1_000)).max(10).describe("Thresholds that were reached at once"),
  usedNanos: nanos.describe("Nano-USD"),
  limitNanos: nanos.describe("Nano-USD"),
  timeZone: z
    .string()
    .max(100)
    .refine((zone) => isTimeZone(zone), { error: "a time zone such as Europe/Berlin" })
    .describe("In which times are told"),
  endsAt: z.iso.datetime({ offset: true }).nullable().describe("When the period ends"),
  runsOutAt: z.iso.datetime({ offset: true }).nullable().describe("Of a forecast: when the money runs out"),
});
export type ToldAlert = z.infer<typeof ToldAlert>;

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
};
