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

/** Tables whose change makes the levels stale. */
export const budgetTopics = ["budget_rule", "budget", "installation"] as const;

interface Building extends OrganizationLevels {
  readonly rules: Map<string, RuleLevels[]>;
}

/** Reads what every organization's calls count against. */
export const loadBudgetLevels = async (pool: pg.Pool, clock: Clock): Promise<BudgetLevels> => {
  const asked = clock.now();
  const rows = await selectLevels(pool);
  const answered = clock.now();
  // Behind the levels: whoever stops spending moves their epochs, so that levels read before the stop admit nothing.
  const stop = await selectSpendingStop(pool);
  const [first] = rows;
  const organizations = new Map<string, Building>();
  const rules = new Map<string, RuleLevels & { readonly periods: LevelPeriod[] }>();
  const byRow = new Map<bigint, RuleLevels>();
  for (const row of rows) {
    if (row.rule_id === null && row.id !== null)
      organizations.set(row.org_id, { rootId: row.id, epoch: row.epoch, rules: new Map() });
  }
  for (const row of rows) {
    const organization = organizations.get(row.org_id);
    if (!organization || row.rule_id === null || row.scope === null || row.period === null) continue;
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
  return { stop, organizations, byRow, clockOffsetMs: first ? first.now - (asked + answered) / 2 : 0 };
};
