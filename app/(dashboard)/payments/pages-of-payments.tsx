import { SubPages } from "../sub-pages.tsx";

/** The pages of payments: what was asked for, what waits for a person, and what is allowed. */
export const PagesOfPayments = () => <SubPages label="Payments" of="/payments" />;
