import { z } from "zod";
import { credentialTiers, usageSources } from "../../contracts/units.ts";

/** Headers a metered call may carry, for the OpenAPI document. */
export const MeteredRequestHeaders = z.object({
  "idempotency-key": z
    .string()
    .max(255)
    .optional()
    .describe("Same key and body: one vendor call and one answer, for 24 hours. Another body is refused with 422"),
  "x-nexus-customer-id": z
    .string()
    .max(128)
    .optional()
    .describe("The calling app's customer whose wallet pays for the call, too"),
});

/** Headers of a metered answer, for the OpenAPI document. */
export const MeteredResponseHeaders = z.object({
  "x-request-id": z.string(),
  "x-nexus-operation-id": z.string().describe("Id of the ledger row"),
  "x-nexus-provider": z.string(),
  "x-nexus-model": z.string().optional().describe("Absent where no model is asked for"),
  "x-nexus-credential-tier": z.enum(credentialTiers),
  "x-nexus-cost-nano-usd": z.string().optional().describe("Absent on streams, whose `finish` carries it"),
  "x-nexus-usage-source": z.enum(usageSources).optional().describe("Absent on streams, whose `finish` carries it"),
  "x-nexus-attempts": z.string().optional(),
  "x-nexus-replayed": z.string().optional().describe("`true` for a stored answer, replayed by its idempotency key"),
});
