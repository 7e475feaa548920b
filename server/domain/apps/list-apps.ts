import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { selectOrganizationApps, type OrganizationAppRow } from "./store.ts";

export const AppId = z
  .string()
  .max(68)
  .regex(/^srv_[a-z0-9_]+$/)
  .describe("Service id of an app at Topolo Auth.");

export const AppView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  registered: z.boolean().describe("Still in Topolo Auth's catalog."),
  enabled: z.boolean().describe("May call for this organization."),
  lastSeenAt: z.iso.datetime().nullable().describe("Last call for this organization, to the minute."),
});
export type AppView = z.output<typeof AppView>;

export const ListAppsInput = z.strictObject({});
export type ListAppsInput = z.input<typeof ListAppsInput>;

export const ListAppsOutput = z.object({ apps: z.array(AppView) });
export type ListAppsOutput = z.output<typeof ListAppsOutput>;

export const viewApp = ({ id, name, kind, registered, enabled, lastSeenAt }: OrganizationAppRow): AppView => ({
  id,
  name,
  kind,
  registered,
  enabled,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
});

/** The apps that can call for the organization, and those that have. */
export const listApps = async (deps: Deps, ctx: CallContext, input: ListAppsInput): Promise<ListAppsOutput> => {
  parseInput(ListAppsInput, input);
  const apps = await selectOrganizationApps(deps.db.pool, ctx.organizationId, undefined);
  return { apps: apps.map(viewApp) };
};
