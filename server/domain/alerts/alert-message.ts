import type { DueDelivery } from "./store-deliveries.ts";

/** What a webhook is told of an alert. */
export interface AlertMessage {
  readonly type: "budget.threshold_reached" | "budget.forecast" | "webhook.test";
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The forecast is told beside no threshold. */
export const isForecast = ({ thresholds }: Pick<DueDelivery, "thresholds">): boolean => thresholds.includes(0);

/** Where people see the budget. */
export const budgetPage = (dashboardUrl: string, ruleId: string): string => `${dashboardUrl}/budgets?budget=${ruleId}`;

const timeOf = (at: Date | null): string | null => at?.toISOString() ?? null;

/** The same at each try, but for what the budget is called. */
export const alertMessage = (due: DueDelivery, scopeName: string | null, dashboardUrl: string): AlertMessage => ({
  type: isForecast(due) ? "budget.forecast" : "budget.threshold_reached",
  timestamp: due.crossed_at.toISOString(),
  data: {
    organizationId: due.organization_id,
    budget: {
      id: due.rule_id,
      scope: due.scope,
      scopeId: due.scope_id,
      scopeName,
      period: due.period,
      window: due.window_kind,
      hard: due.hard,
      timeZone: due.time_zone,
      startsAt: timeOf(due.starts_at),
      endsAt: timeOf(due.ends_at),
    },
    thresholds: isForecast(due) ? [] : due.thresholds,
    usedNanos: due.used,
    limitNanos: due.lim,
    runsOutAt: timeOf(due.runs_out_at),
    url: budgetPage(dashboardUrl, due.rule_id),
  },
});
