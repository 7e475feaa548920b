import type { AuthMiddleware } from "@topolo/auth-middleware";
import { alertTopic, sendAlerts, type AlertDeps } from "../domain/alerts/index.ts";
import { requestTopic, tellRequests } from "../domain/budget-requests/index.ts";
import { oneAtATime } from "../platform/one-at-a-time.ts";

interface OpenAlertSender {
  readonly auth: Pick<AuthMiddleware, "tellAlert" | "tellBudgetRequest">;
  readonly deps: AlertDeps;
  readonly dashboardUrl: string;
}

/**
 * Tells people, by Topolo Auth, and webhooks of alerts, and people of what is asked for beyond budgets: soon after each, and
 * what is due again when `run` is called.
 */
export const openAlertSender = ({ auth, deps, dashboardUrl }: OpenAlertSender) => {
  const onTold = (outcome: "delivered" | "failed" | "again"): void => deps.onAlertDelivery?.("request", outcome);
  const { isClosed, ...rounds } = oneAtATime(async () => {
    await sendAlerts({ ...deps, dashboardUrl, tellAuth: auth.tellAlert, isClosed: () => isClosed() });
    await tellRequests({ ...deps, tellAuth: auth.tellBudgetRequest, isClosed: () => isClosed(), onTold });
  });
  const runQuietly = (): void =>
    void rounds.run().catch((error: unknown) => deps.log.warn({ err: error }, "alerts not sent yet"));
  const ends = [alertTopic, requestTopic].map((topic) => deps.feed.on(topic, runQuietly));
  return {
    run: rounds.run,
    close: async (): Promise<void> => {
      for (const end of ends) end();
      await rounds.close();
    },
  };
};
