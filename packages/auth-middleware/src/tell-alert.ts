import type { AskRequest, AskResponse } from "./ask.ts";
import { AuthUnavailable } from "./errors.ts";

/** A budget that has crossed a threshold or will run out, about which an organization's people are mailed. */
export interface BudgetAlert {
  /** A UUID. Told again under the same one, it is the same alert. */
  readonly id: string;
  readonly kind: "budget.threshold" | "budget.forecast";
  readonly organizationId: string;
  /** A UUID, by which the dashboard shows the budget. */
  readonly budgetId: string;
  /** Whether the owners and administrators of the organization are mailed. */
  readonly administrators: boolean;
  /** Who else is mailed: at most ten. */
  readonly addresses: readonly string[];
  /** What the budget counts. */
  readonly scope: "organization" | "app" | "user" | "key";
  /** What people call the app, user or key. */
  readonly name: string;
  readonly period: "hour" | "day" | "week" | "month" | "total";
  readonly rolling: boolean;
  /** Whether calls beyond the limit are refused. */
  readonly hard: boolean;
  /** Thresholds that were reached at once, in percent of the limit. */
  readonly percents: readonly number[];
  readonly usedNanos: string;
  readonly limitNanos: string;
  /** In which times are told. */
  readonly timeZone: string;
  readonly endsAt: string | null;
  /** Of a forecast. */
  readonly runsOutAt: string | null;
}

/** Refusals that no repeat changes. */
const final: ReadonlySet<number> = new Set([400, 404]);

/** Tells Auth of alerts, under the client secret. */
export const createTellAlert =
  (ask: (question: AskRequest) => Promise<AskResponse>, basic: string | undefined, serviceId: string) =>
  async (alert: BudgetAlert): Promise<boolean> => {
    if (basic === undefined) throw new AuthUnavailable("telling of alerts needs a client secret");
    const { status } = await ask({
      method: "POST",
      path: `/api/services/${serviceId}/told-alerts`,
      headers: { Authorization: basic },
      body: alert,
    });
    if (status === 200) return true;
    if (final.has(status)) return false;
    throw new AuthUnavailable(`the alert was not taken: status ${status}`);
  };
