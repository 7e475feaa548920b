import type { TRPCProcedureOptions } from "@trpc/client";

/** Options of one call: `signal` ends it. What `withIdempotencyKey` and `withCustomer` return are such options, too. */
export type NexusCallOptions = TRPCProcedureOptions;
