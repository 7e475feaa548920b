import { SubPages } from "../sub-pages.tsx";

/** The pages of what is limited: money, and how fast calls come. */
export const PagesOfBudgets = () => <SubPages label="Budgets" of="/budgets" />;
