"use client";

import { Menu } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import type { OpenMenu } from "./menu-button.tsx";

interface MenuPopupProps extends OpenMenu {
  readonly label: string;
  readonly align?: "start" | "end";
  readonly className?: string;
  readonly children: ReactNode;
}

export const menuItem = "flex min-h-9 items-center gap-2.5 rounded-md px-2.5 outline-none data-highlighted:bg-raised";
export const menuSeparator = "my-1 h-px bg-line";

/** An open menu at its button. Not modal: the page behind it can be scrolled. */
export const MenuPopup = ({ anchor, onClose, label, align = "end", className, children }: MenuPopupProps) => (
  <Menu.Root
    open
    modal={false}
    onOpenChange={(open, { event }) => {
      // The button closes what it opened by itself.
      const onButton = event.target instanceof Node && anchor.current?.contains(event.target);
      if (!open && (event.type === "keydown" || !onButton)) onClose();
    }}
  >
    <Menu.Portal>
      <Menu.Positioner anchor={anchor} side="bottom" align={align} sideOffset={6} collisionPadding={8} className="z-50">
        <Menu.Popup
          aria-label={label}
          finalFocus={anchor}
          className={classNames(
            "animate-slide-up rounded-xl border border-line bg-surface p-1.5 shadow-float outline-none",
            className,
          )}
        >
          {children}
        </Menu.Popup>
      </Menu.Positioner>
    </Menu.Portal>
  </Menu.Root>
);
