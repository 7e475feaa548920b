import { SubPages } from "../sub-pages.tsx";

const pages = [
  { href: "/email", label: "Messages" },
  { href: "/email/suppressions", label: "Suppressions" },
] as const;

/** The pages of mail: what was sent, and to whom nothing is sent. */
export const PagesOfMail = () => <SubPages label="Mail" pages={pages} />;
