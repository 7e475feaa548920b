import {
  listApps,
  ListAppsInput,
  ListAppsOutput,
  listAttributionGaps,
  ListAttributionGapsInput,
  ListAttributionGapsOutput,
  setAppState,
  SetAppStateInput,
  SetAppStateOutput,
} from "../../../domain/apps/index.ts";
import { declare, get, post, router } from "../procedures.ts";

/** The apps that call for an organization. */
export const appsRouter = router({
  list: declare({
    permission: "srv_nexus.apps:read",
    summary: "List registered apps, their state and when they were last seen",
    rest: get("/api/apps"),
  })
    .input(ListAppsInput)
    .output(ListAppsOutput)
    .query(({ ctx, input }) => listApps(ctx.deps.management, ctx.call, input)),

  setState: declare({
    permission: "srv_nexus.apps:manage",
    summary: "Disable an app for the organization, or enable it again",
    rest: post("/api/apps/{appId}/state"),
    lasting: false,
  })
    .input(SetAppStateInput)
    .output(SetAppStateOutput)
    .mutation(({ ctx, input }) => setAppState(ctx.deps.management, ctx.call, input)),

  attributionGaps: declare({
    permission: "srv_nexus.apps:read",
    summary: "List the days with calls that are not attributed to an app",
    rest: get("/api/apps/attribution-gaps"),
  })
    .input(ListAttributionGapsInput)
    .output(ListAttributionGapsOutput)
    .query(({ ctx, input }) => listAttributionGaps(ctx.deps.management, ctx.call, input)),
});
