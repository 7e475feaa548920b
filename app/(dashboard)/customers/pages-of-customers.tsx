import { SubPages } from "../sub-pages.tsx";

const pages = [
  { href: "/customers", label: "Customers" },
  { href: "/customers/plans", label: "Plans" },
] as const;

/** The pages of customers: who they are, and what they pay. */
export const PagesOfCustomers = () => <SubPages label="Customers" pages={pages} />;
