import type { AuthMiddleware } from "@topolo/auth-middleware";
import { alertTopic, sendAlerts, type AlertDeps } from "../domain/alerts/index.ts";
import { oneAtATime } from "../platform/one-at-a-time.ts";

interface OpenAlertSender {
  readonly auth: Pick<AuthMiddleware, "tellAlert">;
  readonly deps: AlertDeps;
  readonly dashboardUrl: string;
}

/** Tells people, by Topolo Auth, and webhooks of alerts: soon after each is raised, and what is due again when `run` is called. */
export const openAlertSender = ({ auth, deps, dashboardUrl }: OpenAlertSender) => {
  const rounds = oneAtATime(() =>
    sendAlerts({ ...deps, dashboardUrl, tellAuth: auth.tellAlert, isClosed: rounds.isClosed }),
  );
  const runQuietly = (): void =>
    void rounds.run().catch((error: unknown) => deps.log.warn({ err: error }, "alerts not sent yet"));
  const unsubscribe = deps.feed.on(alertTopic, runQuietly);
  return {
    run: rounds.run,
    close: async (): Promise<void> => {
      unsubscribe();
      await rounds.close();
    },
  };
};
