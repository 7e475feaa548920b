import { getSystem, GetSystemInput, SystemState } from "../../../domain/system/index.ts";
import { declare, get, router } from "../procedures.ts";

/** The installation itself. */
export const systemRouter = router({
  get: declare({
    permission: "srv_nexus.system:read",
    summary: "See how the installation is, as a platform administrator",
    rest: get("/api/system"),
  })
    .input(GetSystemInput)
    .output(SystemState)
    .query(({ ctx, input }) => getSystem(ctx.deps.lookAtSystem, ctx.call, input)),
});
