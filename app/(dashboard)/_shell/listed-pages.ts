import type { AuthSession } from "@topolo/auth-client";
import {
  Activity,
  BookOpen,
  Building2,
  ChartColumn,
  CreditCard,
  House,
  KeyRound,
  ListTree,
  Mail,
  Plug,
  ScrollText,
  UsersRound,
  Wallet,
  type LucideIcon,
} from "lucide-react";
import { administersAll } from "../administers-all.ts";

/** A page's place and name. */
export interface PageLink {
  readonly href: string;
  readonly label: string;
}

export interface ListedPage extends PageLink {
  readonly Icon: LucideIcon;
  /** After g, the key that leads to it. */
  readonly letter: string;
  /** The pages that lie side by side under it. */
  readonly parts?: readonly PageLink[];
  /** For whom it is; for everybody if not said. It saves a refusal: the gateway decides. */
  readonly isFor?: (session: AuthSession | undefined) => boolean;
}

export interface PageGroup {
  readonly label: string;
  readonly pages: readonly ListedPage[];
}

const mail: readonly PageLink[] = [
  { href: "/email", label: "Messages" },
  { href: "/email/templates", label: "Templates" },
  { href: "/email/suppressions", label: "Suppressions" },
  { href: "/email/domains", label: "Domains" },
  { href: "/email/settings", label: "Settings" },
];
const payments: readonly PageLink[] = [
  { href: "/payments", label: "Operations" },
  { href: "/payments/approvals", label: "Approvals" },
  { href: "/payments/needs-review", label: "Needs review" },
  { href: "/payments/subscriptions", label: "Subscriptions" },
  { href: "/payments/policies", label: "Policies" },
];
const customers: readonly PageLink[] = [
  { href: "/customers", label: "Customers" },
  { href: "/customers/plans", label: "Plans" },
];
const keys: readonly PageLink[] = [
  { href: "/keys", label: "API keys" },
  { href: "/keys/service-tokens", label: "Service tokens" },
  { href: "/keys/vendors", label: "Vendor keys" },
];
const members: readonly PageLink[] = [
  { href: "/members", label: "People" },
  { href: "/members/sign-in", label: "Company sign-in" },
];

/** Every page of the dashboard, in the order of the sidebar. A page is one line here. */
export const pageGroups: readonly PageGroup[] = [
  {
    label: "Overview",
    pages: [
      { href: "/", label: "Home", Icon: House, letter: "h" },
      { href: "/usage", label: "Usage", Icon: ChartColumn, letter: "u" },
      { href: "/calls", label: "Calls", Icon: ListTree, letter: "c" },
    ],
  },
  {
    label: "Families",
    pages: [
      { href: "/email", label: "E-mail", Icon: Mail, letter: "e", parts: mail },
      { href: "/payments", label: "Payments", Icon: CreditCard, letter: "p", parts: payments },
      { href: "/customers", label: "Customers", Icon: Wallet, letter: "w", parts: customers },
    ],
  },
  {
    label: "Access",
    pages: [
      { href: "/connect", label: "Connect", Icon: Plug, letter: "n" },
      { href: "/keys", label: "Keys", Icon: KeyRound, letter: "k", parts: keys },
      { href: "/members", label: "Members", Icon: UsersRound, letter: "m", parts: members },
      { href: "/audit", label: "Audit log", Icon: ScrollText, letter: "a" },
    ],
  },
  {
    label: "Platform",
    pages: [
      { href: "/organizations", label: "Organizations", Icon: Building2, letter: "o", isFor: administersAll },
      { href: "/system", label: "System", Icon: Activity, letter: "s", isFor: administersAll },
    ],
  },
  { label: "Help", pages: [{ href: "/docs", label: "Documentation", Icon: BookOpen, letter: "d" }] },
];

/** The groups as a session sees them. */
export const pageGroupsFor = (session: AuthSession | undefined): readonly PageGroup[] =>
  pageGroups
    .map(({ label, pages }) => ({ label, pages: pages.filter(({ isFor }) => isFor?.(session) ?? true) }))
    .filter(({ pages }) => pages.length > 0);

/** Whether a path is a page's own, or below it. */
export const liesUnder = (path: string, href: string): boolean =>
  path === href || (href !== "/" && path.startsWith(`${href}/`));
