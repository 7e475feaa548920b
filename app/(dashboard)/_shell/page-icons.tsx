import {
  Activity,
  AppWindow,
  BookOpen,
  Building2,
  ChartColumn,
  CircleUser,
  CodeXml,
  CreditCard,
  Gauge,
  House,
  KeyRound,
  ListTree,
  Mail,
  Play,
  Plug,
  Route,
  ScrollText,
  UsersRound,
  Vault,
  Wallet,
} from "lucide-react";
import type { ReactNode } from "react";

const look = "size-4.5 shrink-0";

/** Each listed page's sign, by its address. They are drawn on the server: no page loads the script of all of them. */
export const pageIcons: Readonly<Record<string, ReactNode>> = {
  "/": <House className={look} />,
  "/usage": <ChartColumn className={look} />,
  "/calls": <ListTree className={look} />,
  "/budgets": <Gauge className={look} />,
  "/me": <CircleUser className={look} />,
  "/email": <Mail className={look} />,
  "/payments": <CreditCard className={look} />,
  "/customers": <Wallet className={look} />,
  "/playground": <Play className={look} />,
  "/connect": <Plug className={look} />,
  "/keys": <KeyRound className={look} />,
  "/members": <UsersRound className={look} />,
  "/audit": <ScrollText className={look} />,
  "/apps": <AppWindow className={look} />,
  "/routing": <Route className={look} />,
  "/organizations": <Building2 className={look} />,
  "/platform-credentials": <Vault className={look} />,
  "/developers": <CodeXml className={look} />,
  "/system": <Activity className={look} />,
  "/docs": <BookOpen className={look} />,
};
