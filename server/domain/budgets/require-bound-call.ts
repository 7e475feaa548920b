import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { ruleKey, type BudgetLevels } from "./budget-levels.ts";

const idsOf = (boundTo: NonNullable<CallContext["boundTo"]>, wanted: string): readonly string[] =>
  boundTo.filter(({ type }) => type === wanted).map(({ resourceId }) => resourceId);

const refuse = (what: string): NexusError =>
  new NexusError("SCOPE_DENIED", { message: `The key is bound to ${what}.`, details: { reason: "resource_denied" } });

/** The budgets that a call counts against now. */
const budgetsOf = (
  { organizations }: BudgetLevels,
  { organizationId, appId, userId, keyId }: CallContext,
): readonly string[] => {
  const rules = organizations.get(organizationId)?.rules;
  if (rules === undefined) return [];
  return [
    ruleKey("organization", null),
    ...(appId === undefined ? [] : [ruleKey("app", appId)]),
    ...(userId === undefined ? [] : [ruleKey("user", userId)]),
    ...(keyId === undefined ? [] : [ruleKey("key", keyId)]),
  ].flatMap((key) => rules.get(key)?.map(({ ruleId }) => ruleId) ?? []);
};

/** A key bound to apps calls as one of them alone; one bound to budgets while one of these counts the call. Throws SCOPE_DENIED. */
export const requireBoundCall = (levels: BudgetLevels, ctx: CallContext): void => {
  const { boundTo, appId } = ctx;
  if (boundTo === undefined || boundTo.length === 0) return;
  const apps = idsOf(boundTo, "app");
  const budgets = idsOf(boundTo, "budget");
  if (apps.length > 0 && (appId === undefined || !apps.includes(appId))) throw refuse("another app");
  if (budgets.length > 0 && !budgetsOf(levels, ctx).some((id) => budgets.includes(id)))
    throw refuse("a budget that does not count this call");
  if (apps.length + budgets.length === 0) throw refuse("something that makes no calls");
};
