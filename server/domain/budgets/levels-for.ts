import type { CallContext } from "../../contracts/call-context.ts";
import { ruleKey, type BudgetLevels, type RuleLevels } from "./budget-levels.ts";

type Attribution = Pick<CallContext, "organizationId" | "admission" | "appId" | "userId" | "keyId">;

/** What a call is reserved on: its organization's root, then every budget of its scopes. */
export interface CallLevels {
  readonly levels: readonly bigint[];
  readonly epoch: bigint;
}

/**
 * The levels of one call at this process's `now`, from memory. Undefined where something is missing, an organization seen
 * for the first time, a limit of the platform's that has changed or a period not opened yet: open the periods, read again, repeat. A budget is never left out.
 */
export const levelsFor = (
  { organizations, clockOffsetMs }: BudgetLevels,
  { organizationId, admission, appId, userId, keyId }: Attribution,
  now: number,
): CallLevels | undefined => {
  const organization = organizations.get(organizationId);
  if (!organization || organization.imposedNanos !== admission?.monthlyLimitNanos) return undefined;
  const at = now + clockOffsetMs;
  const levels = [organization.rootId];
  const add = (rules: readonly RuleLevels[] | undefined): boolean =>
    (rules ?? []).every(({ periods }) => {
      const period = periods.find(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
      if (period) levels.push(period.id);
      return period !== undefined;
    });
  const { rules, epoch } = organization;
  const complete =
    add(rules.get(ruleKey("organization", null))) &&
    (appId === undefined || add(rules.get(ruleKey("app", appId)))) &&
    (userId === undefined || add(rules.get(ruleKey("user", userId)))) &&
    (keyId === undefined || add(rules.get(ruleKey("key", keyId))));
  return complete ? { levels, epoch } : undefined;
};

/** The rule behind a budget row that refused a call; undefined for a root or a row no longer in memory. */
export const ruleOfLevel = ({ byRow }: BudgetLevels, budgetId: bigint): RuleLevels | undefined => byRow.get(budgetId);
