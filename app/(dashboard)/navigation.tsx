"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { DropdownMenu } from "radix-ui";
import { useSession } from "../_session/session-provider.tsx";
import { classNames } from "../_ui/class-names.ts";
import { Icon } from "../_ui/icon.tsx";
import { administersAll } from "./administers-all.ts";

const pages = [
  { href: "/", label: "Overview" },
  { href: "/calls", label: "Calls" },
  { href: "/email", label: "E-mail" },
  { href: "/payments", label: "Payments" },
  { href: "/customers", label: "Customers" },
  { href: "/keys", label: "Keys" },
  { href: "/members", label: "Members" },
] as const;
const operatorPages = [...pages, { href: "/organizations", label: "Organizations" }] as const;

const isWithin = (path: string, href: string): boolean =>
  path === href || (href !== "/" && path.startsWith(`${href}/`));

/** The pages of the dashboard: in a row where there is room, in a menu where there is none. */
export const Navigation = () => {
  const path = usePathname();
  const { session } = useSession();
  const shown = administersAll(session) ? operatorPages : pages;
  const here = shown.find(({ href }) => isWithin(path, href))?.label ?? "Menu";
  return (
    <nav aria-label="Main">
      <ul className="hidden gap-1 lg:flex">
        {shown.map(({ href, label }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={path === href ? "page" : undefined}
              className={classNames(
                "block rounded-lg px-3 py-1.5 font-medium transition-colors",
                isWithin(path, href)
                  ? "bg-accent-soft text-accent-strong"
                  : "text-muted hover:bg-raised hover:text-ink",
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          aria-label={`Pages: ${here}`}
          className="flex min-h-9 items-center gap-1.5 rounded-lg px-2.5 font-medium hover:bg-raised lg:hidden"
        >
          {here}
          <Icon name="down" className="size-4 shrink-0 text-muted" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="start"
            sideOffset={6}
            collisionPadding={8}
            className="z-50 w-52 animate-slide-up rounded-xl border border-line bg-surface p-1.5 shadow-float"
          >
            {shown.map(({ href, label }) => (
              <DropdownMenu.Item key={href} asChild>
                <Link
                  href={href}
                  aria-current={path === href ? "page" : undefined}
                  className="flex min-h-9 items-center rounded-md px-2.5 outline-none aria-[current=page]:font-medium aria-[current=page]:text-accent-strong data-highlighted:bg-raised"
                >
                  {label}
                </Link>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </nav>
  );
};
