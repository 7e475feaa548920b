"use client";

import { Menu } from "@base-ui/react/menu";
import { BookOpen, Keyboard, ListChecks } from "lucide-react";
import Link from "next/link";
import { useSession } from "../../_session/session-provider.tsx";
import type { OpenMenu } from "../../_ui/menu-button.tsx";
import { menuItem, MenuPopup } from "../../_ui/menu-popup.tsx";
import { useKept } from "../../_ui/use-kept.ts";
import { stepsFor } from "../first-steps.ts";

interface HelpItemsProps extends OpenMenu {
  readonly onList: () => void;
}

/** Where to find help: the documentation, the keys, and the first steps, once they were put away. */
export const HelpItems = ({ onList, ...menu }: HelpItemsProps) => {
  const { session } = useSession();
  const [, keep] = useKept(`first-steps.${session?.organization?.id ?? ""}`);
  return (
    <MenuPopup {...menu} label="Help" className="w-56">
      <Menu.LinkItem closeOnClick render={<Link href="/docs" />} className={menuItem}>
        <BookOpen className="size-4 text-muted" />
        Documentation
      </Menu.LinkItem>
      {stepsFor(session).length > 0 && (
        <Menu.LinkItem closeOnClick render={<Link href="/" onClick={() => keep("shown")} />} className={menuItem}>
          <ListChecks className="size-4 text-muted" />
          First steps
        </Menu.LinkItem>
      )}
      <Menu.Item onClick={onList} className={menuItem}>
        <Keyboard className="size-4 text-muted" />
        Keyboard shortcuts
      </Menu.Item>
    </MenuPopup>
  );
};
