"use client";

import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { DialogClose, DialogFrame } from "./dialog-frame.tsx";

interface DrawerProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: string;
  readonly children: ReactNode;
}

/** More about one thing of the page, beside it. */
export const Drawer = ({ open, onClose, title, description, children }: DrawerProps) => (
  <DialogFrame open={open} onClose={onClose} className="inset-y-0 right-0 w-full max-w-xl animate-slide-in border-l">
    <header className="sticky top-0 z-10 flex items-start justify-between gap-4 border-b border-line bg-surface px-6 py-4">
      <div className="min-w-0">
        <Dialog.Title className="text-lg font-semibold break-words">{title}</Dialog.Title>
        <Dialog.Description className="text-sm text-muted">{description}</Dialog.Description>
      </div>
      <DialogClose />
    </header>
    <div className="px-6 py-5">{children}</div>
  </DialogFrame>
);
