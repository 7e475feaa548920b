import { route, type AuthRoute } from "../http/route.ts";
import { readinessOf } from "./store.ts";

/** Whether Auth can do its work: both ways to its database are asked for real. */
export const readinessRoutes: readonly AuthRoute[] = [
  route.get("/health/ready").answer(async ({ context }) => {
    const { ready, checks } = await readinessOf(context).look();
    return {
      status: ready ? 200 : 503,
      json: { status: ready ? "ready" : "not ready", checks },
      headers: { "Cache-Control": "no-store" },
    };
  }),
];
