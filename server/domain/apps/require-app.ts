import { NexusError } from "../../errors.ts";
import { appOf, isAppEnabled, type AppSnapshot } from "./load-apps.ts";

interface AppRequirement {
  readonly organizationId: string;
  /** Undefined for an unattributed call. */
  readonly appId: string | undefined;
  /** The organization refuses unattributed calls. */
  readonly requireApp: boolean;
}

/** Throws APP_REQUIRED where no registered app may be named though one must, SCOPE_DENIED where the app is switched off. */
export const requireApp = (snapshot: AppSnapshot, { organizationId, appId, requireApp }: AppRequirement): void => {
  if (appId === undefined) {
    if (requireApp) throw new NexusError("APP_REQUIRED");
    return;
  }
  if (appOf(snapshot, appId) === undefined)
    throw new NexusError("APP_REQUIRED", { message: "The app is not registered." });
  if (!isAppEnabled(snapshot, organizationId, appId)) {
    throw new NexusError("SCOPE_DENIED", { message: "The organization has switched this app off." });
  }
};
