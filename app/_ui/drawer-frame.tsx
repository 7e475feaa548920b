"use client";

import { Dialog } from "@base-ui/react/dialog";
import { DialogClose, DialogFrame } from "./dialog-frame.tsx";
import type { TitledDialog } from "./titled-dialog.ts";

/** A drawer, once it is loaded. */
export const DrawerFrame = ({ open, onClose, title, description, children }: TitledDialog) => (
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
