"use client";

import { Dialog } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { Icon } from "./icon.tsx";

interface DrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: string;
  readonly children: ReactNode;
}

// A plain backdrop instead of Dialog.Overlay, which would inject a style element that the content security policy refuses.
export const Drawer = ({ open, onClose, title, description, children }: DrawerProps) => {
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
          className="fixed inset-y-0 right-0 z-50 flex w-full max-w-xl animate-slide-in flex-col overflow-y-auto overscroll-contain border-l border-line bg-surface shadow-float outline-none"
        >
          <header className="sticky top-0 z-10 flex items-start justify-between gap-4 border-b border-line bg-surface px-6 py-4">
            <div className="min-w-0">
              <Dialog.Title className="text-lg font-semibold break-words">{title}</Dialog.Title>
              <Dialog.Description className="text-sm text-muted">{description}</Dialog.Description>
            </div>
            <Dialog.Close
              aria-label="Close"
              className="grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
            >
              <Icon name="close" className="size-5" />
            </Dialog.Close>
          </header>
          <div className="px-6 py-5">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
};
