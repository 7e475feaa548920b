"use client";

import { Dialog } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { Icon } from "./icon.tsx";

interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: string;
  readonly children: ReactNode;
}

// A plain backdrop instead of Dialog.Overlay, which would inject a style element that the content security policy refuses.
/** A question that has to be settled before the page goes on. */
export const Modal = ({ open, onClose, title, description, children }: ModalProps) => {
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
          className="fixed inset-x-4 top-[max(1rem,8dvh)] z-50 mx-auto flex max-h-[84dvh] max-w-md animate-slide-up flex-col overflow-y-auto overscroll-contain rounded-2xl border border-line bg-surface p-6 shadow-float outline-none"
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div className="min-w-0">
              <Dialog.Title className="text-lg font-semibold text-balance">{title}</Dialog.Title>
              <Dialog.Description className="text-sm text-pretty text-muted">{description}</Dialog.Description>
            </div>
            <Dialog.Close
              aria-label="Close"
              className="-mt-1 -mr-2 grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink"
            >
              <Icon name="close" className="size-5" />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
};
