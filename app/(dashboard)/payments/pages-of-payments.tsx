import { SubPages } from "../sub-pages.tsx";

const pages = [
  { href: "/payments", label: "Operations" },
  { href: "/payments/approvals", label: "Approvals" },
  { href: "/payments/needs-review", label: "Needs review" },
  { href: "/payments/subscriptions", label: "Subscriptions" },
  { href: "/payments/policies", label: "Policies" },
] as const;

/** The pages of payments: what was asked for, what waits for a person, and what is allowed. */
export const PagesOfPayments = () => <SubPages label="Payments" pages={pages} />;
