"use client";

import { ChevronsUpDown } from "lucide-react";
import { lazy, useEffect, useState } from "react";
import { activateOrganization, listOrganizations, type Membership } from "../../_session/organizations.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { MenuButton } from "../../_ui/menu-button.tsx";
import { showToast } from "../../_ui/toast.ts";

const OrganizationItems = lazy(() =>
  import("../../overlays.ts").then((module) => ({ default: module.OrganizationItems })),
);

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
    const chosen = memberships.find(({ id }) => id === organizationId);
    if (chosen) showToast({ title: `You are now in ${chosen.name}` });
  };

  const name = active?.name ?? "No organization";
  if (memberships.length < 2)
    return (
      <span className={plain}>
        <bdi className="truncate">{name}</bdi>
      </span>
    );
  return (
    <MenuButton
      label={`Organization: ${name}`}
      renderMenu={(menu) => (
        <OrganizationItems
          {...menu}
          memberships={memberships}
          activeId={active?.id ?? ""}
          onChange={(id) => void change(id).catch(() => undefined)}
        />
      )}
      className={`${plain} min-h-9 rounded-lg px-2.5 hover:bg-raised hover:text-ink`}
    >
      <bdi className="truncate">{name}</bdi>
      <ChevronsUpDown className="size-4 shrink-0" />
    </MenuButton>
  );
};
