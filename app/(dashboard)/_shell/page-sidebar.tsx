"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { classNames } from "../../_ui/class-names.ts";
import { Logo } from "../../_ui/logo.tsx";
import { PageLinks } from "./page-links.tsx";
import { iconsAlone, sidebarCookie } from "./sidebar-cookie.ts";

const yearSeconds = 365 * 24 * 60 * 60;

/** The pages beside every page, where there is room; it shrinks to icons. */
export const PageSidebar = ({ startsAsIcons }: { readonly startsAsIcons: boolean }) => {
  const [iconsOnly, setIconsOnly] = useState(startsAsIcons);
  const toggle = (): void => {
    setIconsOnly(!iconsOnly);
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${sidebarCookie}=${iconsOnly ? "" : iconsAlone}; Path=/; SameSite=Lax; Max-Age=${iconsOnly ? 0 : yearSeconds}${secure}`;
  };
  const Toggle = iconsOnly ? PanelLeftOpen : PanelLeftClose;
  return (
    <div
      className={classNames(
        "sticky top-0 z-20 hidden h-dvh shrink-0 flex-col overflow-hidden border-r border-line bg-surface transition-[width] duration-200 ease-out lg:flex",
        iconsOnly ? "w-15.5" : "w-56",
      )}
    >
      <Link
        href="/"
        aria-label="Topolo Nexus"
        className="flex h-15 shrink-0 items-center gap-2.5 rounded-lg px-4.5 font-semibold tracking-tight whitespace-nowrap -outline-offset-4"
      >
        <Logo className="size-7 shrink-0" />
        {!iconsOnly && <span>Topolo Nexus</span>}
      </Link>
      <div className="grow overflow-x-hidden overflow-y-auto">
        <PageLinks iconsOnly={iconsOnly} />
      </div>
      <button
        type="button"
        onClick={toggle}
        aria-label={iconsOnly ? "Widen the sidebar" : undefined}
        title={iconsOnly ? "Widen the sidebar" : undefined}
        className="m-3 flex min-h-9 items-center gap-3 rounded-lg px-2.5 text-sm whitespace-nowrap text-muted hover:bg-raised hover:text-ink"
      >
        <Toggle className="size-4.5 shrink-0" />
        {!iconsOnly && "Shrink the sidebar"}
      </button>
    </div>
  );
};
