import { SubPages } from "../sub-pages.tsx";

const pages = [
  { href: "/email", label: "Messages" },
  { href: "/email/templates", label: "Templates" },
  { href: "/email/suppressions", label: "Suppressions" },
  { href: "/email/domains", label: "Domains" },
  { href: "/email/settings", label: "Settings" },
] as const;

/** The pages of mail: what was sent, to whom nothing is sent, and what holds for all of it. */
export const PagesOfMail = () => <SubPages label="Mail" pages={pages} />;
