"use client";

import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { Icon } from "./icon.tsx";
import { ThemeItems } from "./theme-items.tsx";

interface AccountMenuProps {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly onSignOut: () => void;
}

// Not modal: a modal menu locks scrolling with a style element that the content security policy refuses.
export const AccountMenu = ({ name, email, role, onSignOut }: AccountMenuProps) => (
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger
      aria-label="Account"
      className="grid size-9 shrink-0 place-items-center rounded-full border border-line bg-surface text-muted hover:bg-raised hover:text-ink"
    >
      <Icon name="user" className="size-5" />
    </DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align="end"
        sideOffset={6}
        collisionPadding={8}
        className="z-50 w-64 animate-slide-up rounded-xl border border-line bg-surface p-1.5 shadow-float"
      >
        <DropdownMenu.Label className="px-2.5 py-2">
          <span className="block truncate font-medium">{name || email}</span>
          <span className="block truncate text-sm text-muted">{email}</span>
          <span className="block text-sm text-muted">{role.replaceAll("_", " ")}</span>
        </DropdownMenu.Label>
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.Item asChild>
          <Link
            href="/security/user"
            className="flex min-h-9 items-center rounded-md px-2.5 outline-none data-highlighted:bg-raised"
          >
            Account and security
          </Link>
        </DropdownMenu.Item>
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <ThemeItems />
        <DropdownMenu.Separator className="my-1 h-px bg-line" />
        <DropdownMenu.Item
          onSelect={onSignOut}
          className="flex min-h-9 items-center rounded-md px-2.5 outline-none data-highlighted:bg-raised"
        >
          Sign out
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
);
