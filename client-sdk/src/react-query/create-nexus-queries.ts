import type { QueryClient } from "@tanstack/react-query";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import type { NexusClient } from "../nexus-client.ts";
import type { AppRouter } from "../router.ts";

/** Every operation of Nexus as options of TanStack Query. */
export type NexusQueries = TRPCOptionsProxy<AppRouter>;

/** What `createNexusQueries` is made with. */
export interface NexusQueriesOptions {
  readonly client: NexusClient;
  readonly queryClient: QueryClient;
}

/**
 * The same options without React's context: for loaders, and for server components that prefetch.
 *
 * @example
 * const nexus = createNexusQueries({ client, queryClient });
 * await queryClient.prefetchQuery(nexus.usage.budgets.list.queryOptions({}));
 */
export const createNexusQueries = ({ client, queryClient }: NexusQueriesOptions): NexusQueries =>
  createTRPCOptionsProxy<AppRouter>({ client, queryClient });
