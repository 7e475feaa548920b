"use client";

import { Dialog } from "@base-ui/react/dialog";
import { DialogClose, DialogFrame } from "./dialog-frame.tsx";
import type { TitledDialog } from "./titled-dialog.ts";

/** A modal dialog, once it is loaded. */
export const ModalFrame = ({ open, onClose, title, description, children }: TitledDialog) => (
  <DialogFrame
    open={open}
    onClose={onClose}
    className="inset-x-4 top-[max(1rem,8dvh)] mx-auto max-h-[84dvh] max-w-md animate-slide-up rounded-2xl border p-6"
  >
    <div className="mb-4 flex items-start justify-between gap-4">
      <div className="min-w-0">
        <Dialog.Title className="text-lg font-semibold text-balance">{title}</Dialog.Title>
        <Dialog.Description className="text-sm text-pretty text-muted">{description}</Dialog.Description>
      </div>
      <DialogClose className="-mt-1 -mr-2" />
    </div>
    {children}
  </DialogFrame>
);
