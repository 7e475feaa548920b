import type { AlertDeps } from "./alert-deps.ts";
import { alertMessage, isForecast } from "./alert-message.ts";
import { nameScope } from "./name-scope.ts";
import { postWebhook, type Posted } from "./post-webhook.ts";
import { endDelivery, takeDue, type DueDelivery } from "./store-deliveries.ts";
import { selectSealedWebhook } from "./store-webhooks.ts";

/** An alert as Topolo Auth is told of it, which mails people about it. */
export interface AlertForAuth {
  /** Told again under the same one, it is the same. */
  readonly id: string;
  readonly kind: "budget.threshold" | "budget.forecast";
  readonly organizationId: string;
  readonly budgetId: string;
  readonly administrators: boolean;
  readonly addresses: readonly string[];
  readonly scope: DueDelivery["scope"];
  /** What people call the app, person or key. */
  readonly name: string;
  readonly period: DueDelivery["period"];
  readonly rolling: boolean;
  readonly hard: boolean;
  readonly percents: readonly number[];
  readonly usedNanos: string;
  readonly limitNanos: string;
  readonly timeZone: string;
  readonly endsAt: string | null;
  readonly runsOutAt: string | null;
}

interface SendAlerts extends AlertDeps {
  /** The origin of the dashboard: messages lead there. */
  readonly dashboardUrl: string;
  /** False: Auth will never take it. Throws while Auth is away. */
  readonly tellAuth: (alert: AlertForAuth) => Promise<boolean>;
  readonly isClosed: () => boolean;
}

const batch = 16;
const leaseMs = 60_000;
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Between tries; after the last of them it is given up, within a day. */
const pausesMs = [5 * second, minute, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour] as const;

const toldOf = (due: DueDelivery, name: string | null): AlertForAuth => ({
  id: due.id,
  kind: isForecast(due) ? "budget.forecast" : "budget.threshold",
  organizationId: due.organization_id,
  budgetId: due.rule_id,
  administrators: due.administrators,
  addresses: due.addresses,
  scope: due.scope,
  name: (name ?? due.scope_id ?? "").slice(0, 200),
  period: due.period,
  rolling: due.window_kind === "rolling",
  hard: due.hard,
  percents: due.thresholds.filter((percent) => percent > 0),
  usedNanos: due.used,
  limitNanos: due.lim,
  timeZone: due.time_zone,
  endsAt: due.ends_at?.toISOString() ?? null,
  runsOutAt: due.runs_out_at?.toISOString() ?? null,
});

const failed = (error: string): Posted => ({ outcome: "failed", status: undefined, error });

const sendMail = async (deps: SendAlerts, due: DueDelivery, name: string | null): Promise<Posted> => {
  if (!due.administrators && due.addresses.length === 0) return failed("Nobody is mailed about this budget any more.");
  const taken = await deps.tellAuth(toldOf(due, name));
  return taken
    ? { outcome: "delivered", status: undefined, error: undefined }
    : failed("Topolo Auth does not take mail of this organization.");
};

const sendToWebhook = async (
  deps: SendAlerts,
  due: DueDelivery,
  name: string | null,
  webhookId: string,
): Promise<Posted> => {
  const webhook = await selectSealedWebhook(deps.db.pool, due.organization_id, webhookId);
  if (!webhook) return failed("The webhook was removed.");
  return postWebhook(deps, webhook, {
    id: due.id,
    body: JSON.stringify(alertMessage(due, name, deps.dashboardUrl)),
  });
};

const send = async (deps: SendAlerts, due: DueDelivery): Promise<void> => {
  const { id, webhook_id: webhookId, tries } = due;
  const channel = webhookId === null ? "mail" : "webhook";
  const sent = async (): Promise<Posted> => {
    const name = await nameScope(deps, due);
    return webhookId === null ? sendMail(deps, due, name) : sendToWebhook(deps, due, name, webhookId);
  };
  const { outcome, status, error } = await sent().catch((problem: unknown): Posted => {
    deps.log.warn({ err: problem, deliveryId: id, channel }, "an alert was not sent; trying again later");
    return { outcome: "again", status: undefined, error: `The ${channel} could not be sent at the moment.` };
  });
  const pauseMs = pausesMs[tries - 1];
  if (outcome === "again" && pauseMs !== undefined) {
    await endDelivery(deps.db.pool, id, {
      state: "waiting",
      afterMs: pauseMs * (0.75 + Math.random() / 2),
      status,
      error,
    });
    deps.onAlertDelivery?.(channel, "again");
    return;
  }
  const state = outcome === "delivered" ? "delivered" : "failed";
  await endDelivery(deps.db.pool, id, { state, status, error });
  deps.onAlertDelivery?.(channel, state);
  if (state === "failed") deps.log.error({ deliveryId: id, channel, status, error }, "an alert was given up");
};

/**
 * Tells receivers of what is due, many at once. Whoever dies between sending and writing it down leaves it to be sent again
 * under the same id.
 */
export const sendAlerts = async (deps: SendAlerts): Promise<void> => {
  while (!deps.isClosed()) {
    const due = await takeDue(deps.db.pool, { limit: batch, leaseMs });
    const sent = await Promise.allSettled(due.map((one) => send(deps, one)));
    const problem = sent.find((one) => one.status === "rejected");
    if (problem) throw problem.reason;
    if (due.length < batch) return;
  }
};

/** The table whose changes say that there is something to send. */
export const alertTopic = "alert_delivery";
