"use client";

import { Dialog } from "@base-ui/react/dialog";
import { DialogClose, DialogFrame } from "../../_ui/dialog-frame.tsx";
import { PageLinks } from "./page-links.tsx";

/** The pages, over a page that has no room for them beside it. */
export const PhonePagesDrawer = ({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) => (
  <DialogFrame
    open={open}
    onClose={onClose}
    className="inset-y-0 left-0 w-72 max-w-[85vw] animate-slide-from-left border-r"
  >
    <header className="flex h-15 shrink-0 items-center justify-between gap-4 border-b border-line pr-3 pl-5">
      <Dialog.Title className="font-semibold">Pages</Dialog.Title>
      <DialogClose />
    </header>
    <PageLinks onFollow={onClose} />
  </DialogFrame>
);
