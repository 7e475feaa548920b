import type { TRPCClient } from "@trpc/client";
import type { AppRouter } from "./router.ts";

/**
 * Every operation of Nexus: `nexus.<family>.<verb>.query(input)` where it reads, `.mutate(input)` where it acts or costs.
 * The published package declares them one by one, with what each field means.
 */
export type NexusClient = TRPCClient<AppRouter>;
