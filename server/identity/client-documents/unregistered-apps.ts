import { z } from "zod";

/** The service under which all apps without a registration count. */
export const unregisteredAppsService = "srv_unregistered_apps";

export const UnregisteredAppsPolicy = z.enum(["refused", "listed", "allowed"]);
export type UnregisteredAppsPolicy = z.infer<typeof UnregisteredAppsPolicy>;

/** Whether apps without a registration act for an organization's people: never, those at some hosts, or any. */
export interface UnregisteredApps {
  readonly policy: UnregisteredAppsPolicy;
  readonly hosts: readonly string[];
}

/** Host and port as shown to people; other spellings of a name are plain there. */
export const hostOfClient = (clientId: string): string => new URL(clientId).host;

/** Whether the organization that somebody acts for lets such an app in; without an organization nobody does. */
export const letsIn = (organization: UnregisteredApps | undefined, clientId: string): boolean =>
  organization !== undefined &&
  (organization.policy === "allowed" ||
    (organization.policy === "listed" && organization.hosts.includes(hostOfClient(clientId))));
