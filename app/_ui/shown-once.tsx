"use client";

import { useState, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { Modal } from "./modal.tsx";

interface ShownOnceProps {
  readonly title: string;
  readonly description: string;
  /** What the person says before the dialog closes. */
  readonly kept?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Something that is not shown again: the dialog closes once the person says that it is kept. */
export const ShownOnce = ({
  title,
  description,
  kept: words = "I have put it in a safe place",
  onClose,
  children,
}: ShownOnceProps) => {
  const [kept, setKept] = useState(false);
  return (
    <Modal open onClose={() => kept && onClose()} title={title} description={description}>
      <div className="space-y-4">
        {children}
        <label className="flex items-center gap-2.5">
          <input type="checkbox" checked={kept} onChange={({ currentTarget }) => setKept(currentTarget.checked)} />
          {words}
        </label>
        <Button look="primary" disabled={!kept} onClick={onClose} className="w-full">
          Done
        </Button>
      </div>
    </Modal>
  );
};
