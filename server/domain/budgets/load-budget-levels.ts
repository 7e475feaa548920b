import type pg from "pg";
import type { Clock } from "../../platform/clock.ts";
import {
  ruleKey,
  type BudgetLevels,
  type LevelPeriod,
  type OrganizationLevels,
  type RuleLevels,
} from "./budget-levels.ts";
import { selectLevels, selectSpendingStop } from "./store.ts";

/** Tables whose changes make the levels in memory stale. */
export const budgetTopics = ["budget_rule", "budget", "installation"] as const;

interface OrganizationDraft extends OrganizationLevels {
  readonly rules: Map<string, RuleLevels[]>;
  imposedNanos: bigint | undefined;
}

/** Reads the budget rows (levels) of all organizations. A call is reserved on each level that applies to it. */
export const loadBudgetLevels = async (pool: pg.Pool, clock: Clock): Promise<BudgetLevels> => {
  const sentAt = clock.now();
  const rows = await selectLevels(pool);
  const receivedAt = clock.now();
  // Read after the levels: a spending stop raises the epoch of every organization, so `nexus_reserve` refuses holds on levels
  // that were read before it.
  const stop = await selectSpendingStop(pool);
  const [first] = rows;
  const organizations = new Map<string, OrganizationDraft>();
  const rules = new Map<string, RuleLevels & { readonly periods: LevelPeriod[] }>();
  const byRow = new Map<bigint, RuleLevels>();
  for (const row of rows) {
    if (row.rule_id === null && row.id !== null)
      organizations.set(row.org_id, { rootId: row.id, epoch: row.epoch, rules: new Map(), imposedNanos: undefined });
  }
  for (const row of rows) {
    const organization = organizations.get(row.org_id);
    if (!organization || row.rule_id === null || row.scope === null || row.period === null) continue;
    if (row.imposed !== null) organization.imposedNanos = row.imposed;
    let rule = rules.get(row.rule_id);
    if (!rule) {
      rule = { ruleId: row.rule_id, scope: row.scope, scopeId: row.scope_id, period: row.period, periods: [] };
      rules.set(row.rule_id, rule);
      const key = ruleKey(row.scope, row.scope_id);
      organization.rules.set(key, [...(organization.rules.get(key) ?? []), rule]);
    }
    if (row.id === null) continue;
    rule.periods.push({ id: row.id, startsAt: row.starts_at, endsAt: row.ends_at });
    byRow.set(row.id, rule);
  }
  return { stop, organizations, byRow, clockOffsetMs: first ? first.now - (sentAt + receivedAt) / 2 : 0 };
};
