"use client";

import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { Modal } from "../../_ui/modal.tsx";

/** A key that was just made, shown this once. */
export const MadeKey = ({ apiKey, onClose }: { readonly apiKey: string; readonly onClose: () => void }) => {
  const [kept, setKept] = useState(false);
  return (
    <Modal
      open
      onClose={() => kept && onClose()}
      title="Your new API key"
      description="Copy it now: it is not shown again. Whoever has it can do what it may do."
    >
      <div className="space-y-4">
        <div className="flex items-start gap-2 rounded-lg bg-raised p-4">
          <code aria-label="API key" className="min-w-0 grow font-mono text-sm break-all">
            {apiKey}
          </code>
          <CopyButton text={apiKey} label="Copy the key" />
        </div>
        <label className="flex items-center gap-2.5">
          <input type="checkbox" checked={kept} onChange={({ currentTarget }) => setKept(currentTarget.checked)} />I
          have put it in a safe place
        </label>
        <Button look="primary" disabled={!kept} onClick={onClose} className="w-full">
          Done
        </Button>
      </div>
    </Modal>
  );
};
