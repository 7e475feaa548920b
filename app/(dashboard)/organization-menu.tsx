"use client";

import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { activateOrganization, listOrganizations, type Membership } from "../_session/organizations.ts";
import { useSession } from "../_session/session-provider.tsx";
import { Icon } from "../_ui/icon.tsx";

const plain = "flex min-w-0 items-center gap-1.5 text-sm text-muted";

/** Whose calls are shown, and the way to another organization where there is one. */
export const OrganizationMenu = () => {
  const { auth, authUrl, session } = useSession();
  const [memberships, setMemberships] = useState<readonly Membership[]>([]);
  const active = session?.organization;

  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const token = await auth.accessToken();
      const found = token === undefined ? [] : await listOrganizations(authUrl, token);
      if (current) setMemberships(found);
    };
    // Without the list there is no menu; the name alone still says whose calls these are.
    load().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [auth, authUrl]);

  const change = async (organizationId: string): Promise<void> => {
    const token = await auth.accessToken();
    if (token === undefined) return;
    await activateOrganization(authUrl, token, organizationId);
    await auth.refresh();
  };

  const name = active?.name ?? "No organization";
  if (memberships.length < 2)
    return (
      <span className={plain}>
        <span className="truncate">{name}</span>
      </span>
    );
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`Organization: ${name}`}
        className={`${plain} min-h-9 rounded-lg px-2.5 hover:bg-raised hover:text-ink`}
      >
        <span className="truncate">{name}</span>
        <Icon name="down" className="size-4 shrink-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 w-60 animate-slide-up rounded-xl border border-line bg-surface p-1.5 shadow-float"
        >
          <DropdownMenu.Label className="px-2.5 py-1.5 text-sm text-muted">Organization</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={active?.id ?? ""}
            onValueChange={(id) => void change(id).catch(() => undefined)}
          >
            {memberships.map(({ id, name: label }) => (
              <DropdownMenu.RadioItem
                key={id}
                value={id}
                className="flex min-h-9 items-center gap-2 rounded-md px-2.5 outline-none data-highlighted:bg-raised"
              >
                <span className="truncate">{label}</span>
                <DropdownMenu.ItemIndicator className="ml-auto">
                  <Icon name="check" className="size-4 text-accent" />
                </DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
};
