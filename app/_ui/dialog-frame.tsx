"use client";

import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface DialogFrameProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What lies over the page until it is closed; afterwards the focus is where it was. */
export const DialogFrame = ({
  open,
  onClose,
  className,
  children,
}: DialogFrameProps & {
  /** Where it stands and how it comes in. */
  readonly className: string;
}) => (
  <Dialog.Root open={open} onOpenChange={(next) => next || onClose()}>
    <Dialog.Portal>
      <Dialog.Backdrop forceRender className="fixed inset-0 z-40 animate-fade-in bg-backdrop" />
      <Dialog.Popup
        className={classNames(
          "fixed z-50 flex flex-col overflow-y-auto overscroll-contain border-line bg-surface shadow-float outline-none",
          className,
        )}
      >
        {children}
      </Dialog.Popup>
    </Dialog.Portal>
  </Dialog.Root>
);

/** The cross in the corner. */
export const DialogClose = ({ className }: { readonly className?: string }) => (
  <Dialog.Close
    aria-label="Close"
    className={classNames(
      "grid size-9 shrink-0 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink",
      className,
    )}
  >
    <X className="size-5" />
  </Dialog.Close>
);
