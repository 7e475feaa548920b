export { needsApproval, requirePayable, requireRecipients } from "./require-policy.ts";
export {
  listPolicies,
  ListPoliciesInput,
  ListPoliciesOutput,
  setPolicy,
  SetPolicyInput,
  type SpendingOfDay,
  SpendingPolicy,
} from "./set-policy.ts";
export { loadSpendingPolicies, spendingTopics, type SpendingPolicies } from "./spending-policies.ts";
export { SpendingRules } from "./spending-rules.ts";
export type { SpendingPolicyRow } from "./store.ts";
export { takeMessages, takeVolume } from "./take-volume.ts";
