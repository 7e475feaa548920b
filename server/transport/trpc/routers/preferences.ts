import {
  getPreferences,
  GetPreferencesInput,
  GetPreferencesOutput,
  setPreferences,
  SetPreferencesInput,
  SetPreferencesOutput,
} from "../../../domain/preferences/index.ts";
import { ExplainRouteInput, ExplainRouteOutput } from "../../../domain/routing/index.ts";
import { declare, get, patch, router } from "../procedures.ts";

/** How an organization's calls are routed. */
export const preferencesRouter = router({
  get: declare({
    permission: "srv_nexus.preferences:read",
    summary: "Read the organization's routing preferences",
    rest: get("/api/preferences"),
  })
    .input(GetPreferencesInput)
    .output(GetPreferencesOutput)
    .query(({ ctx, input }) => getPreferences(ctx.deps.management, ctx.call, input)),

  set: declare({
    permission: "srv_nexus.preferences:manage",
    summary: "Change the preferences that are named",
    rest: patch("/api/preferences"),
    lasting: false,
  })
    .input(SetPreferencesInput)
    .output(SetPreferencesOutput)
    .mutation(({ ctx, input }) => setPreferences(ctx.deps.management, ctx.call, input)),

  explainRoute: declare({
    permission: "srv_nexus.preferences:read",
    summary: "Tell where a call would go and why, without sending it",
    rest: get("/api/preferences/route"),
  })
    .input(ExplainRouteInput)
    .output(ExplainRouteOutput)
    .query(({ ctx, input }) => ctx.deps.explainRoute(ctx.call, input)),
});
