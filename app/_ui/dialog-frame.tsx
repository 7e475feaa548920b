"use client";

import { Dialog } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";

interface DialogFrameProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** Where it stands and how it comes in. */
  readonly className: string;
  readonly children: ReactNode;
}

// A plain backdrop instead of Dialog.Overlay, which would inject a style element that the content security policy refuses.
/** What lies over the page until it is closed; afterwards the focus is where it was. */
export const DialogFrame = ({ open, onClose, className, children }: DialogFrameProps) => {
  const opener = useRef<Element>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Dialog.Portal>
        <div className="fixed inset-0 z-40 animate-fade-in bg-backdrop" aria-hidden="true" />
        <Dialog.Content
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className={classNames(
            "fixed z-50 flex flex-col overflow-y-auto overscroll-contain border-line bg-surface shadow-float outline-none",
            className,
          )}
        >
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
};

/** The cross in the corner. */
export const DialogClose = ({ className }: { readonly className?: string }) => (
  <Dialog.Close
    aria-label="Close"
    className={classNames(
      "grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink",
      className,
    )}
  >
    <Icon name="close" className="size-5" />
  </Dialog.Close>
);
