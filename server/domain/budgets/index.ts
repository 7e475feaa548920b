export { BudgetPeriod, BudgetScope, BudgetView } from "./budget.ts";
export { budgetRefusal } from "./budget-refusal.ts";
export type { BudgetLevels, RuleLevels } from "./budget-levels.ts";
export { levelsFor, ruleOfLevel, type CallLevels } from "./levels-for.ts";
export { listBudgets, ListBudgetsInput, listBudgetsOf, ListBudgetsOutput } from "./list-budgets.ts";
export { budgetTopics, loadBudgetLevels } from "./load-budget-levels.ts";
export { openBudgetPeriods } from "./open-budget-periods.ts";
export { removeBudget, removeBudgetAsOperator, RemoveBudgetInput, RemoveBudgetOutput } from "./remove-budget.ts";
export { setBudget, setBudgetAsOperator, SetBudgetInput, SetBudgetOutput } from "./set-budget.ts";
