import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";

export type OperationAnswer = NexusOutputs["operations"]["list"]["operations"][number];
export type CallDetails = NexusOutputs["operations"]["get"];
export type CallFilter = NonNullable<NexusInputs["operations"]["list"]>;
export type UsageSumAnswer = NexusOutputs["usage"]["summary"]["sums"][number];
export type Budget = NexusOutputs["usage"]["budgets"]["list"]["budgets"][number];
export type VendorKey = NexusOutputs["keys"]["list"]["keys"][number];
export type KeyVendor = NexusOutputs["keys"]["vendors"]["vendors"][number];
export type ListedServiceToken = NexusOutputs["serviceTokens"]["list"]["serviceTokens"][number];
export type ListedEmail = NexusOutputs["email"]["list"]["emails"][number];
export type EmailDetails = NexusOutputs["email"]["get"];
export type EmailFilter = NonNullable<NexusInputs["email"]["list"]>;
export type ListedSuppression = NexusOutputs["email"]["suppressions"]["list"]["suppressions"][number];
export type EmailEvents = NexusOutputs["email"]["events"]["events"];
