"use client";

import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { DialogClose, DialogFrame } from "./dialog-frame.tsx";

interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: string;
  readonly children: ReactNode;
}

/** A question that has to be settled before the page goes on. */
export const Modal = ({ open, onClose, title, description, children }: ModalProps) => (
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
