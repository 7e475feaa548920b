"use client";

import { createTRPCContext } from "@trpc/tanstack-react-query";
import type { FunctionComponent, ReactNode } from "react";
import type { QueryClient } from "@tanstack/react-query";
import type { NexusClient } from "../nexus-client.ts";
import type { AppRouter } from "../router.ts";
import type { NexusQueries } from "./create-nexus-queries.ts";

interface NexusContext {
  readonly TRPCProvider: FunctionComponent<{
    readonly children: ReactNode;
    readonly queryClient: QueryClient;
    readonly trpcClient: NexusClient;
  }>;
  readonly useTRPC: () => NexusQueries;
  readonly useTRPCClient: () => NexusClient;
}

const context: NexusContext = createTRPCContext<AppRouter>();

/**
 * Gives the components inside it `useNexus` and `useNexusClient`. It stands within the `QueryClientProvider` of the
 * same query client.
 *
 * @example
 * <QueryClientProvider client={queryClient}>
 *   <NexusQueryProvider queryClient={queryClient} trpcClient={createNexusClient({ baseUrl, credential })}>
 *     <App />
 *   </NexusQueryProvider>
 * </QueryClientProvider>
 */
export const NexusQueryProvider: NexusContext["TRPCProvider"] = context.TRPCProvider;

/**
 * Every operation of Nexus as options of TanStack Query: `queryOptions` and `infiniteQueryOptions` where it reads,
 * `mutationOptions` where it acts or costs, `pathFilter` for invalidating a router's answers.
 *
 * @example
 * const nexus = useNexus();
 * const calls = useQuery(nexus.operations.list.queryOptions({ limit: 20 }, { refetchInterval: 5_000 }));
 * const generate = useMutation(nexus.ai.generateText.mutationOptions());
 */
export const useNexus: NexusContext["useTRPC"] = context.useTRPC;

/** The client itself, for streams and for what is asked once. */
export const useNexusClient: NexusContext["useTRPCClient"] = context.useTRPCClient;
