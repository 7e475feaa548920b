import type { AuthSession } from "@topolo/auth-client";
import { admits, type Audience } from "./audience.ts";

/** A page's place and name. */
export interface PageLink {
  readonly href: string;
  readonly label: string;
  /** For whom it is; for everybody if not said. Others find there who may see it, and what to do. */
  readonly audience?: Audience;
}

export interface ListedPage extends PageLink {
  /** After g, the key that leads to it. */
  readonly letter: string;
  /** The pages that lie side by side under it. */
  readonly parts?: readonly PageLink[];
}

export interface PageGroup {
  readonly label: string;
  readonly pages: readonly ListedPage[];
}

const mail: readonly PageLink[] = [
  { href: "/email", label: "Messages", audience: "members" },
  { href: "/email/templates", label: "Templates", audience: "members" },
  { href: "/email/suppressions", label: "Suppressions", audience: "members" },
  { href: "/email/domains", label: "Domains", audience: "members" },
  { href: "/email/settings", label: "Settings", audience: "members" },
];
const payments: readonly PageLink[] = [
  { href: "/payments", label: "Operations", audience: "members" },
  {
    href: "/payments/approvals",
    label: "Approvals",
    audience: "administrators",
  },
  { href: "/payments/needs-review", label: "Needs review", audience: "members" },
  { href: "/payments/subscriptions", label: "Subscriptions", audience: "members" },
  { href: "/payments/invoices", label: "Invoices", audience: "members" },
  { href: "/payments/policies", label: "Policies", audience: "members" },
];
const customers: readonly PageLink[] = [
  { href: "/customers", label: "Customers", audience: "administrators" },
  { href: "/customers/plans", label: "Plans", audience: "administrators" },
];
const budgets: readonly PageLink[] = [
  { href: "/budgets", label: "Budgets", audience: "members" },
  { href: "/budgets/limits", label: "Limits", audience: "members" },
];
const keys: readonly PageLink[] = [
  { href: "/keys", label: "API keys", audience: "members" },
  { href: "/keys/service-tokens", label: "Service tokens", audience: "administrators" },
  { href: "/keys/vendors", label: "Vendor keys", audience: "members" },
];
const members: readonly PageLink[] = [
  { href: "/members", label: "People", audience: "administrators" },
  { href: "/members/sessions", label: "Sign-ins", audience: "administrators" },
  { href: "/members/services", label: "Services", audience: "administrators" },
  { href: "/members/sign-in", label: "Company sign-in", audience: "owners" },
];

/** Every page of the dashboard, in the order of the sidebar. A page is one line here, and one in `page-icons.tsx`. */
export const pageGroups: readonly PageGroup[] = [
  {
    label: "Overview",
    pages: [
      { href: "/", label: "Home", letter: "h" },
      { href: "/usage", label: "Usage", letter: "u" },
      { href: "/calls", label: "Calls", letter: "c" },
      { href: "/budgets", label: "Budgets", letter: "b", parts: budgets },
      { href: "/me", label: "Me", letter: "i" },
    ],
  },
  {
    label: "Families",
    pages: [
      { href: "/email", label: "E-mail", letter: "e", parts: mail },
      { href: "/payments", label: "Payments", letter: "p", parts: payments },
      { href: "/customers", label: "Customers", letter: "w", parts: customers },
    ],
  },
  {
    label: "Access",
    pages: [
      {
        href: "/playground",
        label: "Playground",

        letter: "y",
        audience: "members",
      },
      {
        href: "/connect",
        label: "Connect",

        letter: "n",
        audience: "members",
      },
      { href: "/stored-files", label: "Files", letter: "f", audience: "members" },
      { href: "/stored-batches", label: "Batches", letter: "j", audience: "members" },
      { href: "/kept-answers", label: "Answers", letter: "q", audience: "members" },
      { href: "/videos", label: "Videos", letter: "g", audience: "members" },
      { href: "/keys", label: "Keys", letter: "k", parts: keys },
      { href: "/members", label: "Members", letter: "m", parts: members },
      {
        href: "/audit",
        label: "Audit log",

        letter: "a",
        audience: "administrators",
      },
    ],
  },
  {
    label: "Control",
    pages: [
      { href: "/apps", label: "Apps", letter: "t", audience: "members" },
      { href: "/routing", label: "Routing", letter: "r", audience: "members" },
      { href: "/prices", label: "Prices", letter: "l", audience: "members" },
    ],
  },
  {
    label: "Platform",
    pages: [
      {
        href: "/organizations",
        label: "Organizations",

        letter: "o",
        audience: "operators",
      },
      {
        href: "/platform-credentials",
        label: "Credentials",

        letter: "x",
        audience: "operators",
      },
      {
        href: "/developers",
        label: "Developers",

        letter: "v",
        audience: "operators",
      },
      {
        href: "/system",
        label: "System",

        letter: "s",
        audience: "operators",
      },
    ],
  },
  { label: "Help", pages: [{ href: "/docs", label: "Documentation", letter: "d" }] },
];

/** The groups as a session sees them; what only the platform's operators see is not listed for others. */
export const pageGroupsFor = (session: AuthSession | undefined): readonly PageGroup[] =>
  pageGroups
    .map(({ label, pages }) => ({
      label,
      pages: pages.filter(({ audience }) => audience !== "operators" || admits(audience, session)),
    }))
    .filter(({ pages }) => pages.length > 0);

/** Whether a path is a page's own, or below it. */
export const liesUnder = (path: string, href: string): boolean =>
  path === href || (href !== "/" && path.startsWith(`${href}/`));

/** The listed page that is at a path: its own entry among those that lie side by side, or the one it lies below. */
export const pageAt = (path: string): PageLink | undefined =>
  pageGroups
    .flatMap(({ pages }) => pages.flatMap(({ parts = [], ...page }) => [...parts, page]))
    .filter(({ href }) => liesUnder(path, href))
    .reduce<PageLink | undefined>(
      (best, page) => (best === undefined || page.href.length > best.href.length ? page : best),
      undefined,
    );
