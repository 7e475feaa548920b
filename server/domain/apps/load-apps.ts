import type pg from "pg";
import { selectApps, selectDisabled, type AppRow } from "./store.ts";

/** Tables whose change makes the snapshot stale. */
export const appTopics = ["app", "app_state"] as const;

/** The apps and their state in organizations, as last read. */
export interface AppSnapshot {
  readonly apps: ReadonlyMap<string, AppRow>;
  readonly disabled: ReadonlySet<string>;
  /** From which pages of registered apps may call, each as browsers write it. */
  readonly origins: ReadonlySet<string>;
}

const stateKey = (organizationId: string, appId: string): string => `${organizationId} ${appId}`;

export const loadApps = async (pool: pg.Pool): Promise<AppSnapshot> => {
  const [apps, disabled] = await Promise.all([selectApps(pool), selectDisabled(pool)]);
  return {
    apps: new Map(apps.map((app) => [app.id, app])),
    origins: new Set(apps.filter(({ registered }) => registered).flatMap(({ origins }) => origins)),
    disabled: new Set(disabled.map(({ organizationId, appId }) => stateKey(organizationId, appId))),
  };
};

/** The registered app of that service id, or undefined. */
export const appOf = (snapshot: AppSnapshot, serviceId: string): AppRow | undefined => {
  const app = snapshot.apps.get(serviceId);
  return app?.registered === true ? app : undefined;
};

/** Whether the organization lets a registered app call for it. */
export const isAppEnabled = (snapshot: AppSnapshot, organizationId: string, appId: string): boolean =>
  !snapshot.disabled.has(stateKey(organizationId, appId));
