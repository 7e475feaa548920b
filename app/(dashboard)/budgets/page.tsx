import type { Metadata } from "next";
import { BudgetsPage } from "./budgets-page.tsx";

export const metadata: Metadata = { title: "Budgets" };

const Page = () => <BudgetsPage />;

export default Page;
