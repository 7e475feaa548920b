import { SubPages } from "../sub-pages.tsx";

/** The pages of customers: who they are, and what they pay. */
export const PagesOfCustomers = () => <SubPages label="Customers" of="/customers" />;
