import type { AuthClient } from "@topolo/auth-client";
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { failureOf } from "./failure-of.ts";

/**
 * Keeps what was answered. The client of the gateway repeats what is safe to repeat, so nothing is repeated here; a
 * question that is asked again and again is not asked while the page is hidden.
 */
export const createQueryClient = (auth: AuthClient): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({
      // Auth may have ended the session: ask it, since its word alone counts.
      onError: (problem) => {
        if (failureOf(problem).code === "UNAUTHENTICATED") auth.refresh().catch(() => undefined);
      },
    }),
    // A browser that says it is offline may still reach a gateway at home.
    defaultOptions: { queries: { retry: false, networkMode: "always" } },
  });
