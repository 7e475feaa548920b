import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { selectPolicies, type SpendingPolicyRow } from "./store.ts";

/** All organizations' policies, held in memory. */
export interface SpendingPolicies {
  /** Those that a call has to keep to: of all apps together, and of its own. */
  readonly of: (caller: Pick<CallContext, "organizationId" | "appId">) => readonly SpendingPolicyRow[];
}

/** Tables whose change makes loaded policies stale. */
export const spendingTopics = ["spending_policy"] as const;

const none: readonly SpendingPolicyRow[] = [];

/** Arranges rows so that a call finds its policies without searching. */
export const createSpendingPolicies = (rows: readonly SpendingPolicyRow[]): SpendingPolicies => {
  const organizations = Map.groupBy(rows, ({ organizationId }) => organizationId);
  return {
    of: ({ organizationId, appId }) =>
      organizations.get(organizationId)?.filter((row) => row.appId === "" || row.appId === appId) ?? none,
  };
};

/** The policies as they stand; loaded again when one changes. */
export const loadSpendingPolicies = async (pool: pg.Pool): Promise<SpendingPolicies> =>
  createSpendingPolicies(await selectPolicies(pool));
