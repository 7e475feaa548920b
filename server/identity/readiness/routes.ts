import { route, type AuthRoute } from "../http/route.ts";
import { readinessOf } from "./store.ts";

/** Whether Auth can do its work, and is there to stay: both ways to its database are asked for real. */
export const readinessRoutes: readonly AuthRoute[] = [
  route.get("/health/ready").answer(async ({ context }) => {
    const { ready, checks } = await readinessOf(context).look();
    const isLeaving = context.isLeaving();
    return {
      status: ready && !isLeaving ? 200 : 503,
      json: { status: isLeaving ? "draining" : ready ? "ready" : "not ready", checks },
      headers: { "Cache-Control": "no-store" },
    };
  }),
];
