"use client";

import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { Membership } from "../../_session/organizations.ts";
import type { OpenMenu } from "../../_ui/menu-button.tsx";
import { menuItem, MenuPopup } from "../../_ui/menu-popup.tsx";

interface OrganizationItemsProps extends OpenMenu {
  readonly memberships: readonly Membership[];
  readonly activeId: string;
  readonly onChange: (organizationId: string) => void;
}

/** The organizations of a person, the active one marked. */
export const OrganizationItems = ({ memberships, activeId, onChange, ...menu }: OrganizationItemsProps) => (
  <MenuPopup {...menu} label="Organization" className="max-h-[70dvh] w-60 overflow-y-auto">
    <Menu.Group>
      <Menu.GroupLabel className="px-2.5 py-1.5 text-sm text-muted">Organization</Menu.GroupLabel>
      <Menu.RadioGroup value={activeId} onValueChange={(id: string) => onChange(id)}>
        {memberships.map(({ id, name }) => (
          <Menu.RadioItem key={id} value={id} closeOnClick className={menuItem}>
            <bdi className="truncate">{name}</bdi>
            <Menu.RadioItemIndicator className="ml-auto">
              <Check className="size-4 text-accent" />
            </Menu.RadioItemIndicator>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Group>
  </MenuPopup>
);
