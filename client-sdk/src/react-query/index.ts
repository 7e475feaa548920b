export { createNexusQueries, type NexusQueries, type NexusQueriesOptions } from "./create-nexus-queries.ts";
export { NexusQueryProvider, useNexus, useNexusClient } from "./nexus-context.ts";
