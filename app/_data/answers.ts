import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";

export type OperationAnswer = NexusOutputs["usage"]["list"]["operations"][number];
export type CallDetails = NexusOutputs["usage"]["get"];
export type CallFilter = NonNullable<NexusInputs["usage"]["list"]>;
export type UsageSumAnswer = NexusOutputs["usage"]["summary"]["sums"][number];
export type Budget = NexusOutputs["usage"]["budgets"]["list"]["budgets"][number];
