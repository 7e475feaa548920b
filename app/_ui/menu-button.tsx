"use client";

import { Suspense, useRef, useState, type ReactNode, type RefObject } from "react";

/** What a menu button gives the menu that it opens. */
export interface OpenMenu {
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

interface MenuButtonProps {
  readonly label: string;
  readonly className: string;
  /** Shows the menu by a lazy component, so that it loads when it first opens. */
  readonly renderMenu: (open: OpenMenu) => ReactNode;
  readonly children: ReactNode;
}

const openingKeys: ReadonlySet<string> = new Set(["ArrowDown", "ArrowUp"]);

/** A button that opens a menu. */
export const MenuButton = ({ label, className, renderMenu, children }: MenuButtonProps) => {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (!openingKeys.has(event.key)) return;
          event.preventDefault();
          setOpen(true);
        }}
        className={className}
      >
        {children}
      </button>
      {open && <Suspense>{renderMenu({ anchor, onClose: () => setOpen(false) })}</Suspense>}
    </>
  );
};
