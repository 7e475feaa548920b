import { ok } from "../http/exchange.ts";
import { get, type Route } from "../http/route.ts";
import { answersQueries } from "./store.ts";

/** Whether Auth can do its work: both ways to its database are asked for real. */
export const readinessRoutes: readonly Route[] = [
  get("/health/ready").answer(async ({ context }) => {
    await answersQueries(context.db);
    return ok({ status: "ready" });
  }),
];
