"use client";

import { UserRound } from "lucide-react";
import { lazy } from "react";
import type { AccountItemsProps } from "./account-items.tsx";
import { MenuButton } from "./menu-button.tsx";

const AccountItems = lazy(() => import("../overlays.ts").then((module) => ({ default: module.AccountItems })));

export const AccountMenu = (props: AccountItemsProps) => (
  <MenuButton
    label="Account"
    renderMenu={(menu) => <AccountItems {...props} {...menu} />}
    className="grid size-9 shrink-0 place-items-center rounded-full border border-line bg-surface text-muted hover:bg-raised hover:text-ink"
  >
    <UserRound className="size-5" />
  </MenuButton>
);
