"use client";

import { Menu } from "@base-ui/react/menu";
import { LogOut, ShieldCheck, UserRound } from "lucide-react";
import Link from "next/link";
import type { OpenMenu } from "./menu-button.tsx";
import { menuItem, MenuPopup, menuSeparator } from "./menu-popup.tsx";
import { ThemeItems } from "./theme-items.tsx";

export interface AccountItemsProps {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  /** Topolo Auth's own page, which has the way back here. */
  readonly appsUrl: string;
  readonly onSignOut: () => void;
}

/** Who is signed in, how the pages look, and the way out. */
export const AccountItems = ({ name, email, role, appsUrl, onSignOut, ...menu }: AccountItemsProps & OpenMenu) => (
  <MenuPopup {...menu} label="Account" className="w-64">
    <div className="px-2.5 py-2">
      <bdi className="block truncate font-medium">{name || email}</bdi>
      <bdi className="block truncate text-sm text-muted">{email}</bdi>
      <span className="block text-sm text-muted">{role.replaceAll("_", " ")}</span>
    </div>
    <Menu.Separator className={menuSeparator} />
    <Menu.LinkItem closeOnClick render={<Link href="/security/user" />} className={menuItem}>
      <ShieldCheck className="size-4 text-muted" />
      Account and security
    </Menu.LinkItem>
    <Menu.LinkItem closeOnClick href={appsUrl} className={menuItem}>
      <UserRound className="size-4 text-muted" />
      Your apps
    </Menu.LinkItem>
    <Menu.Separator className={menuSeparator} />
    <ThemeItems />
    <Menu.Separator className={menuSeparator} />
    <Menu.Item onClick={onSignOut} className={menuItem}>
      <LogOut className="size-4 text-muted" />
      Sign out
    </Menu.Item>
  </MenuPopup>
);
